/**
 * What Query and Scan share: their parameters, and one page of what they find.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
import type { AttributeValue, ConsumedCapacity, ReturnConsumedCapacity, Select } from '@aws-sdk/client-dynamodb';
import { readUnits, Usage } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import { pathsOf } from '../expression/attributes.ts';
import { parseCondition } from '../expression/condition.ts';
import { meets } from '../expression/evaluate.ts';
import type { Placeholders } from '../expression/placeholders.ts';
import { parseProjection, project } from '../expression/projection.ts';
import type { Condition, Path } from '../expression/tree.ts';
import { assertKeyValue, type KeySchema, keyAttributes } from '../keys.ts';
import type { Row } from '../partitions.ts';
import { itemSize } from '../value/size.ts';
import { checkItem, type Item, typeOf } from '../value/value.ts';
import { fetches, type Source } from './source.ts';

export interface PageInput {
  readonly TableName: string | undefined;
  readonly IndexName?: string | undefined;
  readonly Select?: Select | undefined;
  readonly Limit?: number | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ExclusiveStartKey?: Record<string, AttributeValue> | undefined;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
}

export interface Reading {
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
}

interface Page {
  Items?: Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
  ConsumedCapacity?: ConsumedCapacity;
}

/** A page ends with the item that brings it to this size. */
const PAGE_BYTES = 1024 * 1024;

export function checkReading(input: PageInput, constraints = new Constraints()): void {
  constraints
    .tableName(input.TableName)
    .indexName('indexName', input.IndexName)
    .oneOf('select', input.Select)
    .within('limit', input.Limit, 1)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity)
    .check();
}

export function parseReading(input: PageInput, placeholders: Placeholders): Reading {
  const { FilterExpression, ProjectionExpression, Select, IndexName } = input;
  const filter =
    FilterExpression === undefined ? undefined : parseCondition(FilterExpression, 'FilterExpression', placeholders);
  const paths = ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, placeholders);
  if (paths && Select === 'COUNT') {
    throw validation('Cannot specify the ProjectionExpression when choosing to get only the Count');
  }
  if (paths && Select?.startsWith('ALL_')) {
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
  if (!paths && Select === 'SPECIFIC_ATTRIBUTES') {
    throw validation(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  return { filter, paths };
}

/** The key to go on behind. Throws `ValidationException`. */
export function startKey(given: unknown, { place, index }: Source): Item | undefined {
  if (given == null) return undefined;
  const key = checkItem(given);
  const same = place.length === Object.keys(key).length && place.every(({ name }) => Object.hasOwn(key, name));
  if (index && !same) throw validation('The provided starting key is invalid');
  if (!same || !place.every(({ name, type }) => typeOf(key[name]!) === type)) {
    throw validation('The provided starting key is invalid: The provided key element does not match the schema');
  }
  for (const attribute of place) assertKeyValue(attribute, key[attribute.name]!);
  return key;
}

export function readPage(source: Source, rows: Iterable<Row>, input: PageInput, reading: Reading): Page {
  const { table, index, place } = source;
  const { filter, paths } = reading;
  const fetching = fetches(source, input, reading);
  const items: Item[] = [];
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  let [scanned, bytes, fetched] = [0, 0, 0];
  let last: Item | undefined;
  for (const { item, size } of rows) {
    scanned++;
    bytes += size;
    if (fetching) fetched += readUnits(itemSize(item), input.ConsistentRead);
    if (!filter || meets(filter, item)) {
      if (paths) items.push(project(item, paths));
      else items.push(index && !fetching ? index.project(item) : item);
    }
    if (scanned < limit && bytes < PAGE_BYTES) continue;
    last = Object.fromEntries(place.map(({ name }) => [name, item[name]!]));
    break;
  }
  const units = readUnits(bytes, input.ConsistentRead);
  const usage = new Usage(table).add(index ? fetched : units);
  if (index) usage.addIndex(index, units);
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items }),
    Count: items.length,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: last } : {}),
    ...usage.told(input.ReturnConsumedCapacity),
  };
}

/** A filter comes after the key condition, and must not repeat it. */
export function assertNoKeys(filter: Condition | undefined, schema: KeySchema): void {
  for (const [name] of filter ? pathsOf(filter) : []) {
    if (keyAttributes(schema).some((key) => key.name === name)) {
      throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
    }
  }
}
