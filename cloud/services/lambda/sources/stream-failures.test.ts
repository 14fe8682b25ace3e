/** A batch of a stream that its function fails: what is tried again, what waits, and what is given up. */
import * as api from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { takeMessages } from '../../../testing.ts';
import { functionArn, MINUTE, queue, t } from '../testing.ts';
import { advance, get, mapped, put, seen, useStreams } from './testing.ts';

useStreams();

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
    const { url, arn: Destination } = await queue();
    const { table, name } = await mapped({
      ...settings,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination } },
    });
    await put(table, 'a', 'b', 'part1', 'd', 'part2');
    await advance(MINUTE);
    expect(await seen(name)).toEqual(['a b part1 d part2', 'part1 d part2']);
    // Recorded: test_dynamodb_report_batch_item_failure_scenarios.
    const [message] = await takeMessages(t.sqs, url);
    expect(JSON.parse(message!.body).responseContext).toEqual({
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: null,
    });
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
