/** Event source mappings from a table's stream: what their functions get, and how far they have come. */
import * as dynamodb from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { fresh, functionArn, MINUTE, queue, t } from '../testing.ts';
import { advance, create, get, mapped, printed, put, reader, seen, streamed, update, useStreams } from './testing.ts';

useStreams();

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
    const [{ table, arn }, name] = [await streamed(), await reader()];
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

describe('a mapping', () => {
  test('is told of as AWS does', async () => {
    const [{ arn }, name] = [await streamed(), await reader()];
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
