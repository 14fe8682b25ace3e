/**
 * Schedule expressions: `rate(…)`, `cron(…)` and, in EventBridge Scheduler, `at(…)`.
 * Mirrors https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import type { Millis } from '../../contract.ts';
import { type Cron, parseCron } from './cron.ts';
import type { WallTime } from './zone.ts';

export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly every: Millis }
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'at'; readonly wall: WallTime };

const UNITS: Readonly<Record<string, Millis>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `undefined` where the text is no such expression; a blank too many makes it none. */
export function parseExpression(text: string): ScheduleExpression | undefined {
  const [, kind, inner] = /^(rate|cron|at)\((\S|\S.*\S)\)$/.exec(text) ?? [];
  switch (kind) {
    case 'rate':
      return parseRate(inner!);
    case 'cron': {
      const cron = parseCron(inner!);
      return cron && { kind, cron };
    }
    case 'at':
      return parseAt(inner!);
    default:
      return undefined;
  }
}

/** Rules of EventBridge take no `at`, and the singular of a unit for one of it and only then: `rate(1 minute)`. */
export function parseRuleExpression(text: string): ScheduleExpression | undefined {
  const expression = parseExpression(text);
  const [, value, plural] = /^rate\((\d+) \w+?(s?)\)$/.exec(text) ?? [];
  const misspelt = value !== undefined && (Number(value) === 1) !== (plural === '');
  return expression?.kind === 'at' || misspelt ? undefined : expression;
}

function parseRate(inner: string): ScheduleExpression | undefined {
  const [, value, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  const every = Number(value) * UNITS[unit ?? '']!;
  return Number.isSafeInteger(every) && every > 0 ? { kind: 'rate', every } : undefined;
}

function parseAt(inner: string): ScheduleExpression | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) return undefined;
  const wall = Date.parse(`${inner}Z`);
  // A day that a month does not have would roll over into the next.
  const exact = Number.isFinite(wall) && new Date(wall).toISOString().startsWith(inner);
  return exact ? { kind: 'at', wall } : undefined;
}
