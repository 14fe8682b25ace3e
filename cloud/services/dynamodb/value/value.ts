/**
 * Attribute values: their types, their checks, their one spelling.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../contract.ts';
import { invalidValues, validation } from '../errors.ts';
import { compareValues, sameValue } from './compare.ts';
import { formatDecimal, parseDecimal } from './number.ts';

export type { AttributeValue };
export type Item = Record<string, AttributeValue>;
export type TypeName = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'NULL' | 'BOOL';

const TYPES: readonly TypeName[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'NULL', 'BOOL'];
/** An item may nest 32 levels deep, its own attributes and the innermost values among them. */
const DEEPEST = 32;

/** The one type that a checked value has. */
export const typeOf = (value: AttributeValue): TypeName => Object.keys(value)[0] as TypeName;

/**
 * The value with its numbers in their one spelling and its sets in order. Throws `ValidationException` for what DynamoDB
 * does not store, and `SerializationException` for what is no attribute value at all.
 */
export function checkValue(given: unknown, depth = 1): AttributeValue {
  if (!isRecord(given)) throw empty();
  const types = TYPES.filter((type) => given[type] != null);
  if (types.length === 0) {
    throw empty();
  }
  if (types.length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const type = types[0]!;
  const content = given[type];
  switch (type) {
    case 'S':
      return { S: text(content) };
    case 'N':
      return { N: formatDecimal(parseDecimal(text(content))) };
    case 'B':
      return { B: bytes(content) };
    case 'BOOL':
      if (typeof content !== 'boolean') throw unexpected();
      return { BOOL: content };
    case 'NULL':
      if (typeof content !== 'boolean') throw unexpected();
      if (!content) throw invalidValues('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'L':
      if (depth >= DEEPEST) throw tooDeep();
      return { L: list(content).map((value) => checkValue(value, depth + 1)) };
    case 'M':
      if (depth >= DEEPEST) throw tooDeep();
      return { M: checkItem(content, depth + 1) };
    default:
      return checkSet(type, list(content));
  }
}

/** Checks the attributes of an item, a key or a map. */
export function checkItem(given: unknown, depth = 1): Item {
  if (!isRecord(given)) throw unexpected();
  // Attribute names are anybody's: one called `__proto__` is an attribute like the others.
  const item = Object.create(null) as Item;
  for (const [name, value] of Object.entries(given)) {
    if (name === '') throw validation('Empty attribute name');
    item[name] = checkValue(value, depth);
  }
  return item;
}

function checkSet(type: 'SS' | 'NS' | 'BS', members: readonly unknown[]): AttributeValue {
  if (type === 'SS') {
    const texts = members.map(text);
    if (texts.length === 0) throw invalidValues('An string set  may not be empty');
    if (new Set(texts).size < texts.length) {
      throw invalidValues(`Input collection [${texts.join(', ')}] contains duplicates.`);
    }
    return sorted({ SS: texts });
  }
  if (type === 'NS') {
    const numbers = members.map((member) => formatDecimal(parseDecimal(text(member))));
    if (numbers.length === 0) throw invalidValues('An number set  may not be empty');
    if (new Set(numbers).size < numbers.length) throw validation('Input collection contains duplicates');
    return sorted({ NS: numbers });
  }
  const blobs = members.map(bytes);
  if (blobs.length === 0) throw invalidValues('Binary sets should not be empty');
  if (blobs.some((blob, index) => blobs.slice(0, index).some((other) => sameValue({ B: blob }, { B: other })))) {
    throw invalidValues('Input collection of type BS contains duplicates.');
  }
  return sorted({ BS: blobs });
}

/** A set with its members in ascending order. */
export function sorted(set: AttributeValue): AttributeValue {
  const order = members(set).sort(compareValues);
  if (set.SS) return { SS: order.map(({ S }) => S!) };
  if (set.NS) return { NS: order.map(({ N }) => N!) };
  return { BS: order.map(({ B }) => B!) };
}

/** A set's members as values of their own. */
export function members({ SS, NS, BS }: AttributeValue): AttributeValue[] {
  if (SS) return SS.map((S) => ({ S }));
  if (NS) return NS.map((N) => ({ N }));
  return (BS ?? []).map((B) => ({ B }));
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const empty = () => validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
const unexpected = () => new AwsError('SerializationException', 'Unexpected value type in payload', 400);
const tooDeep = () => validation('Nesting Levels have exceeded supported limits');

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') {
    throw new AwsError('SerializationException', 'NUMBER_VALUE cannot be converted to String', 400);
  }
  throw unexpected();
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw unexpected();
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected();
}
