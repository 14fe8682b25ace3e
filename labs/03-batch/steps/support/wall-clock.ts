/**
 * When a time of day comes in a zone, by the rule of EventBridge Scheduler: a time that the clock skips does not come; one that
 * it shows twice comes once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */

/** A day of the calendar, as the UTC midnight that bears its date. */
type Day = number;

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** Which days of a calendar are meant. */
export type Days = (day: Date) => boolean;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const everyDay: Days = () => true;

export const weekdays: Days = (day) => day.getUTCDay() % 6 !== 0;

/** The day after it is a first. */
export const monthEnds: Days = (day) => new Date(day.getTime() + DAY).getUTCDate() === 1;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock of a zone shows, written as the UTC moment at which UTC shows the same. */
export function shown(zone: string, moment: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formats.set(zone, format);
  return Date.parse(`${format.format(moment).replace(' ', 'T')}Z`);
}

/** The moment at which a zone's clock first shows this time on this day, if it ever does. */
function momentOf(zone: string, day: Day, { hour, minute }: TimeOfDay): number | undefined {
  const wall = day + (hour * 60 + minute) * MINUTE;
  // The clock's lead is the one of the day before or of the day after, whatever changes in between.
  const leads = [wall - DAY, wall + DAY].map((moment) => shown(zone, moment) - moment);
  const moments = leads.map((lead) => wall - lead).filter((moment) => shown(zone, moment) === wall);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

/** All moments after `from`, up to `to`, at which it is this time on such a day. */
export function moments(zone: string, time: TimeOfDay, days: Days, from: number, to: number): number[] {
  const first = Math.floor(from / DAY) * DAY - DAY;
  const found: number[] = [];
  for (let day = first; day <= to + DAY; day += DAY) {
    const moment = days(new Date(day)) ? momentOf(zone, day, time) : undefined;
    if (moment !== undefined && moment > from && moment <= to) found.push(moment);
  }
  return found;
}

/** The moments of one day of the zone's calendar. */
export function momentsOn(zone: string, time: TimeOfDay, date: string): number[] {
  const moment = momentOf(zone, Date.parse(`${date}T00:00:00Z`), time);
  return moment === undefined ? [] : [moment];
}

/** As EventBridge Scheduler writes it: to the second. */
export const toSeconds = (moment: number): string => `${new Date(moment).toISOString().slice(0, 19)}Z`;
