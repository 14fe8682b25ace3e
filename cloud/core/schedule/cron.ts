/**
 * AWS's six-field cron: minutes, hours, day of month, month, day of week, year. Reading one, and saying on which days of a
 * month it falls.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly days: Days;
}

/** One of the two day fields: the other is `?`. Weekdays are numbered as AWS does, 1 for Sunday. */
export type Days =
  | { readonly kind: 'every' }
  | { readonly kind: 'days'; readonly days: readonly number[] }
  | { readonly kind: 'last-day' }
  | { readonly kind: 'last-workday' }
  | { readonly kind: 'nearest-workday'; readonly day: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'last-weekday'; readonly weekday: number }
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number };

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  /** Days of the week have no steps. */
  readonly steps?: false;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTE: Field = { least: 0, most: 59 };
const HOUR: Field = { least: 0, most: 23 };
const DAY: Field = { least: 1, most: 31 };
const MONTH: Field = { least: 1, most: 12, names: MONTHS };
const WEEKDAY: Field = { least: 1, most: 7, names: WEEKDAYS, steps: false };
const YEAR: Field = { least: 1970, most: 2199 };

/** The fields between the brackets of `cron(…)`; `undefined` where AWS would refuse them. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minutes, hours, months, years] = [
    parseField(fields[0]!, MINUTE),
    parseField(fields[1]!, HOUR),
    parseField(fields[3]!, MONTH),
    parseField(fields[5]!, YEAR),
  ];
  const days = parseDays(fields[2]!, fields[4]!);
  return minutes && hours && months && years && days ? { minutes, hours, months, years, days } : undefined;
}

function parseDays(ofMonth: string, ofWeek: string): Days | undefined {
  if ((ofMonth === '?') === (ofWeek === '?')) return undefined;
  return ofWeek === '?' ? parseDaysOfMonth(ofMonth) : parseDaysOfWeek(ofWeek);
}

function parseDaysOfMonth(text: string): Days | undefined {
  if (text === '*') return { kind: 'every' };
  if (text === 'L') return { kind: 'last-day' };
  if (text === 'LW' || text === 'WL') return { kind: 'last-workday' };
  const near = /^(\d+)W$/.exec(text)?.[1];
  if (near !== undefined) {
    const day = parseValue(near, DAY);
    return day === undefined ? undefined : { kind: 'nearest-workday', day };
  }
  const days = parseField(text, DAY);
  return days && { kind: 'days', days };
}

function parseDaysOfWeek(text: string): Days | undefined {
  if (text === '*') return { kind: 'every' };
  // The last day of the week.
  if (text === 'L') return { kind: 'weekdays', weekdays: [7] };
  const [, named, mark, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(text) ?? [];
  if (named !== undefined) {
    const weekday = parseValue(named, WEEKDAY);
    if (weekday === undefined) return undefined;
    return mark ? { kind: 'last-weekday', weekday } : { kind: 'nth-weekday', weekday, nth: Number(nth) };
  }
  const weekdays = parseField(text, WEEKDAY);
  return weekdays && { kind: 'weekdays', weekdays };
}

/** The values that a list of values, ranges and steps names, in order. */
function parseField(text: string, field: Field): readonly number[] | undefined {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const range = parseItem(item, field);
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((left, right) => left - right);
}

function parseItem(item: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [, first, last, by] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
  if (first === undefined || (first === '*' && last !== undefined)) return undefined;
  const step = by === undefined ? 1 : Number(by);
  if (step < 1 || step > field.most || (by !== undefined && field.steps === false)) return undefined;
  const from = first === '*' ? field.least : parseValue(first, field);
  const open = first === '*' || by !== undefined;
  const to = last !== undefined ? parseValue(last, field) : open ? field.most : from;
  return from === undefined || to === undefined || from > to ? undefined : { from, to, step };
}

function parseValue(text: string, { least, most, names }: Field): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + 1;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** The days of a month (1 for January), in order. A month without the day has none. */
export function daysIn(days: Days, year: number, month: number): readonly number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const weekday = (day: number): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
  const where = (holds: (day: number) => boolean): number[] =>
    Array.from({ length }, (_, index) => index + 1).filter(holds);
  switch (days.kind) {
    case 'every':
      return where(() => true);
    case 'days':
      return days.days.filter((day) => day <= length);
    case 'last-day':
      return [length];
    case 'last-workday':
      return [nearestWorkday(length, length, weekday)];
    case 'nearest-workday':
      return days.day <= length ? [nearestWorkday(days.day, length, weekday)] : [];
    case 'weekdays':
      return where((day) => days.weekdays.includes(weekday(day)));
    case 'last-weekday':
      return where((day) => day > length - 7 && weekday(day) === days.weekday);
    case 'nth-weekday':
      return where((day) => Math.ceil(day / 7) === days.nth && weekday(day) === days.weekday);
  }
}

/** Monday to Friday, without leaving the month. */
function nearestWorkday(day: number, length: number, weekday: (day: number) => number): number {
  switch (weekday(day)) {
    case 7:
      return day > 1 ? day - 1 : day + 2;
    case 1:
      return day < length ? day + 1 : day - 2;
    default:
      return day;
  }
}
