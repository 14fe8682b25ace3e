/** Patterns on columns that spaces divide: `[ip, user, ..., status = 4*, bytes > 1000]`. */
import { invalidPattern } from './input.ts';
import type { Matcher } from './pattern.ts';
import { Column, type Condition, Conditions } from './pattern-condition.ts';

/** Brackets and quotes keep a column together. */
const COLUMN = /\[([^\]]*)\]|"([^"]*)"|(\S+)/g;
const NAME = /^[A-Za-z_][\w-]*$/;
const REST = '...';

/** Throws `InvalidParameterException`. */
export function onColumns(text: string): Matcher {
  if (!text.endsWith(']')) throw invalidPattern();
  const columns = split(text.slice(1, -1)).map((column) => (column === REST ? REST : conditionOf(column)));
  const rest = columns.indexOf(REST);
  if (rest !== columns.lastIndexOf(REST)) throw invalidPattern();
  const conditions = columns.filter((column) => column !== REST);
  return (message) => {
    const found = [...message.matchAll(COLUMN)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
    if (rest < 0 ? found.length !== conditions.length : found.length < conditions.length) return false;
    // Columns behind the dots are counted from the end.
    const skipped = found.length - conditions.length;
    return conditions.every((condition, index) => {
      const at = rest >= 0 && index >= rest ? index + skipped : index;
      return condition(() => new Column(found[at]!));
    });
  };
}

/** Commas within quotes and regular expressions divide nothing. */
function split(text: string): string[] {
  const parts = [...text.matchAll(/(?:"[^"]*"|%[^%]*%|[^,"%])+/g)].map(([part]) => part.trim());
  if (parts.length === 0 || parts.some((part) => part === '')) throw invalidPattern();
  return parts;
}

/** A bare name takes any column. */
function conditionOf(column: string): Condition {
  if (NAME.test(column)) return () => true;
  return new Conditions(column, (name) => NAME.test(name)).read();
}
