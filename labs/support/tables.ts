/** Short forms of the DynamoDB calls that graders make. */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Check, PolicyStatement } from '../../workbook/kit/contract.ts';

export type Row = Readonly<Record<string, string | number>>;

/** Milliseconds that creating a table takes; where seconds are real, at most. */
const CREATION = 1000;
const CREATION_AT_MOST = 30_000;
const MOST_IN_A_BATCH = 25;

/** Makes a table with a key of texts, which serves when it comes back. */
export async function table(t: Check, prefix: string, partition: string, sort?: string): Promise<string> {
  const name = t.seeded.name(prefix);
  const keys = sort === undefined ? [partition] : [partition, sort];
  await t.client(DynamoDBClient).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await t.clock.advance(CREATION, {
    wall: CREATION_AT_MOST,
    async until() {
      const { Table } = await t.client(DynamoDBClient).send(new DescribeTableCommand({ TableName: name }));
      return Table?.TableStatus === 'ACTIVE';
    },
  });
  return name;
}

export async function putRows(t: Check, name: string, rows: readonly Row[]): Promise<void> {
  for (let i = 0; i < rows.length; i += MOST_IN_A_BATCH) {
    const requests = rows.slice(i, i + MOST_IN_A_BATCH).map((row) => ({ PutRequest: { Item: toItem(row) } }));
    await t.client(DynamoDBClient).send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }));
  }
}

/** The row, or undefined where there is none. */
export async function rowOf(t: Check, name: string, key: Row): Promise<Row | undefined> {
  const { Item } = await t
    .client(DynamoDBClient)
    .send(new GetItemCommand({ TableName: name, Key: toItem(key), ConsistentRead: true }));
  return Item && Object.fromEntries(Object.entries(Item).map(([field, value]) => [field, fromValue(value)]));
}

/** What a function's role may do with items of these tables. */
export const items = (t: Check, tables: readonly string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:BatchGetItem',
  ],
  Resource: tables.map((name) => `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${name}`),
});

const toItem = (row: Row): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );

/** Numbers and texts; other kinds of value as JSON, so that a message can show them. */
const fromValue = (value: AttributeValue): string | number =>
  value.N !== undefined ? Number(value.N) : (value.S ?? JSON.stringify(value));
