/** The operators of event patterns, each read into a test of one value. */

import type { AwsError } from '../../contract.ts';
import { ANY_TEXT, matchesGlob } from '../../core/glob.ts';
import { readCidr } from './cidr.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A test of a field's value, or of whether it has one. */
export type FieldTest =
  | { readonly kind: 'value'; readonly holds: (seen: Json) => boolean }
  | { readonly kind: 'exists'; readonly wanted: boolean };

type Refuse = (reason: string) => AwsError;
type TextTest = (seen: string) => boolean;

export const isText = (value: Json | undefined): value is string => typeof value === 'string';
export const isNumber = (value: Json | undefined): value is number => typeof value === 'number';
const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
const ofText = (holds: TextTest): FieldTest => ({ kind: 'value', holds: (seen) => isText(seen) && holds(seen) });

/** `{ "prefix": "a" }` and the like. Throws what `refuse` makes. */
export function readTest(expression: Readonly<Record<string, Json>>, refuse: Refuse): FieldTest {
  const entries = Object.entries(expression);
  const [name, value] = entries[0] ?? [];
  if (name === undefined) throw refuse('Match expression name not found');
  const test = readOperator(name, value!, refuse);
  if (entries.length > 1) throw refuse('Only one key allowed in match expression');
  return test;
}

function readOperator(name: string, value: Json, refuse: Refuse): FieldTest {
  switch (name) {
    case 'exactly':
      return ofText(textTest(name, value, refuse));
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return ofText(textTest(name, value, refuse));
    case 'cidr': {
      if (!isText(value)) throw refuse('prefix match pattern must be a string');
      const range = readCidr(value);
      if (!range) throw refuse(`Malformed CIDR, one '/' required`);
      return ofText(range);
    }
    case 'numeric':
      return { kind: 'value', holds: numericTest(value, refuse) };
    case 'exists':
      if (typeof value !== 'boolean') throw refuse('exists match pattern must be either true or false.');
      return { kind: 'exists', wanted: value };
    case 'anything-but':
      return { kind: 'value', holds: anythingButTest(value, refuse) };
    default:
      throw refuse(`Unrecognized match type ${name}`);
  }
}

/** The operators on text. A prefix or suffix may itself be told to ignore case. */
function textTest(name: string, value: Json, refuse: Refuse): TextTest {
  const inner =
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined;
  const ignoresCase =
    (name === 'prefix' || name === 'suffix') && inner?.length === 1 && inner[0]![0] === 'equals-ignore-case';
  const wanted = ignoresCase ? inner[0]![1] : value;
  if (!isText(wanted)) throw refuse(`${name === 'exactly' ? 'exact' : name} match pattern must be a string`);
  switch (name) {
    case 'prefix':
      return ignoresCase ? (seen) => same(seen.slice(0, wanted.length), wanted) : (seen) => seen.startsWith(wanted);
    case 'suffix':
      return ignoresCase
        ? (seen) => seen.length >= wanted.length && same(seen.slice(seen.length - wanted.length), wanted)
        : (seen) => seen.endsWith(wanted);
    case 'equals-ignore-case':
      return (seen) => same(seen, wanted);
    case 'wildcard':
      return wildcardTest(wanted, refuse);
    default:
      return (seen) => seen === wanted;
  }
}

/** `*` is any text; `\*` and `\\` are the characters themselves. */
function wildcardTest(wanted: string, refuse: Refuse): TextTest {
  const glob: (string | typeof ANY_TEXT)[] = [];
  for (let at = 0; at < wanted.length; at++) {
    const char = wanted[at]!;
    if (char === '*') {
      if (wanted[at + 1] === '*') throw refuse(`Consecutive wildcard characters at pos ${at}`);
      glob.push(ANY_TEXT);
    } else if (char === '\\') {
      const next = wanted[++at];
      if (next !== '*' && next !== '\\') throw refuse(`Invalid escape character at pos ${at - 1}`);
      glob.push(next);
    } else glob.push(char);
  }
  return (seen) => matchesGlob(glob, seen);
}

const COMPARISONS: Readonly<Record<string, (seen: number, wanted: number) => boolean>> = {
  '=': (seen, wanted) => seen === wanted,
  '>': (seen, wanted) => seen > wanted,
  '>=': (seen, wanted) => seen >= wanted,
  '<': (seen, wanted) => seen < wanted,
  '<=': (seen, wanted) => seen <= wanted,
};

/** `["=", 5]`, `[">", 0]`, `[">", 0, "<=", 5]`: at most a lower bound and then an upper one. */
function numericTest(value: Json, refuse: Refuse): (seen: Json) => boolean {
  if (!Array.isArray(value)) throw refuse('Value of numeric must be an array.');
  const [operator, bound, second, top, ...rest] = value as readonly Json[];
  if (!isText(operator)) throw refuse(`Invalid member in numeric match: ${operator ?? ']'}`);
  const first = COMPARISONS[operator];
  if (!first) throw refuse(`Unrecognized numeric range operator: ${operator}`);
  if (!isNumber(bound)) throw refuse(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  if (second === undefined) return (seen) => isNumber(seen) && first(seen, bound);
  if (!operator.startsWith('>')) throw refuse('Too many elements in numeric expression');
  if (!isText(second)) throw refuse(`Bad value in numeric range: ${second}`);
  if (second !== '<' && second !== '<=') throw refuse(`Bad numeric range operator: ${second}`);
  if (!isNumber(top)) throw refuse(`Value of ${second} must be numeric`);
  if (rest.length > 0) throw refuse('Too many terms in numeric range expression');
  if (bound >= top) throw refuse('Bottom must be less than top');
  return (seen) => isNumber(seen) && first(seen, bound) && COMPARISONS[second]!(seen, top);
}

/** A value, a list of values of one type, or an operator on text with one text or several. */
function anythingButTest(value: Json, refuse: Refuse): (seen: Json) => boolean {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const [[name, given] = [], ...more] = Object.entries(value);
    if (name === undefined) throw refuse('Anything-But expression name not found');
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)) {
      throw refuse(`Unsupported anything-but pattern: ${name}`);
    }
    const texts = Array.isArray(given) ? (given as readonly Json[]) : [given!];
    if (texts.some((text) => text === '') && name !== 'equals-ignore-case')
      throw refuse('Null prefix/suffix not allowed');
    const tests = texts.map((text) => textTest(name, text, refuse));
    if (more.length > 0) throw refuse('Only one key allowed in match expression');
    return (seen) => !isText(seen) || !tests.some((test) => test(seen));
  }
  const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (!Array.isArray(value) && !isText(value) && !isNumber(value)) {
    throw refuse('Value of anything-but must be an array or single string/number value.');
  }
  if (values.some((one) => !isText(one) && !isNumber(one))) {
    throw refuse('Inside anything but list, start|null|boolean is not supported.');
  }
  if (values.length === 0 || (!values.every(isText) && !values.every(isNumber))) {
    throw refuse('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  return (seen) => !(values as readonly Json[]).includes(seen);
}
