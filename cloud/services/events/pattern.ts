/**
 * Event patterns: reading one, with AWS's reasons for refusing it, into tests of an event's fields.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html; the reasons are those of
 * AWS's published matcher, https://github.com/aws/event-ruler
 */
import { AwsError } from '../../contract.ts';
import { type FieldTest, isNumber, isText, type Json, readTest } from './field-tests.ts';

/** What one object of an event has to be like: all fields, and of every `$or` one alternative. */
export interface EventPattern {
  readonly fields: readonly (readonly [name: string, wanted: EventPattern | readonly FieldTest[]])[];
  readonly alternatives: readonly (readonly EventPattern[])[];
}

/** Inside `$or` these would be operators in the wrong place. */
const RESERVED = new Set([
  'exactly',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'numeric',
  'anything-but',
  'exists',
  'cidr',
]);

const refuse = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`, 400);

/** Throws `InvalidEventPatternException`. */
export function parsePattern(text: string): EventPattern {
  let pattern: Json;
  try {
    pattern = JSON.parse(text) as Json;
  } catch {
    throw refuse('Invalid JSON');
  }
  if (!isObject(pattern)) throw refuse('Filter is not an object');
  return readObject(pattern, false);
}

function readObject(object: Readonly<Record<string, Json>>, inOr: boolean): EventPattern {
  const fields: [string, EventPattern | readonly FieldTest[]][] = [];
  const alternatives: EventPattern[][] = [];
  const entries = Object.entries(object);
  if (entries.length === 0) throw refuse('Empty objects are not allowed');
  for (const [name, value] of entries) {
    if (name === '$or') alternatives.push(readOr(value));
    else if (inOr && RESERVED.has(name)) {
      throw refuse(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    } else if (Array.isArray(value)) fields.push([name, readTests(value)]);
    else if (isObject(value)) fields.push([name, readObject(value, inOr)]);
    else throw refuse(`"${name}" must be an object or an array`);
  }
  return { fields, alternatives };
}

function readOr(value: Json): EventPattern[] {
  if (!Array.isArray(value)) throw refuse('It must be an Array followed with $or.');
  const alternatives = value.map((one) => {
    if (!isObject(one)) throw refuse('Only JSON object is allowed in array of $or relationship.');
    return readObject(one, true);
  });
  if (alternatives.length < 2) throw refuse('There must have at least 2 Objects in $or relationship.');
  return alternatives;
}

function readTests(values: readonly Json[]): FieldTest[] {
  if (values.length === 0) throw refuse('Empty arrays are not allowed');
  return values.map((value) => {
    if (isObject(value)) return readTest(value, refuse);
    if (Array.isArray(value)) throw refuse('Match value must be String, number, true, false, or null');
    return { kind: 'value', holds: (seen) => seen === value };
  });
}

/** Does an event, or an object within one, match? Of an array of objects one has to match as a whole. */
export function matches(pattern: EventPattern, event: Json | undefined): boolean {
  if (Array.isArray(event) && event.length > 0) return event.some((element) => matches(pattern, element));
  const object = event !== undefined && isObject(event) ? event : {};
  return (
    pattern.fields.every(([name, wanted]) => {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      return isTests(wanted) ? fieldPasses(wanted, leaves(value)) : matches(wanted, value);
    }) && pattern.alternatives.every((alternatives) => alternatives.some((one) => matches(one, object)))
  );
}

const isTests = (wanted: EventPattern | readonly FieldTest[]): wanted is readonly FieldTest[] => Array.isArray(wanted);

/** One test has to hold for one of the field's values, unless it asks whether there are any. */
const fieldPasses = (tests: readonly FieldTest[], values: readonly Leaf[]): boolean =>
  tests.some((test) =>
    test.kind === 'exists' ? test.wanted === values.length > 0 : values.some((value) => test.holds(value)),
  );

type Leaf = string | number | boolean | null;

/** A field's values: an array's elements, however deep. Objects are no values. */
function leaves(value: Json | undefined): Leaf[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return value === null || isText(value) || isNumber(value) || typeof value === 'boolean' ? [value] : [];
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
