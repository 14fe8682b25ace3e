/** Rows of a table as plain objects. Given; nothing to do here. */
import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [field: string]: Value };
export type Row = { readonly [field: string]: Value };
export type Item = Record<string, AttributeValue>;

export const dynamodb = new DynamoDBClient();

/** A row as DynamoDB wants it: for `Item`, `Key` and `ExpressionAttributeValues`. */
export const item = (row: Row): Item =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [field, toAttribute(value)]));

/** What DynamoDB answers, or what a stream brings, as a plain object. */
export const row = (from: Item): Row =>
  Object.fromEntries(Object.entries(from).map(([field, value]) => [field, fromAttribute(value)]));

/** The row as it is now, or undefined where there is none. */
export async function get(TableName: string, key: Row): Promise<Row | undefined> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: item(key), ConsistentRead: true }));
  return Item && row(Item);
}

/** A write was refused because its condition did not hold. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

function toAttribute(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return Array.isArray(value) ? { L: value.map(toAttribute) } : { M: item(value as Row) };
}

function fromAttribute(value: AttributeValue): Value {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  return value.M === undefined ? null : row(value.M);
}
