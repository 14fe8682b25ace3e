/** Event source mappings: states, batches, filters. */
import * as api from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { advance, create, name, Role, remove, state, update, useMappedFunction } from './mapping-testing.ts';
import { deployed, depth, ECHO, functionArn, MINUTE, queue, runs, send, t } from './testing.ts';

useMappedFunction();

describe('a mapping', () => {
  test('is created, updated, disabled, enabled and deleted step by step', async () => {
    const { url, arn } = await queue();
    await send(url, 'early');
    const { $metadata, ...made } = await create({ EventSourceArn: arn });
    const UUID = made.UUID!;
    expect($metadata.httpStatusCode).toBe(202);
    expect(made).toEqual({
      UUID,
      BatchSize: 10,
      EventSourceArn: arn,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:${t.accountId}:event-source-mapping:${UUID}`,
      FunctionArn: functionArn(name),
      FunctionResponseTypes: [],
      LastModified: new Date(t.cloud.clock.now()),
      MaximumBatchingWindowInSeconds: 0,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
    });
    expect(await refusal(remove(UUID))).toEqual({
      name: 'ResourceInUseException',
      status: 400,
      message: 'Cannot delete the event source mapping because it is in use.',
    });
    expect(await refusal(update(UUID, { BatchSize: 1 }))).toMatchObject({
      message: 'Cannot update the event source mapping because it is in use.',
    });
    expect(await depth(url)).toEqual([1, 0]);
    await advance(1000);
    expect(await state(UUID)).toBe('Enabled');
    expect(await depth(url)).toEqual([0, 0]);
    expect(await update(UUID, { BatchSize: 5 })).toMatchObject({ State: 'Updating', BatchSize: 5 });
    await advance(1000);
    expect(await state(UUID)).toBe('Enabled');
    expect((await update(UUID, { Enabled: false })).State).toBe('Disabling');
    await send(url, 'late');
    await advance(MINUTE);
    expect(await state(UUID)).toBe('Disabled');
    expect(await depth(url)).toEqual([1, 0]);
    expect((await update(UUID, { Enabled: true })).State).toBe('Enabling');
    await advance(1000);
    expect(await depth(url)).toEqual([0, 0]);
    expect((await remove(UUID)).State).toBe('Deleting');
    expect(await state(UUID)).toBe('Deleting');
    await advance(1000);
    expect(await refusal(state(UUID))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  test('has tags, from the start and later', async () => {
    const { arn } = await queue();
    const { EventSourceMappingArn: Resource, UUID } = await create({ EventSourceArn: arn, Tags: { a: '1' } });
    await t.lambda.send(new api.TagResourceCommand({ Resource, Tags: { b: '2' } }));
    expect((await t.lambda.send(new api.ListTagsCommand({ Resource }))).Tags).toEqual({ a: '1', b: '2' });
    await t.lambda.send(new api.UntagResourceCommand({ Resource, TagKeys: ['a'] }));
    expect((await t.lambda.send(new api.ListTagsCommand({ Resource }))).Tags).toEqual({ b: '2' });
    await advance(1000);
    await remove(UUID!);
  });

  test('is listed page by page, by queue and by function', async () => {
    const [first, second] = [await queue(), await queue()];
    const other = await deployed(ECHO, { Role });
    for (const { arn } of [first, second]) await create({ FunctionName: other, EventSourceArn: arn });
    const list = (more: object) =>
      t.lambda.send(new api.ListEventSourceMappingsCommand({ FunctionName: other, ...more }));
    const page = await list({ MaxItems: 1 });
    const next = await list({ Marker: page.NextMarker });
    const both = [...page.EventSourceMappings!, ...next.EventSourceMappings!];
    expect(both.map(({ EventSourceArn }) => EventSourceArn)).toEqual([first.arn, second.arn]);
    expect(next.NextMarker).toBeUndefined();
    expect((await list({ EventSourceArn: second.arn })).EventSourceMappings).toHaveLength(1);
  });

  test('hands over attributes with their checksum', async () => {
    const { url, arn } = await queue();
    const printing = await deployed(
      `exports.handler = async ({ Records: [{ messageAttributes, md5OfMessageAttributes }] }) => { if (md5OfMessageAttributes !== 'd25a6aea97eb8f585bfa92d314504a92' || messageAttributes.WeeksOn.stringValue !== '6') throw new Error('wrong'); };`,
      { Role },
    );
    await create({ FunctionName: printing, EventSourceArn: arn });
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const MessageAttributes = {
      Title: text('The Whistler'),
      Author: text('John Grisham'),
      WeeksOn: { DataType: 'Number', StringValue: '6' },
    };
    await send(url, 'x', { MessageAttributes });
    await advance(1000);
    expect(await depth(url)).toEqual([0, 0]);
  });

  test.each([
    [0, 'undefined'],
    [1, 'null'],
  ])('with a window of %i s tells of no attributes by %s', async (MaximumBatchingWindowInSeconds, expected) => {
    const { url, arn } = await queue();
    const checking = await deployed(
      `exports.handler = async ({ Records: [{ md5OfMessageAttributes }] }) => { if (md5OfMessageAttributes !== ${expected}) throw new Error('wrong'); };`,
      { Role },
    );
    await create({ FunctionName: checking, EventSourceArn: arn, MaximumBatchingWindowInSeconds });
    await send(url, 'x');
    await advance(3000);
    expect(await depth(url)).toEqual([0, 0]);
  });

  test('waits for a full batch, and for no longer than its window', async () => {
    const { url, arn } = await queue({ VisibilityTimeout: '120' });
    const counting = await deployed(`exports.handler = async ({ Records }) => { throw new Error(Records.length); };`, {
      Role,
    });
    const window = { BatchSize: 15, MaximumBatchingWindowInSeconds: 60 };
    const { UUID } = await create({ FunctionName: counting, EventSourceArn: arn, ...window });
    await advance(1000);
    for (let n = 0; n < 20; n++) await send(url, String(n));
    await advance(1000);
    expect(runs(counting)).toBe(1);
    await advance(58_000);
    expect(runs(counting)).toBe(1);
    await advance(2000);
    expect(runs(counting)).toBe(2);
    const polls = t.cloud.core.trace.entries().filter(({ detail }) => detail?.mapping === UUID);
    expect(polls.map(({ detail }) => detail!.messages)).toEqual([15, 5]);
    // A batch has many causes: all of them are told.
    const sent = t.cloud.core.trace.entries().filter(({ operation }) => operation === 'SendMessage');
    expect(polls.flatMap(({ detail }) => detail!.causes)).toEqual(sent.slice(-20).map(({ id }) => id));
    expect(polls[0]!.cause).toBe(sent.at(-20)!.id);
    await advance(1000);
    await remove(UUID!);
  });

  test('closes a batch where the next message would make its event too large, and puts it into the next', async () => {
    const { url, arn } = await queue();
    const measuring = await deployed(
      `exports.handler = async (event) => { if (Buffer.byteLength(JSON.stringify(event)) > 6291456) throw new Error('large'); };`,
      { Role },
    );
    // A million bytes each, of two for a letter; what no filter lets pass takes no room.
    for (let n = 0; n < 2; n++) await send(url, 'x'.repeat(1_000_000));
    for (let n = 0; n < 8; n++) await send(url, 'ä'.repeat(500_000));
    const Filters = [{ Pattern: JSON.stringify({ body: [{ prefix: 'ä' }] }) }];
    const { UUID } = await create({ FunctionName: measuring, EventSourceArn: arn, FilterCriteria: { Filters } });
    await advance(3000);
    const polls = t.cloud.core.trace.entries().filter(({ detail }) => detail?.mapping === UUID);
    expect(polls.map(({ detail }) => detail!.messages)).toEqual([6, 2]);
    expect(await depth(url)).toEqual([0, 0]);
  });

  test('runs as many at a time as it may', async () => {
    const waiting = await deployed(`exports.handler = () => new Promise((resolve) => setTimeout(resolve, 5000));`, {
      Role,
      Timeout: 10,
    });
    for (const [MaximumConcurrency, expected] of [
      [2, 2],
      [undefined, 5],
    ] as const) {
      const { url, arn } = await queue();
      for (let n = 0; n < 8; n++) await send(url, String(n));
      const { UUID, ScalingConfig } = await create({
        FunctionName: waiting,
        EventSourceArn: arn,
        BatchSize: 1,
        ...(MaximumConcurrency ? { ScalingConfig: { MaximumConcurrency } } : {}),
      });
      expect(ScalingConfig).toEqual(MaximumConcurrency ? { MaximumConcurrency } : undefined);
      await advance(2000);
      expect(await depth(url)).toEqual([8 - expected, expected]);
      await advance(MINUTE);
      expect(await depth(url)).toEqual([0, 0]);
      await remove(UUID!);
    }
  });

  const throttle = (FunctionName: string) =>
    t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));

  test('tries a throttled batch again, and takes no more of the queue meanwhile', async () => {
    const { url, arn } = await queue({ VisibilityTimeout: '30' });
    const first = await deployed(
      `exports.handler = async ({ Records: [{ attributes }] }) => { if (attributes.ApproximateReceiveCount !== '1') throw new Error('again'); };`,
      { Role },
    );
    await throttle(first);
    for (let n = 0; n < 8; n++) await send(url, String(n));
    await create({ FunctionName: first, EventSourceArn: arn, BatchSize: 1 });
    await advance(12_000);
    expect(await depth(url)).toEqual([3, 5]);
    await t.lambda.send(new api.DeleteFunctionConcurrencyCommand({ FunctionName: first }));
    await advance(10_000);
    expect(await depth(url)).toEqual([0, 0]);
  });

  test('lets a throttled batch go when its visibility timeout is over', async () => {
    const dead = await queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const { url, arn } = await queue({ VisibilityTimeout: '5', RedrivePolicy });
    const never = await deployed(ECHO, { Role, Timeout: 5 });
    await throttle(never);
    await send(url, 'x');
    await create({ FunctionName: never, EventSourceArn: arn });
    const from = t.cloud.clock.now() + 1000;
    await advance(20_000);
    const tries = t.cloud.core.trace
      .entries()
      .filter(({ operation, resource }) => operation === 'Invocation' && resource === functionArn(never));
    expect(tries.map(({ time }) => (time - from) / 1000)).toEqual([0, 1, 3, 5, 6, 8]);
    expect([await depth(url), await depth(dead.url)]).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  test.each([
    ['an unknown id', `({ batchItemFailures: [{ itemIdentifier: 'nobody' }] })`, 2],
    ['an empty id', `({ batchItemFailures: [{ itemIdentifier: '' }] })`, 2],
    ['no id', `({ batchItemFailures: [{ itemIdentifier: null }] })`, 2],
    ['another key', `({ batchItemFailures: [{ identifier: Records[0].messageId }] })`, 2],
    ['what is no list', `({ batchItemFailures: 'all' })`, 2],
    ['an empty list', `({ batchItemFailures: [] })`, 0],
    ['no list', `({ batchItemFailures: null })`, 0],
    ['an empty object', `({})`, 0],
    ['nothing', `undefined`, 0],
  ])('takes %s of a partial response for what AWS takes it for', async (_, answer, left) => {
    const { url, arn } = await queue();
    const reporting = await deployed(`exports.handler = async ({ Records }) => ${answer};`, { Role });
    for (const body of ['a', 'b']) await send(url, body);
    await create({ FunctionName: reporting, EventSourceArn: arn, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await advance(2000);
    expect(await depth(url)).toEqual([0, left]);
  });
});

describe('a filter', () => {
  const filtered = async (patterns: unknown[], bodies: string[]) => {
    const { url, arn } = await queue();
    const seeing = await deployed(
      `exports.handler = async ({ Records }) => { throw new Error(String(Records.length)); };`,
      {
        Role,
      },
    );
    for (const body of bodies) await send(url, body);
    const Filters = patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) }));
    const { UUID, FilterCriteria } = await create({
      FunctionName: seeing,
      EventSourceArn: arn,
      FilterCriteria: { Filters },
    });
    expect(FilterCriteria).toEqual({ Filters });
    await advance(2000);
    // What passes is in flight, as the function fails; what does not is gone.
    const [visible, inFlight] = await depth(url);
    await remove(UUID!);
    expect(visible).toBe(0);
    return [inFlight, runs(seeing)];
  };

  test.each([
    ['fields of JSON', [{ body: { kind: ['a', 'b'] } }], ['{"kind":"a"}', '{"kind":"c"}', '{}', 'text', '[]'], [1, 1]],
    ['numbers', [{ body: { n: [{ numeric: ['>', 100] }] } }], ['{"n":105}', '{"n":1}', 'text'], [1, 1]],
    ['one of several', [{ body: { a: [1] } }, { body: { b: [1] } }], ['{"a":1}', '{"b":1}', '{"c":1}'], [2, 1]],
    ['plain text', [{ body: [{ prefix: 'go' }] }], ['good', 'bad', '{"go":1}'], [1, 1]],
    ['a missing field', [{ body: { a: [{ exists: false }] } }], ['{}', '{"a":1}', 'text'], [1, 1]],
    ['nothing that comes', [{ body: { kind: ['a'] } }], ['{"kind":"b"}', 'text'], [0, 0]],
    ['what has no body', [{ awsRegion: ['us-east-1'] }], ['{"kind":"b"}', 'text'], [2, 1]],
  ])('lets pass by %s, and the rest is deleted', async (_, patterns, bodies, expected) => {
    expect(await filtered(patterns, bodies)).toEqual(expected);
  });

  test('looks through a queue of which nothing passes at first', async () => {
    const bodies = [...Array.from({ length: 25 }, () => '{"kind":"b"}'), '{"kind":"a"}'];
    expect(await filtered([{ body: { kind: ['a'] } }], bodies)).toEqual([1, 1]);
  });
});
