/** Streams: what they record, how they are read, how they end. */
import * as api from '@aws-sdk/client-dynamodb';
import * as streams from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());

const HOUR = 3_600_000;
const advance = (ms: number) => t.cloud.clock.advance(ms);
type Item = Record<string, api.AttributeValue>;
const item = (id: string, v?: number): Item => ({ id: { S: id }, ...(v === undefined ? {} : { v: { N: String(v) } }) });
const put = (TableName: string, Item: Item) => t.dynamodb.send(new api.PutItemCommand({ TableName, Item }));
const remove = (TableName: string, id: string) =>
  t.dynamodb.send(new api.DeleteItemCommand({ TableName, Key: item(id) }));
const streamed = (StreamViewType: api.StreamViewType = 'NEW_AND_OLD_IMAGES') =>
  createTable(t, undefined, { StreamSpecification: { StreamEnabled: true, StreamViewType } });
const tableOf = async (TableName: string) =>
  (await t.dynamodb.send(new api.DescribeTableCommand({ TableName }))).Table!;
const arnOf = async (TableName: string) => (await tableOf(TableName)).LatestStreamArn!;
const describeStream = async (StreamArn: string) =>
  (await t.streams.send(new streams.DescribeStreamCommand({ StreamArn }))).StreamDescription!;
const iterator = async (StreamArn: string, more: Partial<streams.GetShardIteratorCommandInput> = {}) => {
  const [shard] = (await describeStream(StreamArn)).Shards!;
  const input = { StreamArn, ShardId: shard!.ShardId, ShardIteratorType: 'TRIM_HORIZON' as const, ...more };
  return (await t.streams.send(new streams.GetShardIteratorCommand(input))).ShardIterator!;
};
const getRecords = (ShardIterator: string, Limit?: number) =>
  t.streams.send(new streams.GetRecordsCommand({ ShardIterator, ...(Limit ? { Limit } : {}) }));
const recordsOf = async (TableName: string) => (await getRecords(await iterator(await arnOf(TableName)))).Records!;
const switchTo = (TableName: string, StreamSpecification: api.StreamSpecification) =>
  t.dynamodb.send(new api.UpdateTableCommand({ TableName, StreamSpecification }));

describe('a stream records', () => {
  test('each change of an item, in order, with its images', async () => {
    const table = await streamed();
    await put(table, item('a', 1));
    await put(table, item('b'));
    await put(table, item('a', 22));
    await put(table, item('a', 22));
    await remove(table, 'a');
    await remove(table, 'none');
    const records = await recordsOf(table);
    expect(records.map(({ eventName, dynamodb }) => [eventName, dynamodb!.Keys!.id!.S])).toEqual([
      ['INSERT', 'a'],
      ['INSERT', 'b'],
      ['MODIFY', 'a'],
      ['REMOVE', 'a'],
    ]);
    const numbers = records.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
    expect(numbers).toEqual([...numbers].sort());
    expect(records[2]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: new Date(t.cloud.clock.now()),
        Keys: item('a'),
        NewImage: item('a', 22),
        OldImage: item('a', 1),
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 15,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  test.each<[api.StreamViewType, string[]]>([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ])('%s: %j', async (view, images) => {
    const table = await streamed(view);
    await put(table, item('a', 1));
    await put(table, item('a', 2));
    const [, modified] = await recordsOf(table);
    expect(Object.keys(modified!.dynamodb!).filter((name) => name.endsWith('Image'))).toEqual(images);
    expect(modified!.dynamodb!.StreamViewType).toBe(view);
  });

  test('what updates, batches and transactions do, and nothing of a transaction that is cancelled', async () => {
    const table = await streamed('KEYS_ONLY');
    const update = { TableName: table, Key: item('a'), UpdateExpression: 'ADD v :v' };
    const values = { ExpressionAttributeValues: { ':v': { N: '1' } } };
    await t.dynamodb.send(new api.UpdateItemCommand({ ...update, ...values }));
    const requests = [{ PutRequest: { Item: item('b') } }, { DeleteRequest: { Key: item('a') } }];
    await t.dynamodb.send(new api.BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    const actions = [{ Put: { TableName: table, Item: item('c') } }, { Delete: { TableName: table, Key: item('b') } }];
    await t.dynamodb.send(new api.TransactWriteItemsCommand({ TransactItems: actions }));
    const failing = { ConditionExpression: 'attribute_exists(id)' };
    const cancelled = [
      { Put: { TableName: table, Item: item('d') } },
      { Put: { TableName: table, Item: item('e'), ...failing } },
    ];
    await refusal(t.dynamodb.send(new api.TransactWriteItemsCommand({ TransactItems: cancelled })));
    const seen = (await recordsOf(table)).map(({ eventName, dynamodb }) => `${eventName} ${dynamodb!.Keys!.id!.S}`);
    expect(seen).toEqual(['INSERT a', 'INSERT b', 'REMOVE a', 'INSERT c', 'REMOVE b']);
  });

  test('that an item has expired, as the deed of the service', async () => {
    const table = await streamed();
    const setting = { AttributeName: 'expires', Enabled: true };
    await t.dynamodb.send(new api.UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: setting }));
    const expires = { N: String(Math.floor(t.cloud.clock.now() / 1000) + 60) };
    await put(table, { ...item('a'), expires });
    await put(table, item('b'));
    await remove(table, 'b');
    await advance(HOUR);
    const removals = (await recordsOf(table)).filter(({ eventName }) => eventName === 'REMOVE');
    expect(removals.map(({ dynamodb, userIdentity }) => [dynamodb!.Keys!.id!.S, userIdentity])).toEqual([
      ['b', undefined],
      ['a', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }],
    ]);
  });
});

describe('a stream is read', () => {
  test('page by page, from the beginning, the end, or a record', async () => {
    const table = await streamed('KEYS_ONLY');
    const arn = await arnOf(table);
    // From where its shard begins, before there is a record (recorded: test_dynamodb_stream_stream_view_type).
    const [shard] = (await describeStream(arn)).Shards!;
    const begin = { SequenceNumber: shard!.SequenceNumberRange!.StartingSequenceNumber! };
    const early = await iterator(arn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', ...begin });
    for (const id of ['a', 'b', 'c']) await put(table, item(id));
    const ids = ({ Records }: { Records?: streams._Record[] | undefined }) =>
      Records!.map(({ dynamodb }) => dynamodb!.Keys!.id!.S);
    const first = await getRecords(await iterator(arn), 2);
    expect(ids(first)).toEqual(['a', 'b']);
    expect(ids(await getRecords(early))).toEqual(['a', 'b', 'c']);
    const second = await getRecords(first.NextShardIterator!);
    expect(ids(second)).toEqual(['c']);
    const sequence = first.Records![1]!.dynamodb!.SequenceNumber!;
    const from = async (ShardIteratorType: streams.ShardIteratorType, SequenceNumber?: string) =>
      ids(await getRecords(await iterator(arn, { ShardIteratorType, ...(SequenceNumber ? { SequenceNumber } : {}) })));
    expect(await from('AT_SEQUENCE_NUMBER', sequence)).toEqual(['b', 'c']);
    expect(await from('AFTER_SEQUENCE_NUMBER', sequence)).toEqual(['c']);
    const latest = await iterator(arn, { ShardIteratorType: 'LATEST' });
    await put(table, item('d'));
    expect(ids(await getRecords(latest))).toEqual(['d']);
    expect(ids(await getRecords(second.NextShardIterator!))).toEqual(['d']);
  });

  test('for a day, and no longer', async () => {
    const table = await streamed('KEYS_ONLY');
    const arn = await arnOf(table);
    await put(table, item('a'));
    const [{ dynamodb }] = (await recordsOf(table)) as [streams._Record];
    await advance(12 * HOUR);
    await put(table, item('b'));
    const early = await iterator(arn);
    await advance(12 * HOUR);
    expect((await recordsOf(table)).map((record) => record.dynamodb!.Keys!.id!.S)).toEqual(['b']);
    expect(await refusal(getRecords(early))).toMatchObject({ name: 'ExpiredIteratorException', status: 400 });
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const, SequenceNumber: dynamodb!.SequenceNumber! };
    expect(await refusal(iterator(arn, at))).toMatchObject({ name: 'TrimmedDataAccessException', status: 400 });
    await advance(12 * HOUR);
    expect(await recordsOf(table)).toEqual([]);
  });

  test('with rights to the stream', async () => {
    const table = await streamed();
    const arn = await arnOf(table);
    const Role = await t.role('reads-streams', { Effect: 'Allow', Action: 'dynamodb:DescribeStream', Resource: arn });
    const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(Role, 'reader', 3600);
    const reader = t.as({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
    await reader.streams.send(new streams.DescribeStreamCommand({ StreamArn: arn }));
    const ShardIterator = await iterator(arn);
    const refused = await refusal(reader.streams.send(new streams.GetRecordsCommand({ ShardIterator })));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining(arn) });
  });
});

describe('a stream', () => {
  test('is described with its table and by itself, and listed', async () => {
    const table = await streamed();
    const { LatestStreamArn: arn, LatestStreamLabel: label, StreamSpecification, TableArn } = await tableOf(table);
    expect(StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(label).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
    expect(arn).toBe(`${TableArn}/stream/${label}`);
    expect(await describeStream(arn!)).toEqual({
      StreamArn: arn,
      StreamLabel: label,
      StreamStatus: 'ENABLED',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      TableName: table,
      CreationRequestDateTime: expect.any(Date),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Shards: [
        {
          ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21}$/) },
        },
      ],
    });
    const { Streams } = await t.streams.send(new streams.ListStreamsCommand({ TableName: table }));
    expect(Streams).toEqual([{ StreamArn: arn, StreamLabel: label, TableName: table }]);
    const page = await t.streams.send(new streams.ListStreamsCommand({ Limit: 1 }));
    const ExclusiveStartStreamArn = page.LastEvaluatedStreamArn!;
    const next = await t.streams.send(new streams.ListStreamsCommand({ Limit: 1, ExclusiveStartStreamArn }));
    expect(next.Streams![0]!.StreamArn).not.toBe(page.Streams![0]!.StreamArn);
  });

  test('is turned off, can be read to its end for a day, and another one takes its place', async () => {
    const table = await createTable(t);
    await put(table, item('before'));
    const on = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const };
    expect((await switchTo(table, on)).TableDescription).toMatchObject({
      TableStatus: 'UPDATING',
      StreamSpecification: on,
    });
    const arn = await arnOf(table);
    expect((await describeStream(arn)).StreamStatus).toBe('ENABLING');
    await advance(1000);
    await put(table, item('a'));
    const { TableDescription: off } = await switchTo(table, { StreamEnabled: false });
    expect(off).toMatchObject({ LatestStreamArn: arn });
    expect(off!.StreamSpecification).toBeUndefined();
    await put(table, item('after'));
    expect((await describeStream(arn)).StreamStatus).toBe('DISABLING');
    await advance(1000);
    const { StreamStatus, Shards } = await describeStream(arn);
    expect(StreamStatus).toBe('DISABLED');
    const end = Shards![0]!.SequenceNumberRange!.EndingSequenceNumber;
    const all = await getRecords(await iterator(arn));
    expect(all.Records!.map(({ dynamodb }) => [dynamodb!.Keys!.id!.S, dynamodb!.SequenceNumber])).toEqual([['a', end]]);
    expect(all.NextShardIterator).toBeUndefined();
    await switchTo(table, on);
    const another = await arnOf(table);
    expect(another).not.toBe(arn);
    await advance(24 * HOUR);
    expect(await refusal(describeStream(arn))).toMatchObject({ name: 'ResourceNotFoundException' });
    await t.dynamodb.send(new api.DeleteTableCommand({ TableName: table }));
    await advance(HOUR);
    expect((await describeStream(another)).StreamStatus).toBe('DISABLED');
  });
});

describe('what DynamoDB refuses', () => {
  const definition = (StreamSpecification: api.StreamSpecification): api.CreateTableCommandInput => ({
    TableName: 'refused',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification,
  });
  test.each<[string, api.StreamSpecification, string]>([
    [
      'no view',
      { StreamEnabled: true },
      'Invalid StreamViewType: Stream ViewType must not be null or empty when enabling streams.',
    ],
    [
      'a view of nothing',
      { StreamEnabled: false, StreamViewType: 'NEW_IMAGE' },
      'Invalid StreamViewType: Stream StreamEnabled was false but a StreamViewType was present.',
    ],
    [
      'no such view',
      { StreamEnabled: true, StreamViewType: 'ALL' as 'NEW_IMAGE' },
      "1 validation error detected: Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]",
    ],
  ])('a stream with %s', async (_, specification, message) => {
    const expected = { name: 'ValidationException', status: 400, message };
    expect(await refusal(t.dynamodb.send(new api.CreateTableCommand(definition(specification))))).toEqual(expected);
    const table = await createTable(t);
    expect(await refusal(switchTo(table, specification))).toEqual(expected);
  });

  test('a stream that is there, and none to turn off', async () => {
    const [with_, without] = [await streamed(), await createTable(t)];
    expect((await refusal(switchTo(with_, { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }))).message).toBe(
      `Table already has an enabled stream: TableName: ${with_}`,
    );
    expect((await refusal(switchTo(without, { StreamEnabled: false }))).message).toBe(
      `Table has no stream to disable: TableName: ${without}`,
    );
  });

  test('readings of what is not there', async () => {
    const arn = await arnOf(await streamed());
    const none = arn.replace(/table-\d+/, 'none');
    const invalid = (message: string) => ({ name: 'ValidationException', status: 400, message });
    const good = await iterator(arn);
    const refusals = [
      [() => describeStream(none), { message: `Requested resource not found: Stream: ${none} not found` }],
      [
        () => iterator(arn, { ShardId: 'shardId-00000000000000000000-00000000' }),
        { name: 'ResourceNotFoundException', message: expect.stringContaining('Shard: shardId-') },
      ],
      [
        () => iterator(arn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
        invalid('One or more parameter values were invalid: Invalid SequenceNumber'),
      ],
      [
        () => iterator(arn, { ShardIteratorType: 'LATEST', SequenceNumber: '1'.repeat(21) }),
        invalid(
          'One or more parameter values were invalid: SequenceNumber should not be passed for this iterator type',
        ),
      ],
      [() => getRecords('x'), invalid('Invalid ShardIterator')],
      [
        () => getRecords(good, 1001),
        invalid(
          "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
        ),
      ],
    ] as const;
    for (const [call, expected] of refusals) expect(await refusal(call())).toMatchObject(expected);
  });
});

test('the trace tells which call has made a record', async () => {
  const table = await streamed();
  await put(table, item('traced'));
  const entries = t.cloud.core.trace.entries();
  const hop = entries.findLast(({ operation }) => operation === 'WriteToStream')!;
  expect(hop).toMatchObject({ kind: 'hop', service: 'dynamodb', resource: table, detail: { eventName: 'INSERT' } });
  expect(entries.find(({ id }) => id === hop.cause)).toMatchObject({ operation: 'PutItem', resource: table });
  await recordsOf(table);
  const calls = t.cloud.core.trace.entries().slice(-3);
  expect(calls.map(({ service, resource }) => [service, resource])).toEqual([
    ['dynamodb', table],
    ['dynamodb', table],
    ['dynamodb', table],
  ]);
});
