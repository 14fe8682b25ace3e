/** The figures that chapters may show: `::figure life`. */
import { credentials } from './credentials/figure.ts';
import { cron } from './cron/figure.ts';
import { environments } from './environments/figure.ts';
import { healing } from './healing/figure.ts';
import { invocation } from './invocation.ts';
import { life } from './life.ts';
import { partition } from './partition/figure.ts';
import { pipeline } from './pipeline/figure.ts';
import { stragglers } from './stragglers/figure.ts';

export const figures: Readonly<Record<string, () => string>> = {
  life,
  invocation,
  environments,
  cron,
  pipeline,
  credentials,
  healing,
  stragglers,
  partition,
};
