/** The figures that chapters may show: `::figure life`. */
import { cron } from './cron/figure.ts';
import { environments } from './environments/figure.ts';
import { invocation } from './invocation.ts';
import { life } from './life.ts';

export const figures: Readonly<Record<string, () => string>> = { life, invocation, environments, cron };
