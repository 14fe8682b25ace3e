/** Secondary indexes: what they hold, how they are read, how they come and go. */
import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let table: string;
type Item = Record<string, api.AttributeValue>;

/** Orders of customers: by state and price, by state alone, and each customer's by price. */
const INDEXED: Partial<api.CreateTableCommandInput> = {
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'seq', AttributeType: 'N' },
    { AttributeName: 'state', AttributeType: 'S' },
    { AttributeName: 'price', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-state',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' },
        { AttributeName: 'price', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
    {
      IndexName: 'states',
      KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: 'whole',
      KeySchema: [{ AttributeName: 'price', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'own-by-price',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'price', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

beforeAll(async () => {
  t = await openTestCloud();
  table = await createTable(t, 'N', INDEXED);
  await put(order('ann', 1, 'open', 30, { note: { S: 'first' }, secret: { S: 'hidden' } }));
  await put(order('ann', 2, 'open', 4));
  await put(order('bob', 1, 'open', 30));
  await put(order('bob', 2, 'paid', 7));
  await put({ id: { S: 'bob' }, seq: { N: '3' }, state: { S: 'open' } });
  await put({ id: { S: 'cid' }, seq: { N: '1' }, price: { N: '1' } });
});
afterAll(() => t.close());

const order = (id: string, seq: number, state: string, price: number, more: Item = {}): Item => ({
  id: { S: id },
  seq: { N: String(seq) },
  state: { S: state },
  price: { N: String(price) },
  ...more,
});
const put = (Item: Item, TableName = table, more: Partial<api.PutItemCommandInput> = {}) =>
  t.dynamodb.send(new api.PutItemCommand({ TableName, Item, ...more }));
const query = (IndexName: string, key: string, value: string, more: Partial<api.QueryCommandInput> = {}) =>
  t.dynamodb.send(
    new api.QueryCommand({
      TableName: table,
      IndexName,
      KeyConditionExpression: `#k = :v`,
      ExpressionAttributeNames: { '#k': key },
      ExpressionAttributeValues: { ':v': key === 'price' ? { N: value } : { S: value } },
      ...more,
    }),
  );
const scan = (IndexName: string, more: Partial<api.ScanCommandInput> = {}) =>
  t.dynamodb.send(new api.ScanCommand({ TableName: table, IndexName, ...more }));
const updateTable = (TableName: string, more: Partial<api.UpdateTableCommandInput>) =>
  t.dynamodb.send(new api.UpdateTableCommand({ TableName, ...more }));
const describeTable = async (TableName: string) =>
  (await t.dynamodb.send(new api.DescribeTableCommand({ TableName }))).Table!;
const ids = ({ Items }: { Items?: Item[] | undefined }) => Items!.map(({ id, seq }) => `${id!.S}${seq!.N}`);

describe('a global index', () => {
  test('has the items with its whole key, in the order of that key, with what it projects', async () => {
    const found = await query('by-state', 'state', 'open');
    expect(ids(found)[0]).toBe('ann2');
    expect(ids(found).slice(1).sort()).toEqual(['ann1', 'bob1']);
    expect(found.Items!.find(({ note }) => note)).toEqual(order('ann', 1, 'open', 30, { note: { S: 'first' } }));
    const backwards = await query('by-state', 'state', 'open', { ScanIndexForward: false });
    expect(ids(backwards)).toEqual(ids(found).reverse());
    expect(ids(await query('states', 'state', 'open')).sort()).toEqual(['ann1', 'ann2', 'bob1', 'bob3']);
    expect((await query('states', 'state', 'paid')).Items).toEqual([
      { id: { S: 'bob' }, seq: { N: '2' }, state: { S: 'paid' } },
    ]);
    expect((await query('whole', 'price', '30')).Items).toContainEqual(
      order('ann', 1, 'open', 30, { note: { S: 'first' }, secret: { S: 'hidden' } }),
    );
  });

  test('is read page by page, with the keys of both in the last key, and loses nothing among equals', async () => {
    const seen: string[] = [];
    let start: Item | undefined;
    do {
      const page = await query('by-state', 'state', 'open', {
        Limit: 1,
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      seen.push(...ids(page));
      start = page.LastEvaluatedKey;
      if (start) expect(Object.keys(start).sort()).toEqual(['id', 'price', 'seq', 'state']);
    } while (start);
    expect(seen.sort()).toEqual(['ann1', 'ann2', 'bob1']);
  });

  test('is scanned, in pages and in segments, and only what is in it', async () => {
    expect(ids(await scan('by-state')).sort()).toEqual(['ann1', 'ann2', 'bob1', 'bob2']);
    const first = await scan('by-state', { Limit: 3 });
    const rest = await scan('by-state', { ExclusiveStartKey: first.LastEvaluatedKey! });
    expect([...ids(first), ...ids(rest)].sort()).toEqual(['ann1', 'ann2', 'bob1', 'bob2']);
    const parts = await Promise.all([0, 1, 2].map((Segment) => scan('whole', { Segment, TotalSegments: 3 })));
    expect(parts.flatMap(ids).sort()).toEqual(['ann1', 'ann2', 'bob1', 'bob2', 'cid1']);
  });

  test('follows every change of an item', async () => {
    const name = await createTable(t, 'N', INDEXED);
    const key = { id: { S: 'a' }, seq: { N: '1' } };
    const open = async () =>
      ids(await query('by-state', 'state', 'open', { TableName: name })).concat(
        ids(await query('by-state', 'state', 'paid', { TableName: name })).map((id) => `paid ${id}`),
      );
    await put(order('a', 1, 'open', 5), name);
    expect(await open()).toEqual(['a1']);
    const change = (UpdateExpression: string, more: Partial<api.UpdateItemCommandInput> = {}) =>
      t.dynamodb.send(new api.UpdateItemCommand({ TableName: name, Key: key, UpdateExpression, ...more }));
    await change('SET #s = :s', {
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'paid' } },
    });
    expect(await open()).toEqual(['paid a1']);
    await change('REMOVE price');
    expect(await open()).toEqual([]);
    await put(order('a', 1, 'open', 6), name);
    expect(await open()).toEqual(['a1']);
    await t.dynamodb.send(new api.DeleteItemCommand({ TableName: name, Key: key }));
    expect(await open()).toEqual([]);
  });
});

describe('a local index', () => {
  test('sorts a partition anew, and fetches from the table what it does not have', async () => {
    const found = await query('own-by-price', 'id', 'ann', { ConsistentRead: true });
    expect(found.Items).toEqual([
      { id: { S: 'ann' }, seq: { N: '2' }, price: { N: '4' } },
      { id: { S: 'ann' }, seq: { N: '1' }, price: { N: '30' } },
    ]);
    const whole = await query('own-by-price', 'id', 'ann', {
      Select: 'ALL_ATTRIBUTES',
      ReturnConsumedCapacity: 'INDEXES',
    });
    expect(whole.Items![1]).toEqual(order('ann', 1, 'open', 30, { note: { S: 'first' }, secret: { S: 'hidden' } }));
    expect(whole.ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: 1.5,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { 'own-by-price': { CapacityUnits: 0.5 } },
    });
    const chosen = await query('own-by-price', 'id', 'ann', { ProjectionExpression: 'secret' });
    expect(chosen.Items).toEqual([{}, { secret: { S: 'hidden' } }]);
  });

  test('makes item collections, which writes tell of', async () => {
    const told = await put(order('dan', 1, 'open', 5), table, { ReturnItemCollectionMetrics: 'SIZE' });
    expect(told.ItemCollectionMetrics).toEqual({
      ItemCollectionKey: { id: { S: 'dan' } },
      SizeEstimateRangeGB: [0, 1],
    });
    await t.dynamodb.send(new api.DeleteItemCommand({ TableName: table, Key: { id: { S: 'dan' }, seq: { N: '1' } } }));
  });
});

test('writes consume capacity of the indexes that they change', async () => {
  const name = await createTable(t, 'N', INDEXED);
  const units = async (Item: Item) => {
    const { ConsumedCapacity: told } = await put(Item, name, { ReturnConsumedCapacity: 'INDEXES' });
    const of = (indexes: Record<string, api.Capacity> | undefined) =>
      Object.fromEntries(Object.entries(indexes ?? {}).map(([index, { CapacityUnits }]) => [index, CapacityUnits]));
    return [told!.CapacityUnits, { ...of(told!.GlobalSecondaryIndexes), ...of(told!.LocalSecondaryIndexes) }];
  };
  expect(await units(order('a', 1, 'open', 1))).toEqual([5, { 'by-state': 1, states: 1, whole: 1, 'own-by-price': 1 }]);
  expect(await units(order('a', 1, 'paid', 1))).toEqual([6, { 'by-state': 2, states: 2, whole: 1 }]);
  expect(await units(order('a', 1, 'paid', 1, { extra: { S: 'x' } }))).toEqual([2, { whole: 1 }]);
  expect(await units({ id: { S: 'b' }, seq: { N: '1' } })).toEqual([1, {}]);
});

describe('indexes of a table', () => {
  test('are described', async () => {
    const { GlobalSecondaryIndexes, LocalSecondaryIndexes, AttributeDefinitions } = await describeTable(table);
    const arn = `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${table}/index/by-state`;
    expect(GlobalSecondaryIndexes![0]).toMatchObject({
      IndexName: 'by-state',
      IndexStatus: 'ACTIVE',
      IndexArn: arn,
      ItemCount: 4,
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    });
    expect(LocalSecondaryIndexes).toEqual([
      {
        IndexName: 'own-by-price',
        IndexArn: arn.replace('by-state', 'own-by-price'),
        ItemCount: 5,
        IndexSizeBytes: 85,
        KeySchema: INDEXED.LocalSecondaryIndexes![0]!.KeySchema,
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(AttributeDefinitions).toHaveLength(4);
  });

  test('come later, filled with what is there, and go again', async () => {
    const name = await createTable(t);
    const states = { IndexName: 'states', KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' as const }] };
    const all = { ProjectionType: 'ALL' as const };
    await put({ id: { S: 'a' }, state: { S: 'open' } }, name);
    await put({ id: { S: 'b' }, state: { N: '5' } }, name);
    const { TableDescription } = await updateTable(name, {
      AttributeDefinitions: [{ AttributeName: 'state', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create: { ...states, Projection: all } }],
    });
    expect(TableDescription).toMatchObject({
      TableStatus: 'UPDATING',
      GlobalSecondaryIndexes: [{ IndexStatus: 'CREATING', Backfilling: false }],
    });
    await t.cloud.clock.advance(1000);
    expect(await describeTable(name)).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [{ IndexStatus: 'CREATING', Backfilling: true }],
    });
    await put({ id: { S: 'c' }, state: { S: 'open' } }, name);
    expect((await refusal(scan('states', { TableName: name }))).message).toBe(
      'Cannot read from backfilling global secondary index: states',
    );
    const another = { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'states' } }] };
    expect(await refusal(updateTable(name, another))).toEqual({
      name: 'LimitExceededException',
      status: 400,
      message: 'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    });
    await t.cloud.clock.advance(1000);
    const found = await query('states', 'state', 'open', { TableName: name });
    expect(found.Items!.map(({ id }) => id!.S).sort()).toEqual(['a', 'c']);
    expect((await updateTable(name, another)).TableDescription).toMatchObject({
      TableStatus: 'UPDATING',
      GlobalSecondaryIndexes: [{ IndexStatus: 'DELETING' }],
    });
    expect((await refusal(scan('states', { TableName: name }))).message).toBe(
      'The table does not have the specified index: states',
    );
    await t.cloud.clock.advance(1000);
    const left = await describeTable(name);
    expect(left.GlobalSecondaryIndexes).toBeUndefined();
    expect(left.AttributeDefinitions).toEqual([{ AttributeName: 'id', AttributeType: 'S' }]);
    await put({ id: { S: 'd' }, state: { N: '5' } }, name);
  });

  test('have throughput of their own', async () => {
    const units = (read: number) => ({ ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: 1 } });
    const { LocalSecondaryIndexes: _, ...globals } = INDEXED;
    const name = await createTable(t, 'N', {
      ...globals,
      GlobalSecondaryIndexes: INDEXED.GlobalSecondaryIndexes!.map((index) => ({ ...index, ...units(3) })),
      BillingMode: 'PROVISIONED',
      ...units(2),
    });
    const change = (IndexName: string, read: number) => ({
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName, ...units(read) } }],
    });
    expect((await refusal(updateTable(name, change('whole', 3)))).message).toMatch(
      /^The provisioned throughput for the index whole will not change\./,
    );
    await updateTable(name, change('whole', 4));
    await t.cloud.clock.advance(1000);
    const indexes = (await describeTable(name)).GlobalSecondaryIndexes!;
    expect(indexes.map(({ ProvisionedThroughput }) => ProvisionedThroughput!.ReadCapacityUnits)).toEqual([3, 3, 4]);
    await updateTable(name, { BillingMode: 'PAY_PER_REQUEST' });
    await t.cloud.clock.advance(1000);
    expect((await refusal(updateTable(name, { BillingMode: 'PROVISIONED', ...units(1) }))).message).toBe(
      'One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by-state,states,whole',
    );
  });
});

test('reading an index takes a right to the index', async () => {
  const statement = { Effect: 'Allow' as const, Action: 'dynamodb:Query' };
  const resource = `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${table}`;
  const queryAs = async (Resource: string) => {
    const role = await t.role(`reads-${Resource.length}`, { ...statement, Resource });
    const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(role, 'reader', 3600);
    const reader = t.as({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
    return await reader.dynamodb.send(
      new api.QueryCommand({
        TableName: table,
        IndexName: 'states',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'paid' } },
      }),
    );
  };
  expect((await queryAs(`${resource}/index/*`)).Count).toBe(1);
  const refused = await refusal(queryAs(resource));
  expect(refused.name).toBe('AccessDeniedException');
  expect(refused.message).toContain(`${resource}/index/states`);
});
