/**
 * When a schedule fires next. Years, months, days, hours and minutes are walked as the expression names them: no minute is
 * tried that it does not.
 *
 * Daylight saving as EventBridge Scheduler does it: a wall time that is skipped does not fire, one that comes twice fires
 * once, the first time; a rate in days is one of 24 hours.
 * Mirrors https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 *
 * This folder stands on nothing but `Intl`, and stays so: a figure of the book runs it in the reader's browser.
 */
import type { Millis } from '../../contract.ts';
import { type Cron, daysIn } from './cron.ts';
import type { ScheduleExpression } from './expression.ts';
import type { WallTime, Zone } from './zone.ts';

export interface FiringOptions {
  /** For `cron` and `at`. */
  readonly zone: Zone;
  /** For `rate`: a moment at which it fires, or would have fired. */
  readonly anchor: Millis;
}

/** The first firing after a moment; `undefined` when there is none to come. */
export function nextFiring(
  expression: ScheduleExpression,
  after: Millis,
  { zone, anchor }: FiringOptions,
): Millis | undefined {
  switch (expression.kind) {
    case 'rate':
      if (after < anchor) return anchor;
      return anchor + (Math.floor((after - anchor) / expression.every) + 1) * expression.every;
    case 'at': {
      const at = zone.momentOf(expression.wall);
      return at !== undefined && at > after ? at : undefined;
    }
    case 'cron': {
      for (const wall of wallTimes(expression.cron, zone.wallTime(after))) {
        const at = zone.momentOf(wall);
        if (at !== undefined && at > after) return at;
      }
      return undefined;
    }
  }
}

/** The wall times that a cron expression names, from one on, in order. */
function* wallTimes(cron: Cron, from: WallTime): Generator<WallTime> {
  const start = new Date(from);
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth() + 1, start.getUTCDate()];
  for (const y of cron.years) {
    if (y < year) continue;
    for (const m of cron.months) {
      if (y === year && m < month) continue;
      for (const d of daysIn(cron.days, y, m)) {
        if (y === year && m === month && d < day) continue;
        for (const hour of cron.hours) {
          for (const minute of cron.minutes) {
            const wall = Date.UTC(y, m - 1, d, hour, minute);
            if (wall >= from) yield wall;
          }
        }
      }
    }
  }
}
