import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let url: string;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
const create = async (Attributes: Record<string, string> = {}) =>
  (await t.sqs.send(new api.CreateQueueCommand({ QueueName: `queue-${++count}`, Attributes }))).QueueUrl!;
beforeEach(async () => {
  url = await create();
});

const send = (MessageBody: string, more: Partial<api.SendMessageCommandInput> = {}) =>
  t.sqs.send(new api.SendMessageCommand({ QueueUrl: url, MessageBody, ...more }));
const receive = async (more: Partial<api.ReceiveMessageCommandInput> = {}) =>
  (
    await t.sqs.send(
      new api.ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        ...more,
      }),
    )
  ).Messages ?? [];
const attributes = async () =>
  (await t.sqs.send(new api.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes!;
const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);

test('a message is hidden once received, comes back when the visibility timeout is over, and is gone once deleted', async () => {
  await send('hello', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'a' } } });
  const [first] = await receive({ MessageAttributeNames: ['All'] });
  expect(first).toMatchObject({ Body: 'hello', MessageAttributes: { kind: { StringValue: 'a' } } });
  expect(await receive()).toEqual([]);
  await advance(29);
  expect(await receive()).toEqual([]);
  await advance(1);
  const [again] = await receive();
  expect(again!.Attributes!.ApproximateReceiveCount).toBe('2');
  await t.sqs.send(new api.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: again!.ReceiptHandle }));
  await advance(60);
  expect(await receive()).toEqual([]);
});

test('a delayed message comes when its delay is over', async () => {
  await send('later', { DelaySeconds: 10 });
  expect((await attributes()).ApproximateNumberOfMessagesDelayed).toBe('1');
  expect(await receive()).toEqual([]);
  await advance(10);
  expect(await receive()).toHaveLength(1);
});

test('a long poll is answered as soon as a message is there, or when its time is over', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await expect.poll(() => t.cloud.core.trace.entries().at(-1)!.operation).toBe('ReceiveMessage');
  await send('hello');
  expect(await waiting).toHaveLength(1);
  const empty = receive({ WaitTimeSeconds: 20 });
  await expect
    .poll(() => t.cloud.core.trace.entries().filter(({ operation }) => operation === 'ReceiveMessage').length)
    .toBeGreaterThan(1);
  await advance(20);
  expect(await empty).toEqual([]);
});

test('what has been received too often goes to the dead-letter queue', async () => {
  const dead = url;
  const arn = (await attributes()).QueueArn;
  url = await create({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 2 }),
    VisibilityTimeout: '1',
  });
  await send('poison');
  for (let times = 0; times < 2; times++) {
    expect(await receive()).toHaveLength(1);
    await advance(1);
  }
  expect(await receive()).toEqual([]);
  url = dead;
  expect((await receive())[0]).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '3' } });
});

test('messages expire', async () => {
  await t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MessageRetentionPeriod: '60' } }));
  await send('old');
  await advance(61);
  expect(await receive()).toEqual([]);
});

test('a batch: each entry fails or succeeds by itself', async () => {
  const { Successful, Failed } = await t.sqs.send(
    new api.SendMessageBatchCommand({
      QueueUrl: url,
      Entries: [
        { Id: 'a', MessageBody: 'a' },
        { Id: 'b', MessageBody: 'b', DelaySeconds: 9999 },
      ],
    }),
  );
  expect(Successful!.map(({ Id }) => Id)).toEqual(['a']);
  expect(Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }]);
  const entries = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }));
  expect(await refusal(t.sqs.send(new api.SendMessageBatchCommand({ QueueUrl: url, Entries: entries })))).toMatchObject(
    {
      name: 'TooManyEntriesInBatchRequest',
    },
  );
});

test('errors come under both of their names', async () => {
  const refused = await t.sqs.send(new api.GetQueueUrlCommand({ QueueName: 'none' })).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue' });
  expect(refused).toBeInstanceOf(api.QueueDoesNotExist);
});

test('visibility can be changed: longer, and to nothing', async () => {
  await send('hello');
  const [{ ReceiptHandle }] = (await receive()) as [api.Message];
  const change = (VisibilityTimeout: number) =>
    t.sqs.send(new api.ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
  await change(100);
  await advance(60);
  expect(await receive()).toEqual([]);
  await change(0);
  expect(await receive()).toHaveLength(1);
});
