import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let numbers: string;
let texts: string;
beforeAll(async () => {
  t = await openTestCloud();
  [numbers, texts] = [await createTable(t, 'N'), await createTable(t, 'S')];
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    for (const at of [10, 9, -1, 2.5, 100]) {
      const even = { BOOL: at % 2 === 0 };
      await put(numbers, { id: { S: id }, seq: { N: `${at}` }, even });
    }
  }
  for (const at of ['b', 'a', 'B', 'é', '\u{10000}', '\uffff', 'ab'])
    await put(texts, { id: { S: 'x' }, seq: { S: at } });
});
afterAll(() => t.close());

const put = (TableName: string, Item: Record<string, api.AttributeValue>) =>
  t.dynamodb.send(new api.PutItemCommand({ TableName, Item }));
const query = (more: Partial<api.QueryCommandInput> = {}) =>
  t.dynamodb.send(
    new api.QueryCommand({
      TableName: numbers,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: 'a' } },
      ...more,
    }),
  );
const scan = (more: Partial<api.ScanCommandInput> = {}) =>
  t.dynamodb.send(new api.ScanCommand({ TableName: numbers, ...more }));
const ats = ({ Items }: { Items?: Record<string, api.AttributeValue>[] | undefined }) =>
  Items!.map(({ seq }) => seq!.N ?? seq!.S);
const range = (condition: string, ...bounds: string[]) => ({
  KeyConditionExpression: `id = :id AND ${condition}`,
  ExpressionAttributeValues: {
    ':id': { S: 'a' },
    ...Object.fromEntries(bounds.map((bound, index) => [`:${index}`, { N: bound }])),
  },
});

describe('queries', () => {
  test('come in the order of the sort key: numbers as numbers, strings by their bytes', async () => {
    expect(ats(await query())).toEqual(['-1', '2.5', '9', '10', '100']);
    expect(ats(await query({ ScanIndexForward: false }))).toEqual(['100', '10', '9', '2.5', '-1']);
    const strings = await query({ TableName: texts, ExpressionAttributeValues: { ':id': { S: 'x' } } });
    expect(ats(strings)).toEqual(['B', 'a', 'ab', 'b', 'é', '\uffff', '\u{10000}']);
  });

  test.each<[string, string[], string[]]>([
    ['seq > :0', ['9'], ['10', '100']],
    ['seq <= :0', ['9.0'], ['-1', '2.5', '9']],
    ['seq BETWEEN :0 AND :1', ['2.5', '10'], ['2.5', '9', '10']],
    ['seq = :0', ['1e1'], ['10']],
    [':0 < seq', ['10'], ['100']],
  ])('%s with %s', async (condition, bounds, expected) => {
    expect(ats(await query(range(condition, ...bounds)))).toEqual(expected);
  });

  test('begins_with', async () => {
    const found = await query({
      TableName: texts,
      KeyConditionExpression: 'id = :id AND begins_with(seq, :a)',
      ExpressionAttributeValues: { ':id': { S: 'x' }, ':a': { S: 'a' } },
    });
    expect(ats(found)).toEqual(['a', 'ab']);
  });

  test('come in pages; the limit counts what is read, not what the filter leaves', async () => {
    const even = {
      FilterExpression: 'even = :true',
      ExpressionAttributeValues: { ':id': { S: 'a' }, ':true': { BOOL: true } },
    };
    const first = await query({ ...even, Limit: 3 });
    expect(first).toMatchObject({ Items: [], Count: 0, ScannedCount: 3, LastEvaluatedKey: { seq: { N: '9' } } });
    const second = await query({ ...even, Limit: 3, ExclusiveStartKey: first.LastEvaluatedKey! });
    expect(second).toMatchObject({ Count: 2, ScannedCount: 2 });
    expect(second.LastEvaluatedKey).toBeUndefined();
    const exact = await query({ Limit: 5 });
    expect(exact.LastEvaluatedKey).toEqual({ id: { S: 'a' }, seq: { N: '100' } });
    expect(await query({ ExclusiveStartKey: exact.LastEvaluatedKey! })).toMatchObject({ Count: 0, Items: [] });
  });

  test('go on behind a key that is no longer there, in both directions', async () => {
    const ExclusiveStartKey = { id: { S: 'a' }, seq: { N: '9.5' } };
    expect(ats(await query({ ExclusiveStartKey }))).toEqual(['10', '100']);
    expect(ats(await query({ ExclusiveStartKey, ScanIndexForward: false }))).toEqual(['9', '2.5', '-1']);
  });

  test('count, or give some attributes', async () => {
    const counted = await query({ Select: 'COUNT' });
    expect(counted).toMatchObject({ Count: 5, ScannedCount: 5 });
    expect(counted.Items).toBeUndefined();
    const some = await query({ ProjectionExpression: 'even', Limit: 1 });
    expect(some.Items).toEqual([{ even: { BOOL: false } }]);
  });

  test('end a page at 1 MB', async () => {
    const table = await createTable(t, 'N');
    const text = { S: 'x'.repeat(300 * 1024) };
    for (const at of ['1', '2', '3', '4', '5']) await put(table, { id: { S: 'a' }, seq: { N: at }, text });
    const page = await query({ TableName: table, ProjectionExpression: 'seq', ReturnConsumedCapacity: 'TOTAL' });
    expect(page).toMatchObject({ Count: 4, LastEvaluatedKey: { seq: { N: '4' } } });
    expect(page.ConsumedCapacity?.CapacityUnits).toBe(150.5);
  });
});

describe('scans', () => {
  test('find everything once, page by page', async () => {
    const seen: string[] = [];
    let start: Record<string, api.AttributeValue> | undefined;
    do {
      const page = await scan({ Limit: 4, ...(start ? { ExclusiveStartKey: start } : {}) });
      seen.push(...page.Items!.map(({ id, seq }) => `${id!.S}${seq!.N}`));
      start = page.LastEvaluatedKey;
    } while (start);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  test('in segments find everything once', async () => {
    const counts = await Promise.all(
      [0, 1, 2].map(async (Segment) => (await scan({ Segment, TotalSegments: 3, Select: 'COUNT' })).Count!),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(25);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1);
  });

  test('filter, by keys too', async () => {
    const found = await scan({
      FilterExpression: 'id = :id AND even = :true',
      ExpressionAttributeValues: { ':id': { S: 'c' }, ':true': { BOOL: true } },
    });
    expect(found).toMatchObject({ Count: 2, ScannedCount: 25 });
  });
});

describe('what DynamoDB refuses', () => {
  const start = { id: { S: 'a' }, seq: { N: '9' } };
  test.each<[string, Partial<api.QueryCommandInput>, string]>([
    [
      'no key condition',
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'a filter on a key',
      { FilterExpression: 'seq = :id' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: seq',
    ],
    [
      'a limit below 1',
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    ['an index that is not there', { IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      'a count of chosen attributes',
      { Select: 'COUNT', ProjectionExpression: 'seq' },
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
    [
      'a start in another partition',
      { ExclusiveStartKey: { ...start, id: { S: 'b' } } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'a start outside the range',
      { ...range('seq > :0', '9'), ExclusiveStartKey: start },
      'The provided starting key does not match the range key predicate',
    ],
    [
      'a start that is no key',
      { ExclusiveStartKey: { id: { S: 'a' } } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
  ])('of a query: %s', async (_, more, message) => {
    expect(await refusal(query(more))).toEqual({ name: 'ValidationException', status: 400, message });
  });

  test.each<[Partial<api.ScanCommandInput>, string]>([
    [
      { Segment: 0 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      { TotalSegments: 2 },
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    ],
    [
      { Segment: 2, TotalSegments: 2 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    ],
  ])('of a scan: %j', async (more, message) => {
    expect(await refusal(scan(more))).toEqual({ name: 'ValidationException', status: 400, message });
  });
});
