/** What is published arrives: in queues and at functions, as AWS writes it, once or twice, late or in the dead-letter queue. */
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import * as api from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { setFault } from '../../testing.ts';
import { delayAfter } from './deliveries.ts';
import { admit, fresh, pair, publish, queue, subscribe, t, take, texts, topic, useCloud } from './testing.ts';

useCloud();

const number = (value: string) => ({ DataType: 'Number', StringValue: value });
const text = (value: string) => ({ DataType: 'String', StringValue: value });
const hops = (operation: string, topicArn: string) =>
  t.cloud.core.trace
    .entries()
    .filter((entry) => entry.service === 'sns' && entry.operation === operation)
    .filter(({ detail }) => detail?.source === topicArn.split(':').at(-1));

describe('a queue gets', () => {
  test('a notification, written as AWS writes it', async () => {
    const { topicArn, url, subscription } = await pair();
    const { MessageId } = await publish(topicArn, 'some "text"', {
      Subject: 'A subject',
      MessageAttributes: { attr1: number('1'), attr2: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) } },
    });
    const [message] = await take(url);
    const body = message!.Body!;
    const seen = JSON.parse(body);
    expect(seen).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: 'A subject',
      Message: 'some "text"',
      Timestamp: new Date(t.cloud.clock.now()).toISOString(),
      SignatureVersion: '1',
      Signature: expect.stringMatching(/^[\w+/]{342}==$/),
      SigningCertURL: expect.stringMatching(/\/SimpleNotificationService-[0-9a-f]{32}\.pem$/),
      UnsubscribeURL: expect.stringContaining(`/?Action=Unsubscribe&SubscriptionArn=${subscription}`),
      MessageAttributes: { attr1: { Type: 'Number', Value: '1' }, attr2: { Type: 'Binary', Value: 'AgME' } },
    });
    const lines = body.split('\n');
    expect(lines.slice(0, 3)).toEqual(['{', '  "Type" : "Notification",', `  "MessageId" : "${MessageId}",`]);
    expect(lines.slice(-5)).toEqual([
      '  "MessageAttributes" : {',
      '    "attr1" : {"Type":"Number","Value":"1"},',
      '    "attr2" : {"Type":"Binary","Value":"AgME"}',
      '  }',
      '}',
    ]);
    expect(message!.MessageAttributes).toBeUndefined();
  });

  test('no subject and no attributes where there are none', async () => {
    const { topicArn, url } = await pair();
    await publish(topicArn, 'plain');
    const [message] = await take(url);
    const seen = JSON.parse(message!.Body!);
    for (const name of ['Subject', 'MessageAttributes']) expect(seen).not.toHaveProperty(name);
  });

  test('the same certificate with every message (recorded: test_publish_message_by_target_arn)', async () => {
    const { topicArn, url } = await pair();
    await publish(topicArn, 'one');
    await publish(topicArn, 'two');
    const seen = (await take(url)).map(({ Body }) => JSON.parse(Body!).SigningCertURL);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
  });

  test('the bare message and its attributes, where it wants it raw', async () => {
    const { topicArn, url } = await pair({ RawMessageDelivery: 'true' });
    const binary = { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) };
    await publish(topicArn, 'bare', {
      Subject: 'not told',
      MessageAttributes: {
        store: binary,
        'an-attribute': text('a value'),
        price: { DataType: 'Number.eur', StringValue: '1.5' },
      },
    });
    expect(await take(url)).toMatchObject([
      {
        Body: 'bare',
        MessageAttributes: {
          store: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
          'an-attribute': text('a value'),
          price: { DataType: 'Number.eur', StringValue: '1.5' },
        },
      },
    ]);
  });

  test('its own text of a message that has several', async () => {
    const { topicArn, url } = await pair();
    const structured = (texts: object) => publish(topicArn, JSON.stringify(texts), { MessageStructure: 'json' });
    await structured({ default: 'for all', sqs: '{"field": "value"}' });
    await structured({ default: 'for all', lambda: 'for functions' });
    expect((await texts(url)).sort()).toEqual(['for all', '{"field": "value"}']);
  });

  test('each message of a batch, and its group', async () => {
    const { topicArn: TopicArn, url } = await pair({ RawMessageDelivery: 'true' });
    const { Successful, Failed } = await t.sns.send(
      new api.PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'first', MessageGroupId: 'group' },
          { Id: 'b', Message: 'second', MessageAttributes: { n: number('2') } },
        ],
      }),
    );
    expect([Successful!.map(({ Id }) => Id), Failed]).toEqual([['a', 'b'], []]);
    const messages = await take(url);
    expect(messages.map(({ Body }) => Body).sort()).toEqual(['first', 'second']);
    expect(messages.find(({ Body }) => Body === 'first')!.Attributes).toMatchObject({ MessageGroupId: 'group' });
  });
});

test('a function gets an event of one record, and its invocation follows from the publication', async () => {
  const topicArn = await topic();
  const name = fresh('subscriber');
  await t.deploy(name, 'exports.handler = async (event) => console.log("SEEN" + JSON.stringify(event));');
  const functionArn = `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;
  await t.lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'sns',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: topicArn,
    }),
  );
  const subscription = await subscribe(topicArn, functionArn);
  const { MessageId } = await publish(topicArn, 'hello', { MessageAttributes: { n: number('1') } });
  await t.cloud.clock.advance(1000);
  const { events = [] } = await t.logs.send(
    new (await import('@aws-sdk/client-cloudwatch-logs')).FilterLogEventsCommand({
      logGroupName: `/aws/lambda/${name}`,
    }),
  );
  const [, seen] = /SEEN(.*)/.exec(events.map(({ message }) => message).join('\n')) ?? [];
  expect(JSON.parse(seen!)).toMatchObject({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription,
        Sns: {
          Type: 'Notification',
          MessageId,
          TopicArn: topicArn,
          Subject: null,
          Message: 'hello',
          SignatureVersion: '1',
          MessageAttributes: { n: { Type: 'Number', Value: '1' } },
        },
      },
    ],
  });
  const entries = t.cloud.core.trace.entries();
  const [delivery] = hops('Deliver', topicArn);
  const published = entries.find(({ id }) => id === delivery!.cause);
  expect(published).toMatchObject({
    kind: 'call',
    service: 'sns',
    operation: 'Publish',
    resource: topicArn.split(':')[5],
  });
  expect(entries.find(({ operation, cause }) => operation === 'Invocation' && cause === delivery!.id)).toBeDefined();
});

describe('a filter', () => {
  const arriving = async (
    attributes: Record<string, string>,
    published: [string, api.PublishCommandInput['MessageAttributes']?][],
  ) => {
    const { topicArn, url } = await pair({ RawMessageDelivery: 'true', ...attributes });
    for (const [message, MessageAttributes] of published) await publish(topicArn, message, { MessageAttributes });
    return (await take(url)).map(({ Body }) => Body).sort();
  };

  test('on attributes: exactly, by beginning, by number, by what is not there', async () => {
    const FilterPolicy = JSON.stringify({
      store: ['example', { prefix: 'ex' }],
      price: [{ numeric: ['>', 0, '<=', 100] }],
      hidden: [{ exists: false }],
    });
    const seen = await arriving({ FilterPolicy }, [
      ['all hold', { store: text('expert'), price: number('99.12') }],
      ['too dear', { store: text('example'), price: number('100.5') }],
      ['no price', { store: text('example') }],
      ['hidden', { store: text('example'), price: number('1'), hidden: text('yes') }],
      ['a text is no number', { store: text('example'), price: text('50') }],
      ['none'],
    ]);
    expect(seen).toEqual(['all hold']);
  });

  test('on attributes: lists, and anything but', async () => {
    const FilterPolicy = JSON.stringify({ interests: ['rugby', 'football'], kind: [{ 'anything-but': ['draft'] }] });
    const list = (...members: string[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(members) });
    const seen = await arriving({ FilterPolicy }, [
      ['one of several', { interests: list('tennis', 'rugby'), kind: text('final') }],
      ['none of them', { interests: list('tennis'), kind: text('final') }],
      ['a draft', { interests: text('football'), kind: text('draft') }],
      ['of no kind', { interests: text('football') }],
    ]);
    expect(seen).toEqual(['one of several']);
  });

  test('on the body, nested, and either of two', async () => {
    const FilterPolicy = JSON.stringify({ user: { country: ['at'] }, $or: [{ size: [1] }, { colour: ['red'] }] });
    const seen = await arriving({ FilterPolicy, FilterPolicyScope: 'MessageBody' }, [
      ['{"user":{"country":"at"},"size":1}'],
      ['{"user":{"country":"at"},"colour":"red"}'],
      ['{"user":{"country":"at"},"colour":"blue"}'],
      ['{"user":{"country":"de"},"size":1}'],
      ['no JSON'],
    ]);
    expect(seen).toEqual(['{"user":{"country":"at"},"colour":"red"}', '{"user":{"country":"at"},"size":1}']);
  });

  test('is one subscription’s own', async () => {
    const { topicArn, url } = await pair({ FilterPolicy: '{"kind":["a"]}' });
    const all = await queue(topicArn);
    await subscribe(topicArn, all.arn);
    await publish(topicArn, 'a', { MessageAttributes: { kind: text('a') } });
    await publish(topicArn, 'b', { MessageAttributes: { kind: text('b') } });
    expect(await texts(url)).toEqual(['a']);
    expect((await texts(all.url)).sort()).toEqual(['a', 'b']);
  });
});

describe('a delivery', () => {
  test('is twice where a fault says so', async () => {
    const { topicArn, url } = await pair();
    const resource = topicArn.split(':').at(-1)!;
    await setFault(t, {
      service: 'sns',
      operation: 'Deliver',
      resource,
      nth: 1,
      effect: { kind: 'duplicate-delivery' },
    });
    await publish(topicArn, 'twice');
    await publish(topicArn, 'once');
    expect((await texts(url)).sort()).toEqual(['once', 'twice', 'twice']);
  });

  test('that fails for a while is tried again: three times at once, twice after a second, then ever later', async () => {
    const { topicArn, url } = await pair();
    const resource = topicArn.split(':').at(-1)!;
    const effect = { kind: 'error', code: 'InternalError', status: 500 } as const;
    const id = await setFault(t, { service: 'sns', operation: 'Deliver', resource, effect });
    const begun = t.cloud.clock.now();
    await publish(topicArn, 'in the end');
    await t.cloud.clock.advance(120_000);
    const times = hops('Deliver', topicArn).map(({ time }) => time - begun);
    expect(times.slice(0, 7)).toEqual([0, 0, 0, 0, 1000, 2000, 3000]);
    expect(times[15]! - times[14]!).toBe(20_000);
    expect(await texts(url)).toEqual([]);
    t.cloud.core.faults.remove(id);
    await t.cloud.clock.advance(20_000);
    expect(await texts(url)).toEqual(['in the end']);
  });

  test('is tried for 23 days', () => {
    const delays = Array.from({ length: 100_015 }, (_, nth) => delayAfter(nth + 1));
    expect(delays.slice(0, 5)).toEqual([0, 0, 0, 1000, 1000]);
    expect([delays[5], delays[14], delays[15]]).toEqual([1000, 20_000, 20_000]);
    const days = delays.reduce((sum, ms) => sum + ms, 0) / 86_400_000;
    expect(Math.floor(days)).toBe(23);
  });

  test('that the queue’s policy does not allow is given up at once', async () => {
    const { topicArn } = await pair();
    const stranger = await queue(await topic());
    await subscribe(topicArn, stranger.arn);
    await publish(topicArn, 'no');
    await t.cloud.clock.advance(60_000);
    expect(await take(stranger.url)).toEqual([]);
    expect(hops('Deliver', topicArn).filter(({ resource }) => resource === stranger.arn)).toMatchObject([
      { error: 'AccessDenied' },
    ]);
    expect(hops('DropEvent', topicArn)).toMatchObject([{ resource: stranger.arn, detail: { why: 'AccessDenied' } }]);
  });

  test('that the function’s policy does not allow goes to the dead-letter queue, as a queue would get it', async () => {
    const topicArn = await topic();
    const dead = await queue(topicArn);
    const name = fresh('closed');
    await t.deploy(name, 'exports.handler = async () => 1;');
    const functionArn = `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;
    await subscribe(topicArn, functionArn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) });
    const { MessageId } = await publish(topicArn, 'lost');
    await t.cloud.clock.advance(1000);
    const [message] = await take(dead.url);
    expect(JSON.parse(message!.Body!)).toMatchObject({ Type: 'Notification', MessageId, Message: 'lost' });
    expect(hops('SendToDeadLetterQueue', topicArn)).toMatchObject([
      { resource: dead.arn, detail: { why: 'AccessDeniedException', retries: 0 } },
    ]);
  });

  test('to a queue that is gone goes there too, raw where that was wanted', async () => {
    const topicArn = await topic();
    const [gone, dead] = [await queue(topicArn), await queue(topicArn)];
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn });
    await subscribe(topicArn, gone.arn, { RedrivePolicy, RawMessageDelivery: 'true' });
    await t.sqs.send(new DeleteQueueCommand({ QueueUrl: gone.url }));
    await publish(topicArn, 'late', { MessageAttributes: { n: number('1') } });
    expect(await take(dead.url)).toMatchObject([{ Body: 'late', MessageAttributes: { n: number('1') } }]);
  });

  test('to a dead-letter queue that lets nobody in is lost', async () => {
    const topicArn = await topic();
    const dead = await queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn });
    await subscribe(topicArn, `arn:aws:sqs:us-east-1:${t.accountId}:${fresh('nowhere')}`, { RedrivePolicy });
    await publish(topicArn, 'lost');
    expect(hops('SendToDeadLetterQueue', topicArn)).toMatchObject([{ error: 'AccessDenied' }]);
    await admit(dead.url, dead.arn, topicArn);
    await publish(topicArn, 'kept');
    expect(await texts(dead.url)).toEqual(['kept']);
  });

  test('with more than ten attributes is none that a queue takes raw', async () => {
    const { topicArn, url } = await pair({ RawMessageDelivery: 'true' });
    const MessageAttributes = Object.fromEntries(Array.from({ length: 11 }, (_, nth) => [`n${nth}`, number('1')]));
    await publish(topicArn, 'too many', { MessageAttributes });
    expect(await take(url)).toEqual([]);
    expect(hops('DropEvent', topicArn)).toMatchObject([{ detail: { why: 'InvalidParameterValue' } }]);
  });
});
