/** Why AWS refuses an expression, in one sentence. The arithmetic says only that it does; here its fields are tried one by one. */
import { parseCron } from '../../../cloud/core/schedule/cron.ts';
import { parseExpression } from '../../../cloud/core/schedule/expression.ts';

const six = 'minutes, hours, day of month, month, day of week, year';

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly range: string;
}

const fields: readonly Field[] = [
  { name: 'Minutes', least: 0, most: 59, range: '0 to 59' },
  { name: 'Hours', least: 0, most: 23, range: '0 to 23' },
  { name: 'Days of the month', least: 1, most: 31, range: '1 to 31' },
  { name: 'Months', least: 1, most: 12, range: '1 to 12, or JAN to DEC' },
  { name: 'Days of the week', least: 1, most: 7, range: '1, which is Sunday, to 7, or SUN to SAT' },
  { name: 'Years', least: 1970, most: 2199, range: '1970 to 2199' },
];

/** What the figure says of such an expression. */
export function refusal(text: string): string {
  return `✗ AWS refuses this. ${explain(text)} The figure still shows the last one accepted.`;
}

/** For an expression that `parseExpression` does not take. */
export function explain(text: string): string {
  if (text.trim() === '') return 'Write cron(…), rate(…) or at(…).';
  if (/^\S+(\s+\S+){4}$/.test(text.trim()) && !text.includes('('))
    return `That is a line of crontab. AWS wants cron(…) around six fields: ${six}.`;
  const [, kind, inner] = /^\s*(\w+)\s*\(\s*(.*?)\s*\)\s*$/.exec(text) ?? [];
  if (kind === undefined || inner === undefined) return 'It has the form cron(…), rate(…) or at(…), brackets and all.';
  if (!['cron', 'rate', 'at'].includes(kind)) return `AWS knows cron, rate and at, in small letters, and no "${kind}".`;
  if (parseExpression(`${kind}(${inner})`)) return 'There is a blank too many: none stands around the brackets.';
  if (inner === '') return `Nothing stands in the brackets of ${kind}.`;
  return kind === 'cron' ? explainCron(inner) : kind === 'rate' ? explainRate(inner) : explainAt(inner);
}

function explainCron(inner: string): string {
  const given = inner.split(/\s+/);
  if (given.length === 5) return `Five fields are crontab's. AWS's cron has six: ${six}.`;
  if (given.length !== 6) return `AWS's cron has six fields, and this one has ${given.length}: ${six}.`;
  const stray = given.findIndex((text, index) => text === '?' && index !== 2 && index !== 4);
  if (stray >= 0) return `${fields[stray]!.name} take no ?: only the two fields for the day do, and one of them must.`;
  if (given[2] === '?' && given[4] === '?') return 'Both fields for the day are ?, so no day is named at all.';
  const wrong = given.findIndex((text, index) => text !== '?' && !accepts(index, text));
  if (wrong < 0)
    return 'Both fields for the day say something, day of month and day of week. AWS wants ? in one of them; crontab would fire when either fits.';
  const items = given[wrong]!.split(',');
  return explainField(fields[wrong]!, items.find((item) => !accepts(wrong, item)) ?? given[wrong]!);
}

/** Whether a field is good by itself. */
function accepts(index: number, text: string): boolean {
  const others = index === 4 ? ['*', '*', '?', '*', '*', '*'] : ['*', '*', '*', '*', '?', '*'];
  return text !== '?' && parseCron(others.with(index, text).join(' ')) !== undefined;
}

function explainField({ name, least, most, range }: Field, text: string): string {
  if (text === '') return `${name}: there is a comma too many.`;
  if (text.includes(',')) return `${name}: L, W and # stand alone, not in a list.`;
  if (text.includes('/') && most === 7) return `${name} take no steps like ${text}.`;
  const numbers = [...text.matchAll(/\d+/g)].map(Number);
  const [, from, to] = /^(\d+)-(\d+)/.exec(text)?.map(Number) ?? [];
  const inRange = (value: number): boolean => value >= least && value <= most;
  if (from !== undefined && to !== undefined && from > to && inRange(from) && inRange(to))
    return `${name}: ${from}-${to} runs backwards, and a range does not pass over its end.`;
  const step = /\/(\d+)$/.exec(text)?.[1];
  if (step !== undefined && (Number(step) < 1 || Number(step) > most))
    return `${name}: the step in ${text} must be from 1 to ${most}.`;
  if (numbers.some((value) => !inRange(value))) return `${name} go from ${range}: ${text} does not fit.`;
  return `${name} cannot be read from ${text}: they are numbers from ${range}, alone, in a list 1,3 or a range 1-3, or * for all.`;
}

function explainRate(inner: string): string {
  const [, number, unit] = /^(\S+)\s+(\S+)$/.exec(inner) ?? [];
  if (number === undefined) return 'A rate is a number and a unit with a blank between them, like rate(5 minutes).';
  if (/^seconds?$/.test(unit!))
    return 'A rate counts in minutes, hours or days: nothing comes faster than each minute.';
  if (!/^(minute|hour|day)s?$/.test(unit!)) return `A rate counts in minutes, hours or days, and not in "${unit}".`;
  if (!/^\d+$/.test(number) || Number(number) === 0) return `A rate wants a whole number above 0, and not ${number}.`;
  return `${number} ${unit} cannot be counted: write one blank, and a smaller number.`;
}

function explainAt(inner: string): string {
  if (/(Z|[+-]\d\d:?\d\d)$/.test(inner) && inner.includes('T'))
    return 'at(…) holds no zone: the time zone is chosen beside it.';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner))
    return `at(…) holds a date and a time down to the second, like at(2027-06-01T09:00:00).`;
  return 'There is no such date, or no such time of day.';
}
