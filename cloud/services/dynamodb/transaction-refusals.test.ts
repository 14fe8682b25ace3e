/** What DynamoDB answers to transactions that cannot be: the request as a whole is refused, or it is cancelled for an action. */
import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

const TableName = 'refusing';
let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
  await createTable(t, undefined, {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'g', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'gsi',
        KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  await t.dynamodb.send(new api.PutItemCommand({ TableName, Item: { ...key('there'), text: { S: 'x' } } }));
});
afterAll(() => t.close());

type Item = Record<string, api.AttributeValue>;
const key = (id: string): Item => ({ id: { S: id } });
const put = (Item: Item): api.TransactWriteItem => ({ Put: { TableName, Item } });
const update = (UpdateExpression: string, value: api.AttributeValue, id = 'there'): api.TransactWriteItem => ({
  Update: { TableName, Key: key(id), UpdateExpression, ExpressionAttributeValues: { ':v': value } },
});
const list = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));
const constraint = (at: string, value: string, why: string) =>
  `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: ${why}`;
const missing = (at: string) => constraint(at, 'null', 'Member must not be null');
const send = (input: Partial<api.TransactWriteItemsCommandInput>) =>
  t.dynamodb.send(new api.TransactWriteItemsCommand(input as api.TransactWriteItemsCommandInput));
const EMPTY =
  'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id';
const INVALID = 'One or more parameter values were invalid: ';

test.each<[string, Partial<api.TransactWriteItemsCommandInput>, string | RegExp]>([
  ['nothing', {}, missing('transactItems')],
  [
    'no action',
    { TransactItems: [] },
    constraint('transactItems', "'[]'", 'Member must have length greater than or equal to 1'),
  ],
  [
    '101 actions',
    { TransactItems: list(101, (index) => put(key(String(index)))) },
    /^1 validation error detected: Value '\[.+\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
  ],
  [
    'an empty action',
    { TransactItems: [{}] },
    'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request',
  ],
  [
    'two actions in one',
    { TransactItems: [{ ...put(key('a')), Delete: { TableName, Key: key('b') } }] },
    'TransactItems can only contain one of Check, Put, Update or Delete',
  ],
  [
    'two actions on one item',
    { TransactItems: [put(key('a')), { Delete: { TableName, Key: key('a') } }] },
    'Transaction request cannot include multiple operations on one item',
  ],
  ['no item', { TransactItems: [{ Put: { TableName, Item: undefined } }] }, missing('transactItems.1.member.put.item')],
  [
    'no key',
    { TransactItems: [put(key('a')), { Delete: { TableName, Key: undefined } }] },
    missing('transactItems.2.member.delete.key'),
  ],
  [
    'no condition to check',
    { TransactItems: [{ ConditionCheck: { TableName, Key: key('a'), ConditionExpression: undefined } }] },
    missing('transactItems.1.member.conditionCheck.conditionExpression'),
  ],
  [
    'no table',
    { TransactItems: [{ Put: { TableName: undefined, Item: key('a') } }] },
    missing('transactItems.1.member.put.tableName'),
  ],
  [
    'no such values to return',
    {
      TransactItems: [{ Put: { TableName, Item: key('a'), ReturnValuesOnConditionCheckFailure: 'NEW' as 'NONE' } }],
    },
    constraint(
      'transactItems.1.member.put.returnValuesOnConditionCheckFailure',
      "'NEW'",
      'Member must satisfy enum value set: [ALL_OLD, NONE]',
    ),
  ],
  [
    'a long token',
    { TransactItems: [put(key('a'))], ClientRequestToken: 'x'.repeat(37) },
    constraint('clientRequestToken', `'${'x'.repeat(37)}'`, 'Member must have length less than or equal to 36'),
  ],
  [
    'a mistake in an expression',
    { TransactItems: [{ Put: { TableName, Item: key('a'), ConditionExpression: 'id =' } }] },
    'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="',
  ],
  [
    'a large item',
    { TransactItems: [put({ ...key('a'), x: { S: 'x'.repeat(400 * 1024) } })] },
    'Item size has exceeded the maximum allowed size',
  ],
  [
    'more than 4 MB',
    { TransactItems: list(11, (index) => put({ ...key(`${index}`), x: { S: 'x'.repeat(399 * 1024) } })) },
    /^Transaction payload size cannot exceed 4MB\. Payload Size: 4494\d{3}$/,
  ],
  ['an empty key', { TransactItems: [put(key(''))] }, EMPTY],
  ['an empty key to delete', { TransactItems: [{ Delete: { TableName, Key: key('') } }] }, EMPTY],
  [
    'an empty index key',
    { TransactItems: [put({ ...key('a'), g: { S: '' } })] },
    'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: gsi, IndexKey: g',
  ],
  [
    'an update to an empty index key',
    { TransactItems: [update('SET g = :v', { S: '' })] },
    'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.',
  ],
])('refused as a whole: %s', async (_, input, message) => {
  const refused = await refusal(send(input));
  expect(refused).toMatchObject({ name: 'ValidationException', status: 400 });
  if (typeof message === 'string') expect(refused.message).toBe(message);
  else expect(refused.message).toMatch(message);
});

test.each<[string, api.TransactWriteItem, string]>([
  ['a key of another type', put({ id: { N: '5' } }), `${INVALID}Type mismatch for key id expected: S actual: N`],
  ['no key in the item', put({ x: { S: 'a' } }), `${INVALID}Missing the key id in the item`],
  [
    'another key to delete',
    { Delete: { TableName, Key: { id: { N: '5' } } } },
    'The provided key element does not match the schema',
  ],
  [
    'an index key of another type',
    put({ ...key('a'), g: { N: '5' } }),
    `${INVALID}Type mismatch for Index Key g Expected: S Actual: N IndexName: gsi`,
  ],
  [
    'an update to an index key of another type',
    update('SET g = :v', { N: '5' }),
    `${INVALID}Type mismatch for Index Key g Expected: S Actual: N IndexName: gsi`,
  ],
  [
    'an update of the key',
    update('SET id = :v', { S: 'b' }),
    `${INVALID}Cannot update attribute id. This attribute is part of the key`,
  ],
  [
    'a sum with what is not there',
    update('SET n = txt + :v', { N: '1' }),
    'The provided expression refers to an attribute that does not exist in the item',
  ],
  [
    'a path into what is not there',
    update('SET id2.a = :v', { N: '1' }),
    'The document path provided in the update expression is invalid for update',
  ],
  [
    'an update that makes the item too large',
    update('SET x = :v', { S: 'x'.repeat(400 * 1024) }),
    'Item size to update has exceeded the maximum allowed size',
  ],
])('cancelled for an action: %s', async (_, action, Message) => {
  const error = await send({ TransactItems: [put(key('bystander')), action] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(api.TransactionCanceledException);
  const { CancellationReasons, message } = error as api.TransactionCanceledException;
  expect(CancellationReasons).toEqual([{ Code: 'None' }, { Code: 'ValidationError', Message }]);
  expect(message).toBe(
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]',
  );
  const read = await t.dynamodb.send(new api.GetItemCommand({ TableName, Key: key('bystander') }));
  expect(read.Item).toBeUndefined();
});

test('a table that is not there is told by itself', async () => {
  const none = { Put: { TableName: 'none', Item: key('a') } };
  const expected = { name: 'ResourceNotFoundException', status: 400, message: 'Requested resource not found' };
  expect(await refusal(send({ TransactItems: [put(key('a')), none] }))).toEqual(expected);
  const reading = new api.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'none', Key: key('a') } }] });
  expect(await refusal(t.dynamodb.send(reading))).toEqual(expected);
});

const get = (id: string, more: Partial<api.Get> = {}) => ({ Get: { TableName, Key: key(id), ...more } });
test.each<[string, api.TransactGetItem[], string | RegExp]>([
  ['nothing', [], constraint('transactItems', "'[]'", 'Member must have length greater than or equal to 1')],
  [
    '101 items',
    list(101, (index) => get(String(index))),
    /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
  ],
  ['one item twice', [get('a'), get('a')], 'Transaction request cannot include multiple operations on one item'],
  ['no item', [{ Get: undefined }], missing('transactItems.1.member.get')],
  [
    'a mistake in an expression',
    [get('a', { ProjectionExpression: 'a b' })],
    'Invalid ProjectionExpression: Syntax error; token: "b", near: "a b"',
  ],
  ['an empty key', [get('')], EMPTY],
])('a reading of %s', async (_, TransactItems, message) => {
  const refused = await refusal(t.dynamodb.send(new api.TransactGetItemsCommand({ TransactItems })));
  expect(refused).toMatchObject({ name: 'ValidationException', status: 400 });
  if (typeof message === 'string') expect(refused.message).toBe(message);
  else expect(refused.message).toMatch(message);
});

test('a reading is cancelled for a key that does not fit', async () => {
  const TransactItems = [get('a'), get('b', { Key: {} })];
  const error = await t.dynamodb
    .send(new api.TransactGetItemsCommand({ TransactItems }))
    .catch((thrown: unknown) => thrown);
  expect((error as api.TransactionCanceledException).CancellationReasons).toEqual([
    { Code: 'None' },
    { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
  ]);
});
