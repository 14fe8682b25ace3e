/**
 * Primary keys: their schema, and the checks of keys in items and in requests.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidValues, keyDoesNotMatch, validation } from './errors.ts';
import { valueSize } from './value/size.ts';
import { checkItem, type Item, typeOf } from './value/value.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

const MOST_HASH_BYTES = 2048;
const MOST_RANGE_BYTES = 1024;

export const keyAttributes = ({ hash, range }: KeySchema): KeyAttribute[] => (range ? [hash, range] : [hash]);

/** The key part of an item. */
export function keyOf(item: Item, schema: KeySchema): Item {
  return Object.fromEntries(keyAttributes(schema).map(({ name }) => [name, item[name]!]));
}

/** Throws `ValidationException` unless a whole item has a proper key. */
export function assertItemKey(item: Item, schema: KeySchema): void {
  for (const key of keyAttributes(schema)) {
    const value = Object.hasOwn(item, key.name) ? item[key.name] : undefined;
    if (!value) throw invalidValues(`Missing the key ${key.name} in the item`);
    if (typeOf(value) !== key.type) {
      throw invalidValues(`Type mismatch for key ${key.name} expected: ${key.type} actual: ${typeOf(value)}`);
    }
    assertKeyValue(key, value);
  }
  assertKeySizes(item, schema);
}

/** Checks a key that a request gives by itself, and returns it. Throws `ValidationException`. */
export function checkKey(given: unknown, schema: KeySchema): Item {
  const key = checkItem(given);
  const wanted = keyAttributes(schema);
  const fits = wanted.every(({ name, type }) => Object.hasOwn(key, name) && typeOf(key[name]!) === type);
  if (!fits || Object.keys(key).length !== wanted.length) throw keyDoesNotMatch();
  for (const attribute of wanted) assertKeyValue(attribute, key[attribute.name]!);
  assertKeySizes(key, schema);
  return key;
}

/**
 * Throws `ValidationException` for an attribute of an item that cannot be a key of an index; one that is not there only keeps
 * the item out of it.
 */
export function assertIndexKey(item: Item, schema: KeySchema, indexName: string): void {
  for (const { name, type } of keyAttributes(schema)) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (!value) continue;
    if (typeOf(value) !== type) {
      throw invalidValues(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
      );
    }
    if (type !== 'N' && valueSize(value) === 0) {
      throw validation(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. ` +
          `IndexName: ${indexName}, IndexKey: ${name}`,
      );
    }
    if (valueSize(value) > mostKeyBytes(name, schema)) throw tooLong(name, schema);
  }
}

export const hasKey = (item: Item, schema: KeySchema): boolean =>
  keyAttributes(schema).every(({ name }) => Object.hasOwn(item, name));

/** The longest value that may be a key. */
export const mostKeyBytes = (name: string, { hash }: KeySchema): number =>
  name === hash.name ? MOST_HASH_BYTES : MOST_RANGE_BYTES;

/** Keys may not be empty. */
export function assertKeyValue({ name, type }: KeyAttribute, value: AttributeValue): void {
  if (type === 'N' || valueSize(value) > 0) return;
  throw validation(
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
      `${type === 'S' ? 'string' : 'binary'} value. Key: ${name}`,
  );
}

function assertKeySizes(item: Item, { hash, range }: KeySchema): void {
  if (valueSize(item[hash.name]!) > MOST_HASH_BYTES) throw tooLong(hash.name, { hash });
  if (range && valueSize(item[range.name]!) > MOST_RANGE_BYTES) throw tooLong(range.name, { hash, range });
}

const tooLong = (name: string, { hash }: KeySchema) =>
  invalidValues(
    name === hash.name
      ? `Size of hashkey has exceeded the maximum size limit of${MOST_HASH_BYTES} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${MOST_RANGE_BYTES} bytes`,
  );
