/** Dates, times and changes of the clock in words. */
import { type Change, day, dayOf, minute, summary, type Year, year } from './model.ts';

const part = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const clock = part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const full = part({ day: 'numeric', month: 'long' });
const short = part({ day: 'numeric', month: 'short' });
const weekday = part({ weekday: 'short' });

/** Of a wall time, or of a moment in UTC. */
export const timeText = (wall: number): string => clock.format(wall);
export const dateText = (wall: number): string => full.format(wall);
export const shortDay = (index: number): string => short.format(Date.UTC(year, 0, 1) + index * day);
export const dayText = (index: number): string => dateText(Date.UTC(year, 0, 1) + index * day);

/** `26 Mar 18:00`, with the year when it is not the one that is drawn. */
export function momentText(wall: number): string {
  const other = new Date(wall).getUTCFullYear();
  return `${short.format(wall)}${other === year ? '' : ` ${other}`} ${timeText(wall)}`;
}

export const wallText = (wall: number): string => `${weekday.format(wall)} ${momentText(wall)}`;

export function gapText(gap: number): string {
  const minutes = Math.round(gap / minute);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts.flatMap(([number, unit]) => (number > 0 ? [`${number} ${unit}`] : [])).join(' ');
}

/** What happens on a day on which the clock changes: to the clock, and to the schedule. */
export function changeText({ expression }: Year, { kind, from, to, times }: Change): string {
  const [start, stop] = [timeText(from), timeText(to)];
  const skipped = kind === 'skipped';
  const clockText = skipped
    ? `the clock jumps from ${start} to ${stop}.`
    : `the clock goes back from ${stop} to ${start}: that stretch comes twice.`;
  if (times.length === 0) {
    if (expression.kind === 'at') return clockText;
    const wall = expression.kind === 'rate';
    const moves = wall === skipped ? 'later' : 'earlier';
    const seen = wall ? 'on the wall' : 'in UTC';
    return `${clockText} No firing is lost; from then on they come ${moves} ${seen}.`;
  }
  const first = timeText(times[0]!);
  if (times.length === 1)
    return skipped
      ? `${clockText} There is no ${first}, and nothing fires for it.`
      : `${clockText} It fires at the first ${first}, not at the second.`;
  return skipped
    ? `${clockText} ${times.length} of its times are not there, and nothing fires for them.`
    : `${clockText} ${times.length} of its times come twice, and it fires at the first of each.`;
}

/** The whole year in sentences. */
export function describe(result: Year): string {
  const changes = result.changes.map((change) => `${dayText(dayOf(change.from))}: ${changeText(result, change)}`);
  return [summary(result), ...(changes.length > 0 ? changes : ['Clocks there do not change.'])].join(' ');
}
