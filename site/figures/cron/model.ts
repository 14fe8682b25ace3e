/**
 * A year of one schedule, as EventBridge Scheduler would fire it: on which days, and what becomes of the times that a
 * changing clock leaves out or shows twice. Pure: the drawing, the tables, the goals and the tests all ask these functions.
 *
 * How AWS reads expressions and what comes next is not told again here. It is the cloud's own arithmetic, the one that fires
 * the schedules of the lab: `cloud/core/schedule` stands on nothing but `Intl`, and is all that the site takes from the cloud.
 */
import { daysIn } from '../../../cloud/core/schedule/cron.ts';
import { parseExpression, type ScheduleExpression } from '../../../cloud/core/schedule/expression.ts';
import { nextFiring } from '../../../cloud/core/schedule/firing.ts';
import { type WallTime, type Zone, zoneOf } from '../../../cloud/core/schedule/zone.ts';
import type { Goal } from '../goals.ts';

export interface Choice {
  readonly expression: string;
  readonly zone: string;
}

/** The day from which firings are listed at first: the Friday before Berlin's clock changes. */
export const firstDay = 84;

/** One year is drawn, always the same: the figure must not depend on the day on which the book is built. */
export const year = 2027;
export const minute = 60_000;
export const day = 24 * 60 * minute;
const newYear = Date.UTC(year, 0, 1);
const end = Date.UTC(year + 1, 0, 1);

export const zones: readonly string[] = [
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Europe/London',
  'Pacific/Auckland',
];

export const defaults: Choice = { expression: 'cron(0 18 ? * MON-FRI *)', zone: 'Europe/Berlin' };

/** A change of the clock, and what it does to this schedule. */
export interface Change {
  readonly at: number;
  readonly kind: 'skipped' | 'twice';
  /** What the clock leaves out or shows twice: from here until before there. */
  readonly from: WallTime;
  readonly to: WallTime;
  /** The schedule's own times in there: lost when skipped, and each with one firing of two when shown twice. */
  readonly times: readonly WallTime[];
}

export interface Year {
  readonly expression: ScheduleExpression;
  readonly zone: string;
  /** Firings on each day, by the wall clock. */
  readonly days: readonly number[];
  readonly changes: readonly Change[];
}

/** `undefined` when AWS would refuse the expression or the zone. */
export function yearOf(choice: Choice): Year | undefined {
  const expression = parseExpression(choice.expression);
  const zone = zoneOf(choice.zone);
  if (!expression || !zone) return undefined;
  const changes = findChanges(zone).map((change) => ({ ...change, times: timesWithin(expression, change) }));
  return { expression, zone: choice.zone, days: countDays(expression, zone, changes), changes };
}

type Shift = Omit<Change, 'times'>;

function findChanges(zone: Zone): Shift[] {
  const offset = (at: number): number => zone.wallTime(at) - at;
  const found: Shift[] = [];
  let old = offset(newYear - day);
  for (let next = newYear; next < end + day; next += day) {
    const now = offset(next);
    if (now === old) continue;
    // Clocks change on the quarter of an hour.
    let at = next - day;
    while (offset(at) === old) at += 15 * minute;
    found.push({
      at,
      kind: now > old ? 'skipped' : 'twice',
      from: at + Math.min(old, now),
      to: at + Math.max(old, now),
    });
    old = now;
  }
  return found;
}

/** Wall times are written as moments of UTC, so that a clock in UTC, which never changes, names them. */
function timesWithin(expression: ScheduleExpression, { from, to }: Shift): WallTime[] {
  const times: WallTime[] = [];
  for (let wall: number | undefined = from - 1; expression.kind !== 'rate'; times.push(wall)) {
    wall = nextFiring(expression, wall, { zone: zoneOf('UTC')!, anchor: 0 });
    if (wall === undefined || wall >= to) break;
  }
  return times;
}

export const dayOf = (wall: WallTime): number => Math.floor((wall - newYear) / day);

function countDays(expression: ScheduleExpression, zone: Zone, changes: readonly Change[]): number[] {
  const days = Array.from({ length: (end - newYear) / day }, () => 0);
  const add = (wall: WallTime, firings: number): void => {
    const index = dayOf(wall);
    if (index >= 0 && index < days.length) days[index]! += firings;
  };
  switch (expression.kind) {
    case 'cron': {
      const { cron } = expression;
      if (!cron.years.includes(year)) break;
      const each = cron.hours.length * cron.minutes.length;
      for (const month of cron.months)
        for (const date of daysIn(cron.days, year, month)) add(Date.UTC(year, month - 1, date), each);
      for (const { kind, times } of changes) if (kind === 'skipped') for (const time of times) add(time, -1);
      break;
    }
    case 'at':
      if (zone.momentOf(expression.wall) !== undefined) add(expression.wall, 1);
      break;
    case 'rate': {
      // Asked for once for each stretch between changes: a rate of a minute has half a million firings.
      let offset = zone.wallTime(newYear) - newYear;
      for (let at = newYear; at < end + day; at += expression.every) {
        for (const change of changes)
          if (change.at <= at) offset = (change.kind === 'skipped' ? change.to : change.from) - change.at;
        add(at + offset, 1);
      }
    }
  }
  return days;
}

export interface Firing {
  readonly at: number;
  readonly wall: WallTime;
  /** Since the firing before. */
  readonly gap?: number;
}

/** The first firings on or after a day of the year. A rate counts from the year's first moment in UTC. */
export function firingsFrom({ expression, zone: name }: Year, from: number, count: number): Firing[] {
  const zone = zoneOf(name)!;
  const midnight = newYear + from * day;
  let after = (zone.momentOf(midnight) ?? midnight) - 1;
  const found: Firing[] = [];
  while (found.length < count) {
    const at = nextFiring(expression, after, { zone, anchor: newYear });
    if (at === undefined) break;
    found.push({ at, wall: zone.wallTime(at), ...(found.length > 0 ? { gap: at - after } : {}) });
    after = at;
  }
  return found;
}

export const goals: readonly Goal<Year>[] = [
  {
    text: 'Make it fire on the last day of each month, and on no other day.',
    met: ({ days }) =>
      days.every((firings, index) => firings > 0 === (new Date(newYear + (index + 1) * day).getUTCDate() === 1)),
  },
  {
    text: 'Write a time that one day of the year does not have.',
    met: ({ changes }) => changes.some(({ kind, times }) => kind === 'skipped' && times.length > 0),
  },
  {
    text: 'Find a time that comes twice on one day and is missing on none.',
    met: ({ changes }) =>
      changes.some(({ times }) => times.length > 0) &&
      changes.every(({ kind, times }) => kind === 'twice' || times.length === 0),
  },
  {
    text: 'Let 40 minutes pass between any two firings.',
    met: ({ expression }) => expression.kind === 'rate' && expression.every === 40 * minute,
  },
];

export function summary({ days }: Year): string {
  const firings = days.reduce((sum, count) => sum + count, 0);
  const on = days.filter((count) => count > 0).length;
  return `Firings in ${year}: ${firings.toLocaleString('en-US')}, on ${on} of ${days.length} days.`;
}
