import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);
const describe = async (TableName: string) =>
  (await t.dynamodb.send(new api.DescribeTableCommand({ TableName }))).Table!;
const put = (TableName: string, Item: Record<string, api.AttributeValue>) =>
  t.dynamodb.send(new api.PutItemCommand({ TableName, Item }));
const definition = (TableName: string): api.CreateTableCommandInput => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
});

test('the throughput that a table begins with is no increase (recorded: test_batch_write_items_streaming)', async () => {
  const { TableDescription } = await t.dynamodb.send(
    new api.CreateTableCommand({
      ...definition('provisioned'),
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    }),
  );
  expect(TableDescription!.ProvisionedThroughput).toEqual({
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: 5,
    WriteCapacityUnits: 5,
  });
});

test('a table is created, serves items once it is active, and is gone a while after its deletion', async () => {
  const { TableDescription } = await t.dynamodb.send(new api.CreateTableCommand(definition('life')));
  expect(TableDescription).toMatchObject({
    TableName: 'life',
    TableStatus: 'CREATING',
    TableArn: `arn:aws:dynamodb:us-east-1:${t.accountId}:table/life`,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ItemCount: 0,
  });
  expect(await refusal(put('life', { id: { S: 'a' } }))).toMatchObject({ name: 'ResourceNotFoundException' });
  await advance(1);
  expect((await describe('life')).TableStatus).toBe('ACTIVE');
  await put('life', { id: { S: 'a' } });
  expect(await describe('life')).toMatchObject({ ItemCount: 1, TableSizeBytes: 3 });
  await t.dynamodb.send(new api.DeleteTableCommand({ TableName: 'life' }));
  expect((await describe('life')).TableStatus).toBe('DELETING');
  expect(await refusal(put('life', { id: { S: 'a' } }))).toMatchObject({ name: 'ResourceNotFoundException' });
  await advance(1);
  expect(await refusal(describe('life'))).toMatchObject({ name: 'ResourceNotFoundException' });
  await t.dynamodb.send(new api.CreateTableCommand(definition('life')));
  await advance(1);
  expect(await describe('life')).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 0 });
});

test('tables are listed by name, page by page, and each account sees its own', async () => {
  const theirs = () => t.as(t.cloud.identity.rootCredentials('444455556666')).dynamodb;
  const other = theirs();
  for (const name of ['list-b', 'list-a', 'list-c']) await other.send(new api.CreateTableCommand(definition(name)));
  const first = await other.send(new api.ListTablesCommand({ Limit: 2 }));
  expect(first).toMatchObject({ TableNames: ['list-a', 'list-b'], LastEvaluatedTableName: 'list-b' });
  const rest = await other.send(new api.ListTablesCommand({ ExclusiveStartTableName: 'list-b' }));
  expect(rest.TableNames).toEqual(['list-c']);
  expect(rest.LastEvaluatedTableName).toBeUndefined();
  await t.cloud.reset('444455556666');
  expect((await theirs().send(new api.ListTablesCommand())).TableNames).toEqual([]);
});

test('billing and throughput change, and the table is busy meanwhile', async () => {
  const TableName = await createTable(t);
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 2 };
  const update = (input: Partial<api.UpdateTableCommandInput>) =>
    t.dynamodb.send(new api.UpdateTableCommand({ TableName, ...input }));
  const { TableDescription } = await update({ BillingMode: 'PROVISIONED', ProvisionedThroughput });
  expect(TableDescription).toMatchObject({ TableStatus: 'UPDATING', ProvisionedThroughput });
  expect(await refusal(update({ BillingMode: 'PAY_PER_REQUEST' }))).toMatchObject({ name: 'ResourceInUseException' });
  await put(TableName, { id: { S: 'served all the while' } });
  await advance(1);
  expect(await describe(TableName)).toMatchObject({
    TableStatus: 'ACTIVE',
    BillingModeSummary: { BillingMode: 'PROVISIONED' },
  });
  expect((await refusal(update({ ProvisionedThroughput }))).message).toContain('will not change');
});

test('a protected table is not deleted', async () => {
  const TableName = await createTable(t, undefined, { DeletionProtectionEnabled: true });
  const remove = () => t.dynamodb.send(new api.DeleteTableCommand({ TableName }));
  expect((await refusal(remove())).message).toContain('protected against deletion');
  await t.dynamodb.send(new api.UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await remove();
});

test('tags', async () => {
  const TableName = await createTable(t, undefined, { Tags: [{ Key: 'team', Value: 'a' }] });
  const ResourceArn = (await describe(TableName)).TableArn!;
  await t.dynamodb.send(
    new api.TagResourceCommand({
      ResourceArn,
      Tags: [
        { Key: 'team', Value: 'b' },
        { Key: 'run', Value: '7' },
      ],
    }),
  );
  const tags = async () => (await t.dynamodb.send(new api.ListTagsOfResourceCommand({ ResourceArn }))).Tags;
  expect(await tags()).toEqual([
    { Key: 'team', Value: 'b' },
    { Key: 'run', Value: '7' },
  ]);
  await t.dynamodb.send(new api.UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }));
  expect(await tags()).toEqual([{ Key: 'run', Value: '7' }]);
});

test.each([
  ['SSESpecification', { SSESpecification: { Enabled: true } }],
  ['ResourcePolicy', { ResourcePolicy: '{}' }],
])('%s is not built, and says so', async (parameter, more) => {
  const create = t.dynamodb.send(new api.CreateTableCommand({ ...definition('unbuilt'), ...more }));
  expect(await refusal(create)).toMatchObject({
    name: 'NotImplemented',
    status: 501,
    message: expect.stringContaining(parameter),
  });
});

const schema = (...types: ('HASH' | 'RANGE')[]) =>
  types.map((KeyType, index) => ({ AttributeName: ['id', 'at'][index]!, KeyType }));
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });

test.each<[string, Partial<api.CreateTableCommandInput>, string]>([
  [
    'a name that is too short',
    { TableName: 'ab' },
    "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
  ],
  [
    'a name with other characters',
    { TableName: 'a b c' },
    "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  ],
  [
    'an unknown billing mode',
    { BillingMode: 'FREE' as api.BillingMode },
    "1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
  ],
  [
    'no throughput',
    { BillingMode: undefined },
    'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
  ],
  [
    'throughput on demand',
    { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
    'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
  ],
  [
    'no hash key',
    { KeySchema: schema('RANGE') },
    'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
  ],
  [
    'two hash keys',
    { KeySchema: schema('HASH', 'HASH'), AttributeDefinitions: [attribute('id'), attribute('at')] },
    'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
  ],
  [
    'an undefined key',
    { KeySchema: schema('HASH', 'RANGE') },
    'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [at], AttributeDefinitions: [id]',
  ],
  [
    'an attribute that is no key',
    { AttributeDefinitions: [attribute('id'), attribute('at')] },
    'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
  ],
])('CreateTable with %s is refused', async (_, more, message) => {
  const create = t.dynamodb.send(new api.CreateTableCommand({ ...definition('refused'), ...more }));
  expect(await refusal(create)).toEqual({ name: 'ValidationException', status: 400, message });
});

test('a table that is there, one that is not, and one that is not ready', async () => {
  const TableName = await createTable(t);
  expect(await refusal(t.dynamodb.send(new api.CreateTableCommand(definition(TableName))))).toEqual({
    name: 'ResourceInUseException',
    status: 400,
    message: `Table already exists: ${TableName}`,
  });
  const missing = { name: 'ResourceNotFoundException', status: 400 };
  expect(await refusal(describe('nowhere'))).toEqual({
    ...missing,
    message: 'Requested resource not found: Table: nowhere not found',
  });
  expect(await refusal(put('nowhere', { id: { S: 'a' } }))).toEqual({
    ...missing,
    message: 'Requested resource not found',
  });
  await t.dynamodb.send(new api.CreateTableCommand(definition('early')));
  expect(await refusal(t.dynamodb.send(new api.DeleteTableCommand({ TableName: 'early' })))).toEqual({
    name: 'ResourceInUseException',
    status: 400,
    message: 'Attempt to change a resource which is still in use: Table is being created: early',
  });
});

test("a role sees the tables that its policy names, by the table's name and by its ARN", async () => {
  const [mine, theirs] = [await createTable(t), await createTable(t)];
  const arn = (name: string) => `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${name}`;
  const role = await t.role('reader', {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
    Resource: arn(mine),
  });
  const { expiration, ...session } = t.cloud.identity.mintSession(role, 'session', 900);
  const { dynamodb } = t.as(session);
  const get = (TableName: string) => dynamodb.send(new api.GetItemCommand({ TableName, Key: { id: { S: 'a' } } }));
  await get(mine);
  await get(arn(mine));
  expect(await refusal(get(theirs))).toMatchObject({ name: 'AccessDeniedException' });
  const Keys = [{ id: { S: 'a' } }];
  const batch = new api.BatchGetItemCommand({ RequestItems: { [mine]: { Keys }, [theirs]: { Keys } } });
  expect(await refusal(dynamodb.send(batch))).toMatchObject({ name: 'AccessDeniedException' });
  const write = new api.PutItemCommand({ TableName: mine, Item: { id: { S: 'a' } } });
  expect(await refusal(dynamodb.send(write))).toMatchObject({ name: 'AccessDeniedException' });
});

test('faults hit a table by its name, however the request names it', async () => {
  const [slow, fine] = [await createTable(t), await createTable(t)];
  t.cloud.core.faults.add({
    id: 'throttle',
    service: 'dynamodb',
    resource: slow,
    effect: { kind: 'error', code: 'ProvisionedThroughputExceededException', status: 400 },
  });
  const throttled = { name: 'ProvisionedThroughputExceededException' };
  expect(await refusal(put(slow, { id: { S: 'a' } }))).toMatchObject(throttled);
  const arn = `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${slow}`;
  expect(await refusal(put(arn, { id: { S: 'a' } }))).toMatchObject(throttled);
  const write = (table: string) => ({ RequestItems: { [table]: [{ PutRequest: { Item: { id: { S: 'a' } } } }] } });
  expect(await refusal(t.dynamodb.send(new api.BatchWriteItemCommand(write(slow))))).toMatchObject(throttled);
  await t.dynamodb.send(new api.BatchWriteItemCommand(write(fine)));
  t.cloud.core.faults.clear();
});
