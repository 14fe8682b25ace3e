/** The smallest difference between two values, in a few lines. */
import { inspect, isDeepStrictEqual } from 'node:util';

const MOST_LINES = 12;

export const show = (value: unknown): string =>
  typeof value === 'string'
    ? `‘${value}’`
    : inspect(value, {
        depth: 6,
        breakLength: 100,
        compact: 3,
        sorted: false,
        maxArrayLength: 20,
        maxStringLength: 300,
      });

/** Lines that begin with `-` for what was expected and `+` for what was seen, each with the path to it. */
export function difference(expected: unknown, seen: unknown): string[] {
  const lines: string[] = [];
  compare('', expected, seen, lines);
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `  … and ${lines.length - MOST_LINES} lines more`]
    : lines;
}

function compare(path: string, expected: unknown, seen: unknown, lines: string[]): void {
  if (isDeepStrictEqual(expected, seen)) return;
  if (Array.isArray(expected) && Array.isArray(seen)) {
    compareLists(path, expected, seen, lines);
  } else if (isRecord(expected) && isRecord(seen)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(seen)])) {
      compare(path ? `${path}.${key}` : key, expected[key], seen[key], lines);
    }
  } else {
    const name = path ? `${path}: ` : '';
    if (expected !== undefined) lines.push(`- ${name}${show(expected)}`);
    if (seen !== undefined) lines.push(`+ ${name}${show(seen)}`);
  }
}

/** Lists of plain values: what is missing and what is too much. Lists of structures: item by item. */
function compareLists(path: string, expected: unknown[], seen: unknown[], lines: string[]): void {
  const structured = [...expected, ...seen].some((item) => typeof item === 'object' && item !== null);
  if (structured || new Set(expected).size !== expected.length || new Set(seen).size !== seen.length) {
    for (let index = 0; index < Math.max(expected.length, seen.length); index++) {
      compare(`${path}[${index}]`, expected[index], seen[index], lines);
    }
    return;
  }
  const missing = expected.filter((item) => !seen.includes(item));
  const extra = seen.filter((item) => !expected.includes(item));
  const name = path ? `${path}: ` : '';
  for (const item of missing) lines.push(`- ${name}${show(item)}`);
  for (const item of extra) lines.push(`+ ${name}${show(item)}`);
  if (missing.length + extra.length === 0) lines.push(`- ${name}${show(expected)}`, `+ ${name}${show(seen)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);
