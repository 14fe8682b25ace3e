import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let table: string;
beforeAll(async () => {
  t = await openTestCloud();
  table = await createTable(t);
  await t.dynamodb.send(new api.PutItemCommand({ TableName: table, Item: key('one') }));
});
afterAll(() => t.close());

const send = (command: unknown): Promise<unknown> => t.dynamodb.send(command as never);
const key = (id: string) => ({ id: { S: id } });
const definition = (TableName: string): api.CreateTableCommandInput => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
});
const arn = () => `arn:aws:dynamodb:us-east-1:${t.accountId}:table/none`;
const none = { TableName: 'none' };
const ttl = (TableName: string) => ({
  TableName,
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
});
const condition = { ConditionExpression: 'attribute_not_exists(id)' };

const NO_TABLE = 'Requested resource not found: Table: none not found';
const NOT_FOUND = 'Requested resource not found';
const FAILED = 'The conditional request failed';
const NAME =
  "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3";
const MISSING = 'ResourceNotFoundException';
const INVALID = 'ValidationException';

/** What AWS answers to each operation; all of it with status 400. Values, expressions and keys have tables of their own beside this one. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, string, string | RegExp])[] = [
  // What is not there.
  ['DescribeTable', () => send(new api.DescribeTableCommand(none)), MISSING, NO_TABLE],
  ['DeleteTable', () => send(new api.DeleteTableCommand(none)), MISSING, NO_TABLE],
  [
    'UpdateTable',
    () => send(new api.UpdateTableCommand({ ...none, BillingMode: 'PAY_PER_REQUEST' })),
    MISSING,
    NO_TABLE,
  ],
  ['DescribeTimeToLive', () => send(new api.DescribeTimeToLiveCommand(none)), MISSING, NO_TABLE],
  ['UpdateTimeToLive', () => send(new api.UpdateTimeToLiveCommand(ttl('none'))), MISSING, NO_TABLE],
  ['GetItem', () => send(new api.GetItemCommand({ ...none, Key: key('a') })), MISSING, NOT_FOUND],
  ['PutItem', () => send(new api.PutItemCommand({ ...none, Item: key('a') })), MISSING, NOT_FOUND],
  ['UpdateItem', () => send(new api.UpdateItemCommand({ ...none, Key: key('a') })), MISSING, NOT_FOUND],
  ['DeleteItem', () => send(new api.DeleteItemCommand({ ...none, Key: key('a') })), MISSING, NOT_FOUND],
  ['Scan', () => send(new api.ScanCommand(none)), MISSING, NOT_FOUND],
  [
    'Query',
    () =>
      send(
        new api.QueryCommand({
          ...none,
          KeyConditionExpression: 'id = :id',
          ExpressionAttributeValues: { ':id': { S: 'a' } },
        }),
      ),
    MISSING,
    NOT_FOUND,
  ],
  [
    'BatchGetItem',
    () => send(new api.BatchGetItemCommand({ RequestItems: { none: { Keys: [key('a')] } } })),
    MISSING,
    NOT_FOUND,
  ],
  [
    'BatchWriteItem',
    () => send(new api.BatchWriteItemCommand({ RequestItems: { none: [{ PutRequest: { Item: key('a') } }] } })),
    MISSING,
    NOT_FOUND,
  ],
  [
    'ListTagsOfResource',
    () => send(new api.ListTagsOfResourceCommand({ ResourceArn: arn() })),
    MISSING,
    /^Requested resource not found: ResourcArn: arn:aws:dynamodb:us-east-1:\d{12}:table\/none not found$/,
  ],

  // Names out of bounds.
  ['CreateTable, name', () => send(new api.CreateTableCommand(definition('ab'))), INVALID, new RegExp(NAME)],
  [
    'CreateTable, letters',
    () => send(new api.CreateTableCommand(definition('a b c'))),
    INVALID,
    /at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z0-9_.-\]\+/,
  ],
  [
    'TagResource, name',
    () => send(new api.TagResourceCommand({ ResourceArn: 'none', Tags: [{ Key: 'a', Value: 'b' }] })),
    INVALID,
    'Invalid TableArn: Invalid ResourceArn provided as input none',
  ],

  // Twice, and conflicts.
  [
    'CreateTable, twice',
    () => send(new api.CreateTableCommand(definition(table))),
    'ResourceInUseException',
    /^Table already exists: table-\d+$/,
  ],
  [
    'PutItem, condition',
    () => send(new api.PutItemCommand({ TableName: table, Item: key('one'), ...condition })),
    'ConditionalCheckFailedException',
    FAILED,
  ],
  [
    'UpdateItem, condition',
    () => send(new api.UpdateItemCommand({ TableName: table, Key: key('one'), ...condition })),
    'ConditionalCheckFailedException',
    FAILED,
  ],
  [
    'DeleteItem, condition',
    () => send(new api.DeleteItemCommand({ TableName: table, Key: key('one'), ...condition })),
    'ConditionalCheckFailedException',
    FAILED,
  ],
  [
    'UpdateTable, nothing',
    () => send(new api.UpdateTableCommand({ TableName: table })),
    INVALID,
    /^At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or /,
  ],
  [
    'BatchWriteItem, twice',
    () =>
      send(
        new api.BatchWriteItemCommand({
          RequestItems: { [table]: [1, 2].map(() => ({ PutRequest: { Item: key('a') } })) },
        }),
      ),
    INVALID,
    'Provided list of item keys contains duplicates',
  ],

  // Limits.
  [
    'PutItem, size',
    () => send(new api.PutItemCommand({ TableName: table, Item: { ...key('a'), b: { S: 'x'.repeat(400 * 1024) } } })),
    INVALID,
    'Item size has exceeded the maximum allowed size',
  ],
  [
    'PutItem, key',
    () => send(new api.PutItemCommand({ TableName: table, Item: key('x'.repeat(2049)) })),
    INVALID,
    'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
  ],
  [
    'BatchGetItem, 101',
    () =>
      send(
        new api.BatchGetItemCommand({
          RequestItems: { [table]: { Keys: Array.from({ length: 101 }, (_, index) => key(String(index))) } },
        }),
      ),
    INVALID,
    'Too many items requested for the BatchGetItem call',
  ],
  [
    'Scan, limit',
    () => send(new api.ScanCommand({ TableName: table, Limit: 0 })),
    INVALID,
    /Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1$/,
  ],
];

test.each(REFUSALS)('refused: %s', async (_, call, name, message) => {
  const refused = await refusal(call());
  expect(refused).toMatchObject({ name, status: 400 });
  expect(refused.message).toMatch(typeof message === 'string' ? new RegExp(`^${escaped(message)}$`) : message);
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
