import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let TableName: string;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  TableName = await createTable(t);
});

type Item = Record<string, api.AttributeValue>;
const put = (Item: Item, more: Partial<api.PutItemCommandInput> = {}) =>
  t.dynamodb.send(new api.PutItemCommand({ TableName, Item, ...more }));
const get = (id: string, more: Partial<api.GetItemCommandInput> = {}) =>
  t.dynamodb.send(new api.GetItemCommand({ TableName, Key: { id: { S: id } }, ...more }));
const update = (id: string, UpdateExpression: string, more: Partial<api.UpdateItemCommandInput> = {}) =>
  t.dynamodb.send(new api.UpdateItemCommand({ TableName, Key: { id: { S: id } }, UpdateExpression, ...more }));
const remove = (id: string, more: Partial<api.DeleteItemCommandInput> = {}) =>
  t.dynamodb.send(new api.DeleteItemCommand({ TableName, Key: { id: { S: id } }, ...more }));

test('all types come back as they were given, numbers in their one spelling', async () => {
  const item: Item = {
    id: { S: 'a' },
    empty: { S: '' },
    number: { N: '-12.5' },
    blob: { B: Uint8Array.of(0, 255) },
    flag: { BOOL: false },
    nothing: { NULL: true },
    texts: { SS: ['a', 'b'] },
    numbers: { NS: ['1', '2.5'] },
    blobs: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
    list: { L: [{ S: 'x' }, { L: [] }] },
    map: { M: { deep: { M: {} } } },
    __proto__x: { S: 'a name like any other' },
  };
  await put({ ...item, number: { N: '-012.50' } });
  expect((await get('a')).Item).toEqual(item);
  expect((await get('b')).Item).toBeUndefined();
});

describe('conditional writes', () => {
  const whenNew = { ConditionExpression: 'attribute_not_exists(id)' };

  test('only the first of many who create the same item succeeds', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => put({ id: { S: 'lock' }, owner: { N: `${n}` } }, whenNew)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a failure changes nothing and shows the item, if asked', async () => {
    await put({ id: { S: 'a' }, blob: { B: Uint8Array.of(1, 2) } });
    const quiet = await put({ id: { S: 'a' } }, whenNew).catch((error: unknown) => error);
    expect(quiet).toBeInstanceOf(api.ConditionalCheckFailedException);
    expect(quiet).toMatchObject({ message: 'The conditional request failed', $metadata: { httpStatusCode: 400 } });
    expect((quiet as api.ConditionalCheckFailedException).Item).toBeUndefined();
    for (const call of [
      put({ id: { S: 'a' } }, { ...whenNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      update('a', 'SET x = id', { ...whenNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      remove('a', { ...whenNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ]) {
      const failure = (await call.catch((error: unknown) => error)) as api.ConditionalCheckFailedException;
      expect(failure.name).toBe('ConditionalCheckFailedException');
      expect(failure.Item).toEqual({ id: { S: 'a' }, blob: { B: Uint8Array.of(1, 2) } });
    }
    expect((await get('a')).Item).toHaveProperty('blob');
  });

  test('a lease is taken over once it has ended, with a higher fencing token', async () => {
    const take = (owner: string, now: number) =>
      update('lease', 'SET heldBy = :me, ends = :ends ADD fence :one', {
        ConditionExpression: 'attribute_not_exists(id) OR ends <= :now',
        ExpressionAttributeValues: {
          ':me': { S: owner },
          ':now': { N: `${now}` },
          ':ends': { N: `${now + 30}` },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
      });
    expect((await take('a', 100)).Attributes).toMatchObject({ heldBy: { S: 'a' }, fence: { N: '1' } });
    expect(await refusal(take('b', 129))).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await take('b', 130)).Attributes).toMatchObject({ heldBy: { S: 'b' }, fence: { N: '2' } });
  });
});

describe('updates', () => {
  test('a counter counts each of many concurrent increments', async () => {
    const one = { ExpressionAttributeValues: { ':one': { N: '1' } } };
    await Promise.all(Array.from({ length: 30 }, () => update('count', 'ADD seen :one', one)));
    expect((await get('count')).Item).toEqual({ id: { S: 'count' }, seen: { N: '30' } });
  });

  test('give back what was asked for', async () => {
    await put({ id: { S: 'a' }, x: { N: '1' }, y: { M: { p: { N: '1' }, q: { N: '2' } } } });
    const change = async (ReturnValues: api.ReturnValue) =>
      (
        await update('a', 'SET x = x + :one, y.p = :one', {
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues,
        })
      ).Attributes;
    expect(await change('NONE')).toBeUndefined();
    expect(await change('ALL_OLD')).toMatchObject({ id: { S: 'a' }, x: { N: '2' } });
    expect(await change('ALL_NEW')).toMatchObject({ id: { S: 'a' }, x: { N: '4' } });
    expect(await change('UPDATED_OLD')).toEqual({ x: { N: '4' }, y: { M: { p: { N: '1' } } } });
    expect(await change('UPDATED_NEW')).toEqual({ x: { N: '6' }, y: { M: { p: { N: '1' } } } });
  });

  test('without an expression create the item with nothing but its key', async () => {
    const created = await t.dynamodb.send(
      new api.UpdateItemCommand({ TableName, Key: { id: { S: 'bare' } }, ReturnValues: 'ALL_NEW' }),
    );
    expect(created.Attributes).toEqual({ id: { S: 'bare' } });
  });
});

test('deleting gives the item back if asked, and does not mind that there is none', async () => {
  await put({ id: { S: 'a' }, x: { N: '1' } });
  expect((await remove('a', { ReturnValues: 'ALL_OLD' })).Attributes).toEqual({ id: { S: 'a' }, x: { N: '1' } });
  expect((await remove('a', { ReturnValues: 'ALL_OLD' })).Attributes).toBeUndefined();
});

test('capacity is counted by size, and told if asked', async () => {
  const TOTAL = { ReturnConsumedCapacity: 'TOTAL' } as const;
  const big = { id: { S: 'big' }, text: { S: 'x'.repeat(5000) } };
  expect((await put(big, TOTAL)).ConsumedCapacity).toEqual({ TableName, CapacityUnits: 5 });
  expect((await get('big', TOTAL)).ConsumedCapacity?.CapacityUnits).toBe(1);
  expect((await get('big', { ...TOTAL, ConsistentRead: true })).ConsumedCapacity?.CapacityUnits).toBe(2);
  expect((await get('none', TOTAL)).ConsumedCapacity?.CapacityUnits).toBe(0.5);
  expect((await get('big', { ReturnConsumedCapacity: 'INDEXES' })).ConsumedCapacity?.Table).toEqual({
    CapacityUnits: 1,
  });
});

test('batches write up to 25 items and read up to 100, of several tables', async () => {
  const other = await createTable(t);
  const writes = (count: number): api.WriteRequest[] =>
    Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: { id: { S: `${n}` } } } }));
  const write = (RequestItems: Record<string, api.WriteRequest[]>) =>
    t.dynamodb.send(new api.BatchWriteItemCommand({ RequestItems }));
  expect((await write({ [TableName]: writes(20), [other]: writes(5) })).UnprocessedItems).toEqual({});
  await write({ [TableName]: [{ DeleteRequest: { Key: { id: { S: '0' } } } }] });
  const Keys = [{ id: { S: '0' } }, { id: { S: '1' } }];
  const { Responses } = await t.dynamodb.send(
    new api.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys }, [other]: { Keys } } }),
  );
  expect(Responses![TableName]).toEqual([{ id: { S: '1' } }]);
  expect(Responses![other]).toHaveLength(2);
  expect(await refusal(write({ [TableName]: writes(26) }))).toMatchObject({
    message: 'Too many items requested for the BatchWriteItem call',
  });
  expect(await refusal(write({ [TableName]: [...writes(2), ...writes(1)] }))).toMatchObject({
    message: 'Provided list of item keys contains duplicates',
  });
  // Recorded: test_batch_write_not_matching_schema.
  expect(await refusal(write({ [TableName]: [{ PutRequest: { Item: { x: { S: 'a' } } } }] }))).toMatchObject({
    message: 'The provided key element does not match the schema',
  });
});

describe('what DynamoDB refuses', () => {
  const x = { ExpressionAttributeValues: { ':x': { S: 'x' } } };
  const values = 'One or more parameter values were invalid:';

  test.each<[string, Item, Partial<api.PutItemCommandInput>, string]>([
    ['an item without its key', { x: { S: 'a' } }, {}, `${values} Missing the key id in the item`],
    ['a key of another type', { id: { N: '1' } }, {}, `${values} Type mismatch for key id expected: S actual: N`],
    [
      'an empty key',
      { id: { S: '' } },
      {},
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'a key that is too long',
      { id: { S: 'k'.repeat(2049) } },
      {},
      `${values} Size of hashkey has exceeded the maximum size limit of2048 bytes`,
    ],
    [
      'a value without a type',
      { id: { S: 'a' }, x: {} as api.AttributeValue },
      {},
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      'no number',
      { id: { S: 'a' }, x: { N: 'five' } },
      {},
      'The parameter cannot be converted to a numeric value: five',
    ],
    ['an empty set', { id: { S: 'a' }, x: { SS: [] } }, {}, `${values} An string set  may not be empty`],
    [
      'a set with duplicates',
      { id: { S: 'a' }, x: { SS: ['p', 'p'] } },
      {},
      `${values} Input collection [p, p] contains duplicates.`,
    ],
    [
      'numbers that are the same',
      { id: { S: 'a' }, x: { NS: ['1', '1.0'] } },
      {},
      'Input collection contains duplicates',
    ],
    [
      'a null that is none',
      { id: { S: 'a' }, x: { NULL: false } as unknown as api.AttributeValue },
      {},
      `${values} Null attribute value types must have the value of true`,
    ],
    [
      'an item of more than 400 KB',
      { id: { S: 'a' }, x: { S: 'x'.repeat(400 * 1024) } },
      {},
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'values to return that a put has not',
      { id: { S: 'a' } },
      { ReturnValues: 'ALL_NEW' },
      'Return values set to invalid value',
    ],
    [
      'an unknown word',
      { id: { S: 'a' } },
      { ReturnConsumedCapacity: 'ALL' as api.ReturnConsumedCapacity },
      "1 validation error detected: Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    ],
    [
      'values without an expression',
      { id: { S: 'a' } },
      x,
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      'values that no expression uses',
      { id: { S: 'a' } },
      { ...x, ConditionExpression: 'attribute_exists(id)' },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}',
    ],
    [
      'names that no expression uses',
      { id: { S: 'a' } },
      { ExpressionAttributeNames: { '#x': 'x' }, ConditionExpression: 'attribute_exists(id)' },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}',
    ],
    [
      'old and new parameters together',
      { id: { S: 'a' } },
      { Expected: { id: { Exists: false } }, ConditionExpression: 'attribute_exists(id)' },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
  ])('%s', async (_, item, more, message) => {
    expect(await refusal(put(item, more))).toEqual({ name: 'ValidationException', status: 400, message });
  });

  test("keys that are not the table's", async () => {
    const message = 'The provided key element does not match the schema';
    for (const Key of [{}, { other: { S: 'a' } }, { id: { N: '1' } }, { id: { S: 'a' }, other: { S: 'a' } }]) {
      expect(await refusal(get('a', { Key: Key as Item }))).toEqual({
        name: 'ValidationException',
        status: 400,
        message,
      });
    }
  });

  test('changes of a key, and items that grow beyond 400 KB', async () => {
    expect(await refusal(update('a', 'SET id = :x', x))).toMatchObject({
      message: `${values} Cannot update attribute id. This attribute is part of the key`,
    });
    const half = { ':x': { S: 'x'.repeat(200 * 1024) } };
    await update('a', 'SET p = :x', { ExpressionAttributeValues: half });
    expect(await refusal(update('a', 'SET q = :x', { ExpressionAttributeValues: half }))).toMatchObject({
      message: 'Item size to update has exceeded the maximum allowed size',
    });
    expect((await get('a')).Item).not.toHaveProperty('q');
  });

  test('legacy parameters are not built, and say so', async () => {
    const legacy = put({ id: { S: 'a' } }, { Expected: { id: { Exists: false } } });
    expect(await refusal(legacy)).toMatchObject({
      name: 'NotImplemented',
      status: 501,
      message: expect.stringContaining('ConditionExpression'),
    });
  });
});
