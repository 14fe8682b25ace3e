/** Event source mappings from a table's stream: order, retries, what is given up, how far a mapping has come. */
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as api from '@aws-sdk/client-lambda';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refusal, takeMessages } from '../../testing.ts';
import { createTable } from '../dynamodb/testing.ts';
import { deployed, fresh, functionArn, MINUTE, queue, roleFor, t, useCloud } from './testing.ts';

useCloud();

/** Prints the items of each batch. One called `bad…` makes it throw, `part…` a report, `once…` an error at the first time. */
const READING = `
let tried = new Set();
exports.handler = async (event) => {
  const ids = event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
  process.stdout.write('SEEN ' + ids.join(' ') + '\\n');
  process.stdout.write('EVENT ' + JSON.stringify(event) + '\\n');
  if (ids.some((id) => id.startsWith('bad'))) throw new Error('bad');
  for (const id of ids) {
    if (!id.startsWith('once') || tried.has(id)) continue;
    tried.add(id);
    throw new Error('once');
  }
  const failed = event.Records.filter(({ dynamodb }) => dynamodb.Keys.id.S.startsWith('part'));
  return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

let Role: string;
beforeAll(async () => {
  Role = await roleFor('dynamodb:*', 'sqs:SendMessage', 'logs:*');
});

/** Whoever tries a batch for ever would go on doing so through all later tests. */
afterEach(async () => {
  await advance(1000);
  const { EventSourceMappings = [] } = await t.lambda.send(new api.ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) await t.lambda.send(new api.DeleteEventSourceMappingCommand({ UUID }));
  await advance(1000);
});

const advance = (ms: number) => t.cloud.clock.advance(ms);
const put = (TableName: string, ...ids: string[]) => {
  const write = (id: string) =>
    t.dynamodb.send(new dynamodb.PutItemCommand({ TableName, Item: { id: { S: id }, at: { N: String(++written) } } }));
  return ids.reduce(async (before, id) => {
    await before;
    await write(id);
  }, Promise.resolve());
};
let written = 0;
const streamed = async () => {
  const table = await createTable(t, undefined, {
    TableName: fresh('stream'),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const { Table } = await t.dynamodb.send(new dynamodb.DescribeTableCommand({ TableName: table }));
  return { table, arn: Table!.LatestStreamArn! };
};
const create = (more: Partial<api.CreateEventSourceMappingCommandInput>) =>
  t.lambda.send(
    new api.CreateEventSourceMappingCommand({ FunctionName: 'none', StartingPosition: 'TRIM_HORIZON', ...more }),
  );
const update = (UUID: string, more: Partial<api.UpdateEventSourceMappingCommandInput>) =>
  t.lambda.send(new api.UpdateEventSourceMappingCommand({ UUID, ...more }));
const get = (UUID: string) => t.lambda.send(new api.GetEventSourceMappingCommand({ UUID }));

/** A table with a stream and a function that reads it: both made, and the mapping enabled. */
async function mapped(more: Partial<api.CreateEventSourceMappingCommandInput> = {}, role = Role) {
  const [{ table, arn }, name] = [await streamed(), await deployed(READING, { Role: role })];
  const { UUID } = await create({ EventSourceArn: arn, FunctionName: name, ...more });
  await advance(1000);
  return { table, arn, name, id: UUID! };
}

async function printed(name: string, word: string): Promise<string[]> {
  const { events = [] } = await t.logs.send(
    new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: word }),
  );
  return events.map(({ message }) => message!.trimEnd().slice(word.length + 1));
}
/** The batches that a function has got, in order. */
const seen = (name: string) => printed(name, 'SEEN').catch(() => []);

describe('a function', () => {
  test('gets records as they are written, and what they are', async () => {
    const { table, arn, name } = await mapped();
    const blob = new Uint8Array([1, 2]);
    await t.dynamodb.send(
      new dynamodb.PutItemCommand({ TableName: table, Item: { id: { S: 'a' }, blob: { B: blob } } }),
    );
    await advance(1000);
    const [event] = (await printed(name, 'EVENT')).map((text) => JSON.parse(text));
    expect(event.Records).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { id: { S: 'a' } },
          NewImage: { id: { S: 'a' }, blob: { B: 'AQI=' } },
          SequenceNumber: expect.stringMatching(/^\d{21}$/),
          SizeBytes: 12,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: arn,
      },
    ]);
  });

  test.each([
    ['TRIM_HORIZON', ['early late']],
    ['LATEST', ['late']],
  ] as const)('begins at %s', async (StartingPosition, expected) => {
    const [{ table, arn }, name] = [await streamed(), await deployed(READING, { Role })];
    await put(table, 'early');
    await create({ EventSourceArn: arn, FunctionName: name, StartingPosition, MaximumBatchingWindowInSeconds: 5 });
    await advance(1000);
    await put(table, 'late');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(expected);
  });

  test('gets batches: full ones at once, others when the window is over', async () => {
    const { table, name } = await mapped({ BatchSize: 2, MaximumBatchingWindowInSeconds: 10 });
    await put(table, 'a', 'b', 'c');
    await advance(1000);
    expect(await seen(name)).toEqual(['a b']);
    await advance(8000);
    expect(await seen(name)).toEqual(['a b']);
    await advance(2000);
    expect(await seen(name)).toEqual(['a b', 'c']);
  });

  test('gets what a filter lets pass, and the rest is done with', async () => {
    const Filters = [
      { Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { id: { S: [{ prefix: 'x' }] } } } }) },
    ];
    const { table, name } = await mapped({ BatchSize: 1, FilterCriteria: { Filters } });
    await put(table, 'x1', 'y1', 'x2', 'x1');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['x1', 'x2']);
  });
});

describe('a batch that fails', () => {
  test('is tried again, and what is behind it waits', async () => {
    const { table, name } = await mapped({ BatchSize: 1 });
    await put(table, 'a', 'once', 'c');
    await advance(500);
    expect(await seen(name)).toEqual(['a', 'once']);
    await advance(1000);
    expect(await seen(name)).toEqual(['a', 'once', 'once', 'c']);
  });

  test('is tried for ever, unless told otherwise: nothing gets past it', async () => {
    const { table, name, id } = await mapped({ BatchSize: 1 });
    await put(table, 'bad', 'c');
    await advance(60 * MINUTE);
    const tries = await seen(name);
    expect(tries.length).toBeGreaterThan(50);
    expect(new Set(tries)).toEqual(new Set(['bad']));
    expect((await get(id)).LastProcessingResult).toBe('PROBLEM: Function call failed');
  });

  test('is given up after so many retries, and its destination is told', async () => {
    const { url, arn: Destination } = await queue();
    const { table, arn, name, id } = await mapped({
      BatchSize: 2,
      MaximumBatchingWindowInSeconds: 1,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination } },
    });
    await put(table, 'bad', 'b', 'c');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['bad b', 'bad b', 'c']);
    const [message] = await takeMessages(t.sqs, url);
    const told = JSON.parse(message!.body);
    expect(told).toEqual({
      requestContext: {
        requestId: expect.any(String),
        functionArn: functionArn(name),
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: expect.any(String),
        endSequenceNumber: expect.any(String),
        approximateArrivalOfFirstRecord: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
        batchSize: 2,
        streamArn: arn,
      },
    });
    expect((await get(id)).LastProcessingResult).toBe('OK');
  });

  test('is given up when its records are too old', async () => {
    const { url, arn: Destination } = await queue();
    const { table, name } = await mapped({
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination } },
    });
    await put(table, 'bad');
    await advance(50_000);
    await put(table, 'c');
    await advance(2 * MINUTE);
    expect((await seen(name)).at(-1)).toBe('c');
    const [message] = await takeMessages(t.sqs, url);
    expect(JSON.parse(message!.body).requestContext.condition).toBe('RecordAgeExceeded');
  });

  test('is halved until the bad record stands alone, which does not count as a try', async () => {
    const { url, arn: Destination } = await queue();
    const { table, name } = await mapped({
      BatchSize: 4,
      MaximumBatchingWindowInSeconds: 5,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination } },
    });
    await put(table, 'a', 'b', 'bad', 'd');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a b bad d', 'a b', 'bad d', 'bad', 'd']);
    const [message] = await takeMessages(t.sqs, url);
    expect(JSON.parse(message!.body).DDBStreamBatchInfo.batchSize).toBe(1);
  });

  test('goes on at the first failure that it reports', async () => {
    const settings = { MaximumBatchingWindowInSeconds: 1, MaximumRetryAttempts: 1 };
    const { table, name } = await mapped({ ...settings, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await put(table, 'a', 'b', 'part1', 'd', 'part2');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a b part1 d part2', 'part1 d part2']);
    const plain = await mapped(settings);
    await put(plain.table, 'a', 'part1');
    await advance(MINUTE);
    expect(await seen(plain.name)).toEqual(['a part1']);
  });

  test('holds up its own lane alone, where there are several', async () => {
    const { table, name } = await mapped({ BatchSize: 1, ParallelizationFactor: 10 });
    const others = Array.from({ length: 20 }, (_, index) => `item${index}`);
    await put(table, 'bad', ...others, ...others);
    await advance(MINUTE);
    const got = (await seen(name)).filter((id) => id !== 'bad');
    // Whoever shares the bad one's lane waits with it; of the others each comes twice.
    expect(got.length).toBeGreaterThan(20);
    expect(got.length % 2).toBe(0);
    expect(new Set(got).size).toBe(got.length / 2);
  });

  test('is not tried while the function is throttled, and no retry is lost', async () => {
    const { table, name } = await mapped({ MaximumRetryAttempts: 0 });
    await t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    await put(table, 'a');
    await advance(10 * MINUTE);
    expect(await seen(name)).toEqual([]);
    await t.lambda.send(new api.DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a']);
  });
});

describe('a mapping', () => {
  test('is told of as AWS does', async () => {
    const [{ arn }, name] = [await streamed(), await deployed(READING, { Role })];
    const { arn: Destination } = await queue();
    const { $metadata, ...made } = await create({ EventSourceArn: arn, FunctionName: name });
    expect($metadata.httpStatusCode).toBe(202);
    const { UUID } = made;
    expect(made).toEqual({
      UUID,
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: arn,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:${t.accountId}:event-source-mapping:${UUID}`,
      FunctionArn: functionArn(name),
      FunctionResponseTypes: [],
      LastModified: new Date(t.cloud.clock.now()),
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
    });
    await advance(1000);
    const changed = { MaximumRetryAttempts: 3, DestinationConfig: { OnFailure: { Destination } }, BatchSize: 7 };
    expect(await update(UUID!, changed)).toMatchObject({ ...changed, State: 'Updating' });
    await advance(1000);
    expect((await update(UUID!, { DestinationConfig: {} })).DestinationConfig).toEqual({ OnFailure: {} });
  });

  test('goes on where it was when it is turned on again', async () => {
    const { table, name, id } = await mapped({ BatchSize: 1 });
    await put(table, 'a', 'once');
    await advance(500);
    await update(id, { Enabled: false });
    await advance(MINUTE);
    await put(table, 'c');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a', 'once']);
    await update(id, { Enabled: true });
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a', 'once', 'once', 'c']);
  });

  test('waits for the right to read, and reads on with it', async () => {
    const role = await t.role(fresh('narrow'), { Effect: 'Allow', Action: ['dynamodb:*', 'logs:*'], Resource: '*' });
    const { table, name, id } = await mapped({}, role);
    const allow = (Action: string[]) =>
      t.iam.send(
        new PutRolePolicyCommand({
          RoleName: role.split('/').at(-1),
          PolicyName: 'inline',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
          }),
        }),
      );
    await allow(['logs:*']);
    await put(table, 'a');
    await advance(MINUTE);
    expect(await seen(name)).toEqual([]);
    expect((await get(id)).LastProcessingResult).toMatch(/^PROBLEM: .*dynamodb:GetRecords/);
    await allow(['logs:*', 'dynamodb:GetRecords']);
    await advance(2 * MINUTE);
    expect(await seen(name)).toEqual(['a']);
    await allow(['logs:*']);
    await put(table, 'forgotten');
    await advance(1000);
    await update(id, { Enabled: false });
    await advance(24 * 60 * MINUTE);
    await allow(['logs:*', 'dynamodb:GetRecords']);
    await update(id, { Enabled: true });
    // Records are kept for a day.
    await put(table, 'b');
    await advance(2 * MINUTE);
    expect(await seen(name)).toEqual(['a', 'b']);
  });

  test('meets faults on reading: late, cut off, twice', async () => {
    const { table, name } = await mapped();
    const fault = { service: 'dynamodb', operation: 'GetRecords', resource: table, nth: 1 } as const;
    const { faults } = t.cloud.core;
    faults.add({ ...fault, id: 'cut', effect: { kind: 'reset' } });
    await put(table, 'a');
    await advance(500);
    expect(await seen(name)).toEqual([]);
    await advance(1000);
    expect(await seen(name)).toEqual(['a']);
    faults.add({ ...fault, id: 'late', effect: { kind: 'latency', ms: 30_000 } });
    await put(table, 'b');
    await advance(29_000);
    expect(await seen(name)).toEqual(['a']);
    await advance(2000);
    expect(await seen(name)).toEqual(['a', 'b']);
    faults.add({ ...fault, id: 'twice', effect: { kind: 'duplicate-delivery' } });
    await put(table, 'c');
    await advance(1000);
    expect(await seen(name)).toEqual(['a', 'b', 'c', 'c']);
    faults.add({ ...fault, id: 'lost', effect: { kind: 'lost-reply' } });
    await put(table, 'd');
    await advance(5000);
    expect((await seen(name)).slice(4)).toEqual(['d', 'd']);
    for (const id of ['cut', 'late', 'twice', 'lost']) faults.remove(id);
  });

  test('is a link in the chain of causes: write, stream, poll, invocation', async () => {
    const { table } = await mapped();
    await put(table, 'a');
    await advance(1000);
    const entries = t.cloud.core.trace.entries();
    const chain: string[] = [];
    let entry = entries.findLast(({ operation }) => operation === 'Invocation');
    while (entry) {
      chain.push(entry.operation);
      const { cause } = entry;
      entry = cause === undefined ? undefined : entries.find(({ id }) => id === cause);
    }
    expect(chain).toEqual(['Invocation', 'PollStream', 'WriteToStream', 'PutItem']);
  });
});

describe('Lambda refuses', () => {
  test.each<[string, Partial<api.CreateEventSourceMappingCommandInput>, string, string | RegExp]>([
    [
      'no starting position',
      { StartingPosition: undefined },
      'InvalidParameterValueException',
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    ],
    [
      'another starting position',
      { StartingPosition: 'invalid' as 'LATEST' },
      'ValidationException',
      "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    ],
    [
      'a moment to start at',
      { StartingPosition: 'AT_TIMESTAMP' },
      'InvalidParameterValueException',
      /^Unsupported starting position for arn type: arn:aws:dynamodb:/,
    ],
    [
      'many lanes',
      { ParallelizationFactor: 11 },
      'ValidationException',
      /at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 10$/,
    ],
    [
      'many retries',
      { MaximumRetryAttempts: 10_001 },
      'ValidationException',
      /at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 10000$/,
    ],
    [
      'a young age',
      { MaximumRecordAgeInSeconds: 59 },
      'InvalidParameterValueException',
      'Maximum record age in seconds must be -1 or at least 60',
    ],
    [
      'a maximum of invocations',
      { ScalingConfig: { MaximumConcurrency: 2 } },
      'InvalidParameterValueException',
      'Unsupported ScalingConfig parameter for given event source mapping type.',
    ],
    [
      'a destination of success',
      { DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:111122223333:any' } } },
      'InvalidParameterValueException',
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      'a function as a destination',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:us-east-1:111122223333:function:any' } } },
      'InvalidParameterValueException',
      /^The provided destination config DestinationConfig\(onSuccess=null, onFailure=OnFailure\(destination=arn:.*\)\) is invalid\.$/,
    ],
    [
      'a destination that is not there',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:111122223333:none' } } },
      'InvalidParameterValueException',
      'The destination ARN arn:aws:sqs:us-east-1:111122223333:none is invalid.',
    ],
    [
      'a filter that is none',
      { FilterCriteria: { Filters: [{ Pattern: 'text' }] } },
      'InvalidParameterValueException',
      'Invalid filter pattern definition.',
    ],
    [
      'a stream that is not there',
      { EventSourceArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/none/stream/2026-01-01T00:00:00.000' },
      'InvalidParameterValueException',
      'Stream not found: arn:aws:dynamodb:us-east-1:111122223333:table/none/stream/2026-01-01T00:00:00.000',
    ],
  ])('%s', async (_, more, name, message) => {
    const [{ arn }, FunctionName] = [await streamed(), await deployed(READING, { Role })];
    const refused = await refusal(create({ EventSourceArn: arn, FunctionName, ...more }));
    expect(refused).toMatchObject({ name, status: 400 });
    if (typeof message === 'string') expect(refused.message).toBe(message);
    else expect(refused.message).toMatch(message);
  });

  test('a role that may not read the stream', async () => {
    const { arn } = await streamed();
    const FunctionName = await deployed(READING, { Role: await roleFor('dynamodb:GetRecords') });
    expect(await refusal(create({ EventSourceArn: arn, FunctionName }))).toEqual({
      name: 'InvalidParameterValueException',
      status: 400,
      message: `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    });
  });

  test('a second mapping of the same stream and function', async () => {
    const { arn, name, id } = await mapped();
    expect(await refusal(create({ EventSourceArn: arn, FunctionName: name }))).toEqual({
      name: 'ResourceConflictException',
      status: 409,
      message: `The event source arn (" ${arn} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${id}`,
    });
  });
});
