/**
 * What Query and Scan share: their parameters, and one page of what they find.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
import type { AttributeValue, ConsumedCapacity, ReturnConsumedCapacity, Select } from '@aws-sdk/client-dynamodb';
import { consumed, readUnits } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import { assertScalarKeys, pathsOf } from '../expression/attributes.ts';
import { parseCondition } from '../expression/condition.ts';
import { meets } from '../expression/evaluate.ts';
import type { Placeholders } from '../expression/placeholders.ts';
import { parseProjection, project } from '../expression/projection.ts';
import type { Condition, Path } from '../expression/tree.ts';
import { assertKeyValue, type KeySchema, keyAttributes, keyOf } from '../keys.ts';
import type { Row } from '../partitions.ts';
import type { Table } from '../table.ts';
import { checkItem, type Item, typeOf } from '../value/value.ts';

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

/** Throws `ValidationException` for what this table does not have, or does not let be named so. */
export function checkAgainst(table: Table, input: PageInput, { filter, paths }: Reading): void {
  if (input.IndexName !== undefined) {
    throw validation(`The table does not have the specified index: ${input.IndexName}`);
  }
  assertScalarKeys([...(filter ? pathsOf(filter) : []), ...(paths ?? [])], table.schema);
}

/** The key to go on behind. Throws `ValidationException`. */
export function startKey(given: unknown, schema: KeySchema): Item | undefined {
  if (given == null) return undefined;
  const key = checkItem(given);
  const wanted = keyAttributes(schema);
  const fits = wanted.every(({ name, type }) => Object.hasOwn(key, name) && typeOf(key[name]!) === type);
  if (!fits || Object.keys(key).length !== wanted.length) {
    throw validation('The provided starting key is invalid: The provided key element does not match the schema');
  }
  for (const attribute of wanted) assertKeyValue(attribute, key[attribute.name]!);
  return key;
}

export function readPage(table: Table, rows: Iterable<Row>, input: PageInput, { filter, paths }: Reading): Page {
  const items: Item[] = [];
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  for (const { item, size } of rows) {
    scanned++;
    bytes += size;
    if (!filter || meets(filter, item)) items.push(paths ? project(item, paths) : item);
    if (scanned < limit && bytes < PAGE_BYTES) continue;
    last = keyOf(item, table.schema);
    break;
  }
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items }),
    Count: items.length,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: last } : {}),
    ...consumed(input.ReturnConsumedCapacity, table, readUnits(bytes, input.ConsistentRead)),
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
