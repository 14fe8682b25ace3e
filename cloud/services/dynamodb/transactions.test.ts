/** Transactions: all or nothing, once, and told why not. */
import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let table: string;
let other: string;
beforeAll(async () => {
  t = await openTestCloud();
  [table, other] = [await createTable(t), await createTable(t, 'N')];
});
afterAll(() => t.close());

type Item = Record<string, api.AttributeValue>;
let count = 0;
const fresh = (): string => `item-${++count}`;
const item = (id: string, value = 1): Item => ({ id: { S: id }, v: { N: String(value) } });
const key = (id: string): Item => ({ id: { S: id } });
const put = (Item: Item, more: Partial<api.Put> = {}): api.TransactWriteItem => ({
  Put: { TableName: table, Item, ...more },
});
const write = (TransactItems: api.TransactWriteItem[], more: Partial<api.TransactWriteItemsCommandInput> = {}) =>
  t.dynamodb.send(new api.TransactWriteItemsCommand({ TransactItems, ...more }));
const get = async (id: string) =>
  (await t.dynamodb.send(new api.GetItemCommand({ TableName: table, Key: key(id) }))).Item;
const read = (ids: string[], more: Partial<api.TransactGetItemsCommandInput> = {}) =>
  t.dynamodb.send(
    new api.TransactGetItemsCommand({
      TransactItems: ids.map((id) => ({ Get: { TableName: table, Key: key(id) } })),
      ...more,
    }),
  );
const cancelled = async (call: Promise<unknown>): Promise<api.CancellationReason[]> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof api.TransactionCanceledException)) throw new Error(`not cancelled: ${String(error)}`);
  const reasons = error.CancellationReasons!;
  expect(error.message).toBe(
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
  );
  return reasons;
};
const IF_NEW = { ConditionExpression: 'attribute_not_exists(id)' };

describe('a transaction that writes', () => {
  test('does all four things, in several tables', async () => {
    const [a, b, c, d] = [fresh(), fresh(), fresh(), fresh()] as const;
    await write([put(item(b)), put(item(c)), put(item(d, 7))]);
    await write([
      put(item(a), IF_NEW),
      {
        Update: {
          TableName: table,
          Key: key(b),
          UpdateExpression: 'SET v = v + :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      { Delete: { TableName: table, Key: key(c) } },
      {
        ConditionCheck: {
          TableName: table,
          Key: key(d),
          ConditionExpression: 'v = :seven',
          ExpressionAttributeValues: { ':seven': { N: '7' } },
        },
      },
      { Put: { TableName: other, Item: { id: { S: a }, seq: { N: '1' } } } },
    ]);
    expect([await get(a), await get(b), await get(c), await get(d)]).toEqual([
      item(a),
      item(b, 2),
      undefined,
      item(d, 7),
    ]);
    const elsewhere = new api.GetItemCommand({ TableName: other, Key: { id: { S: a }, seq: { N: '1' } } });
    expect((await t.dynamodb.send(elsewhere)).Item).toBeDefined();
  });

  test('does nothing where one of its conditions fails, and tells each action’s fate in order', async () => {
    const [a, b, c] = [fresh(), fresh(), fresh()] as const;
    await write([put({ ...item(a), blob: { B: new Uint8Array([1, 2]) } })]);
    const reasons = await cancelled(
      write([
        put(item(b)),
        put(item(a, 2), { ...IF_NEW, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        {
          ConditionCheck: {
            TableName: table,
            Key: key(c),
            ConditionExpression: 'attribute_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]),
    );
    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    expect(reasons).toEqual([
      { Code: 'None' },
      { ...failed, Item: { ...item(a), blob: { B: new Uint8Array([1, 2]) } } },
      failed,
    ]);
    expect(await get(b)).toBeUndefined();
  });

  test('costs twice, and tells the units by kind', async () => {
    const [a, b] = [fresh(), fresh()] as const;
    const { ConsumedCapacity } = await write([put(item(a)), put(item(b))], { ReturnConsumedCapacity: 'TOTAL' });
    expect(ConsumedCapacity).toEqual([{ TableName: table, CapacityUnits: 4, WriteCapacityUnits: 4 }]);
    const told = await read([a, fresh()], { ReturnConsumedCapacity: 'INDEXES' });
    expect(told.ConsumedCapacity).toEqual([
      {
        TableName: table,
        CapacityUnits: 4,
        ReadCapacityUnits: 4,
        Table: { CapacityUnits: 4, ReadCapacityUnits: 4 },
      },
    ]);
  });

  test('keeps indexes and item collections in step', async () => {
    const indexed = await createTable(t, 'N', {
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'seq', AttributeType: 'N' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-time',
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    const made = (seq: number) => ({
      Put: {
        TableName: indexed,
        Item: { id: { S: 'a' }, seq: { N: String(seq) }, at: { N: String(-seq) } },
      },
    });
    const told = await write([made(1), made(2)], { ReturnItemCollectionMetrics: 'SIZE' });
    expect(told.ItemCollectionMetrics).toEqual({
      [indexed]: [{ ItemCollectionKey: { id: { S: 'a' } }, SizeEstimateRangeGB: [0, 1] }],
    });
    const { Items } = await t.dynamodb.send(new api.ScanCommand({ TableName: indexed, IndexName: 'by-time' }));
    expect(Items!.map(({ seq }) => seq!.N)).toEqual(['2', '1']);
  });
});

describe('a client request token', () => {
  const add = (id: string, ClientRequestToken: string, more: Partial<api.TransactWriteItemsCommandInput> = {}) =>
    write(
      [
        {
          Update: {
            TableName: table,
            Key: key(id),
            UpdateExpression: 'ADD v :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
      { ClientRequestToken, ...more },
    );

  test('makes a transaction once, for ten minutes', async () => {
    const id = fresh();
    await add(id, 'once');
    const again = await add(id, 'once', { ReturnConsumedCapacity: 'TOTAL' });
    expect(await get(id)).toEqual(item(id, 1));
    expect(again.ConsumedCapacity).toEqual([{ TableName: table, CapacityUnits: 2, ReadCapacityUnits: 2 }]);
    expect(await refusal(add(fresh(), 'once'))).toMatchObject({
      name: 'IdempotentParameterMismatchException',
      status: 400,
    });
    await t.cloud.clock.advance(10 * 60_000);
    await add(id, 'once');
    expect(await get(id)).toEqual(item(id, 2));
  });

  test('is of the same transaction in whichever order its members come (recorded: test_dynamodb_idempotent_writing)', async () => {
    const id = fresh();
    const once = (Item: Item) => write([put(Item)], { ClientRequestToken: 'ordered' });
    await once({ id: { S: id }, v: { N: '1' } });
    await once({ v: { N: '1' }, id: { S: id } });
    expect(await get(id)).toEqual(item(id, 1));
  });

  test('is free again where the transaction has failed', async () => {
    const id = fresh();
    await write([put(item(id))]);
    await cancelled(write([put(item(id), IF_NEW)], { ClientRequestToken: 'failed' }));
    await write([put(item(id, 5))], { ClientRequestToken: 'failed' });
    expect(await get(id)).toEqual(item(id, 5));
  });
});

describe('a transaction that takes its time', () => {
  test('holds its items: whoever writes them meanwhile is told of the conflict', async () => {
    const [a, b] = [fresh(), fresh()] as const;
    await write([put(item(a))]);
    const fault = { id: 'slow', service: 'dynamodb', operation: 'PrepareItem', resource: table } as const;
    t.cloud.core.faults.add({ ...fault, effect: { kind: 'latency', ms: 1000 }, nth: 1 });
    const stop = t.cloud.clock.busy('a test that wants to be in the middle');
    const slow = write([put(item(a, 2)), put(item(b, 2))], { ClientRequestToken: 'slow' });
    await expect.poll(() => t.cloud.core.trace.entries().some((entry) => entry.fault === 'slow')).toBe(true);
    const conflict = { name: 'TransactionConflictException', message: 'Transaction is ongoing for the item' };
    const alone = new api.PutItemCommand({ TableName: table, Item: item(a, 9) });
    expect(await refusal(t.dynamodb.send(alone))).toMatchObject(conflict);
    const deletion = new api.DeleteItemCommand({ TableName: table, Key: key(b) });
    expect(await refusal(t.dynamodb.send(deletion))).toMatchObject(conflict);
    const reason = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
    expect(await cancelled(write([put(item(fresh())), put(item(b, 9))]))).toEqual([{ Code: 'None' }, reason]);
    expect(await cancelled(read([a]))).toEqual([reason]);
    const batch = { [table]: [{ PutRequest: { Item: item(a, 9) } }, { PutRequest: { Item: item(fresh()) } }] };
    const { UnprocessedItems } = await t.dynamodb.send(new api.BatchWriteItemCommand({ RequestItems: batch }));
    expect(UnprocessedItems).toEqual({ [table]: [{ PutRequest: { Item: item(a, 9) } }] });
    expect(await refusal(write([put(item(a, 2)), put(item(b, 2))], { ClientRequestToken: 'slow' }))).toMatchObject({
      name: 'TransactionInProgressException',
    });
    expect(await get(a)).toEqual(item(a));
    stop();
    await slow;
    t.cloud.core.faults.remove('slow');
    expect([await get(a), await get(b)]).toEqual([item(a, 2), item(b, 2)]);
  });

  test('or meets a conflict that a fault makes', async () => {
    const id = fresh();
    const effect = { kind: 'error', code: 'TransactionConflict', status: 400 } as const;
    t.cloud.core.faults.add({ id: 'conflict', service: 'dynamodb', operation: 'PrepareItem', nth: 2, effect });
    expect(await cancelled(write([put(item(fresh())), put(item(id))]))).toEqual([
      { Code: 'None' },
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ]);
    t.cloud.core.faults.remove('conflict');
    await write([put(item(id))]);
  });
});

test('a transaction that reads gives what it finds, in order', async () => {
  const [a, b, c] = [fresh(), fresh(), fresh()] as const;
  await write([put(item(a)), put(item(b, 2))]);
  const { Responses } = await t.dynamodb.send(
    new api.TransactGetItemsCommand({
      TransactItems: [
        { Get: { TableName: table, Key: key(b), ProjectionExpression: 'v' } },
        { Get: { TableName: table, Key: key(c) } },
        { Get: { TableName: table, Key: key(a) } },
      ],
    }),
  );
  expect(Responses).toEqual([{ Item: { v: { N: '2' } } }, {}, { Item: item(a) }]);
});

test('each action takes the right to do it alone', async () => {
  const arn = (name: string) => `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${name}`;
  const Role = await t.role('checks', {
    Effect: 'Allow',
    Action: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    Resource: arn(table),
  });
  const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(Role, 'writer', 3600);
  const writer = t.as({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
  const writeAs = (...TransactItems: api.TransactWriteItem[]) =>
    writer.dynamodb.send(new api.TransactWriteItemsCommand({ TransactItems }));
  const check = (Key: Item) => ({
    ConditionCheck: { TableName: table, Key, ConditionExpression: 'attribute_not_exists(id)' },
  });
  await writeAs(put(item(fresh())), check(key(fresh())));
  for (const [denied, action] of [
    ['DeleteItem', { Delete: { TableName: table, Key: key(fresh()) } }],
    ['UpdateItem', { Update: { TableName: table, Key: key(fresh()), UpdateExpression: 'REMOVE x' } }],
    ['PutItem', { Put: { TableName: other, Item: { id: { S: 'x' }, seq: { N: '1' } } } }],
  ] as const) {
    const refused = await refusal(writeAs(put(item(fresh())), action));
    expect(refused.name).toBe('AccessDeniedException');
    expect(refused.message).toContain(`dynamodb:${denied}`);
  }
  const reading = { TransactItems: [{ Get: { TableName: table, Key: key('x') } }] };
  const refused = await refusal(writer.dynamodb.send(new api.TransactGetItemsCommand(reading)));
  expect(refused.message).toContain('dynamodb:GetItem');
});

test('the trace names the table, where there is one', async () => {
  await write([put(item(fresh())), put(item(fresh()))]);
  await write([put(item(fresh())), { Put: { TableName: other, Item: { id: { S: 'y' }, seq: { N: '1' } } } }]);
  const calls = t.cloud.core.trace.entries().filter(({ operation }) => operation === 'TransactWriteItems');
  expect(calls.slice(-2).map(({ resource }) => resource)).toEqual([table, undefined]);
});
