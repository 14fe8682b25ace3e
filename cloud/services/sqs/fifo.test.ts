/**
 * What a FIFO queue hands out, and when. The names in brackets are those of AWS's own answers, which the behaviour agrees
 * with: recordings of LocalStack's tests against AWS.
 */
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestCloud, setFault, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let url: string;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
const create = async (Attributes: Record<string, string> = {}) => {
  const more = { FifoQueue: 'true', ContentBasedDeduplication: 'true', ...Attributes };
  const QueueName = `queue-${++count}.fifo`;
  return (await t.sqs.send(new api.CreateQueueCommand({ QueueName, Attributes: more }))).QueueUrl!;
};
beforeEach(async () => {
  url = await create();
});

const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);
/** Sends `a1` to the group `a`. */
const send = async (...bodies: string[]) => {
  for (const MessageBody of bodies) {
    await t.sqs.send(new api.SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId: MessageBody[0] }));
  }
};
const receive = async (more: Partial<api.ReceiveMessageCommandInput> = {}) => {
  const { Messages = [] } = await t.sqs.send(
    new api.ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...more,
    }),
  );
  return Messages;
};
const bodies = async (more: Partial<api.ReceiveMessageCommandInput> = {}) =>
  (await receive(more)).map(({ Body }) => Body);
const remove = ({ ReceiptHandle }: api.Message) =>
  t.sqs.send(new api.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
const hide = ({ ReceiptHandle }: api.Message, VisibilityTimeout: number) =>
  t.sqs.send(new api.ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
const attributes = async (QueueUrl = url) =>
  (await t.sqs.send(new api.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;
/** The error that a call is refused with, under the code that AWS documents. */
const refused = (call: Promise<unknown>) =>
  call.then(
    () => 'not refused',
    ({ Code, message, $metadata }) => [Code, $metadata.httpStatusCode, message],
  );

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
test('as many messages of one group as possible come first, in the order in which they were sent', async () => {
  await send('a1', 'b1', 'a2', 'a3');
  expect(await bodies()).toEqual(['a1', 'a2', 'a3', 'b1']);
});

test('groups take turns (test_fifo_receive_message_with_zero_visibility_timeout)', async () => {
  await send('a1', 'b1', 'b2', 'c1', 'a2');
  expect(await bodies({ MaxNumberOfMessages: 3, VisibilityTimeout: 0 })).toEqual(['a1', 'a2', 'b1']);
  expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['c1', 'a1', 'a2', 'b1', 'b2']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/interleaving-multiple-ordered-message-groups.html
test('a group of which a message is in flight gives no other, until that is deleted or visible again', async () => {
  await send('a1', 'a2', 'a3', 'b1');
  const [first] = (await receive({ MaxNumberOfMessages: 1 })) as [api.Message];
  expect(await bodies({ MaxNumberOfMessages: 1 })).toEqual(['b1']);
  expect(await bodies()).toEqual([]);
  await remove(first);
  const two = await receive({ MaxNumberOfMessages: 2 });
  expect(two.map(({ Body }) => Body)).toEqual(['a2', 'a3']);
  await send('a4');
  expect(await bodies()).toEqual([]);
  await advance(30);
  expect(await bodies()).toEqual(['b1', 'a2', 'a3', 'a4']);
});

test('what is visible is had up to the first message that is not (test_fifo_group_visibility_extends_with_change_message_visibility)', async () => {
  await send('a1', 'a2', 'a3');
  const [, , third] = (await receive()) as [api.Message, api.Message, api.Message];
  await hide(third, 60);
  await advance(30);
  const [first, second] = await receive();
  expect([first!.Body, second!.Body]).toEqual(['a1', 'a2']);
  await hide(first!, 60);
  await hide(second!, 0);
  expect(await bodies()).toEqual([]);
  await advance(60);
  expect(await bodies()).toEqual(['a1', 'a2', 'a3']);
});

test('a long poll ends when the message before has been deleted', async () => {
  await send('a1', 'a2');
  const [first] = (await receive({ MaxNumberOfMessages: 1 })) as [api.Message];
  const waiting = bodies({ WaitTimeSeconds: 20 });
  await expect.poll(() => t.cloud.core.trace.entries().at(-1)!.operation).toBe('ReceiveMessage');
  await remove(first);
  expect(await waiting).toEqual(['a2']);
});

test('tells of a message its group, its ids and a number that grows (test_fifo_message_attributes)', async () => {
  const of = (MessageBody: string) => ({
    QueueUrl: url,
    MessageBody,
    MessageGroupId: 'a',
    MessageDeduplicationId: MessageBody,
  });
  const sent = [
    await t.sqs.send(new api.SendMessageCommand(of('1'))),
    await t.sqs.send(new api.SendMessageCommand(of('2'))),
  ];
  const numbers = sent.map(({ SequenceNumber }) => SequenceNumber!);
  for (const number of numbers) expect(number).toMatch(/^\d{20}$/);
  expect(numbers[1]! > numbers[0]!).toBe(true);
  const [one] = await receive();
  expect(one!.Attributes).toMatchObject({
    MessageGroupId: 'a',
    MessageDeduplicationId: '1',
    SequenceNumber: numbers[0],
    ApproximateReceiveCount: '1',
  });
});

test('has attributes of its own (test_fifo_set_content_based_deduplication_strategy)', async () => {
  const own = { FifoQueue: 'true', DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' };
  expect(await attributes()).toMatchObject({ ...own, ContentBasedDeduplication: 'true' });
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'false' };
  await t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  expect(await attributes()).toMatchObject({ ...own, ContentBasedDeduplication: 'false' });
  expect((await t.sqs.send(new api.ListQueuesCommand({ QueueNamePrefix: 'queue-' }))).QueueUrls).toContain(url);
});

test('pages of queues may end with a FIFO queue', async () => {
  const more = await create();
  const first = await t.sqs.send(new api.ListQueuesCommand({ MaxResults: 1 }));
  const rest = await t.sqs.send(new api.ListQueuesCommand({ MaxResults: 100, NextToken: first.NextToken }));
  expect(rest.QueueUrls).toContain(more);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
test('the delay is the queue’s, for the messages in it, too', async () => {
  url = await create({ DelaySeconds: '10' });
  await send('a1');
  const delay = (DelaySeconds: string) =>
    t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds } }));
  await advance(9);
  await delay('20');
  await advance(10);
  expect(await bodies()).toEqual([]);
  await delay('19');
  expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['a1']);
  // What has been handed out once is delayed no more.
  await delay('900');
  expect(await bodies()).toEqual(['a1']);
  await send('b1');
  expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
});

test('a handle deletes as long as its message is in flight (test_fifo_delete_after_visibility_timeout)', async () => {
  await send('a1');
  const [old] = (await receive()) as [api.Message];
  await hide(old, 40);
  await advance(40);
  const reason = `Value ${old.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`;
  expect(await refused(remove(old))).toEqual(['InvalidParameterValue', 400, reason]);
  const Entries = [{ Id: 'a', ReceiptHandle: old.ReceiptHandle }];
  const batch = await t.sqs.send(new api.DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  const failure = {
    Id: 'a',
    SenderFault: true,
    Code: 'ReceiptHandleIsInvalid',
    Message: 'The receipt handle has expired',
  };
  expect(batch.Failed).toEqual([failure]);
  expect((await refused(hide(old, 10)))[0]).toBe('InvalidParameterValue');
  const [current] = (await receive()) as [api.Message];
  expect(await refused(remove(old))).toEqual(['InvalidParameterValue', 400, reason]);
  await remove(current);
  await remove(current);
  expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
test('a receive may be tried again: the same messages, under the same handles, hidden anew', async () => {
  await send('a1', 'a2', 'b1');
  const attempt = { ReceiveRequestAttemptId: 'once', MaxNumberOfMessages: 2 };
  const first = await receive(attempt);
  await advance(20);
  expect(await receive(attempt)).toEqual(first);
  await advance(20);
  expect(await bodies({ ReceiveRequestAttemptId: 'other' })).toEqual(['b1']);
  await remove(first[1]!);
  expect(await refused(receive(attempt))).toEqual([
    'InvalidParameterValue',
    400,
    'Value once for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.',
  ]);
  await advance(260);
  expect((await bodies(attempt)).sort()).toEqual(['a1', 'b1']);
});

test('an attempt that got nothing may be made again', async () => {
  const attempt = { ReceiveRequestAttemptId: 'once' };
  expect(await bodies(attempt)).toEqual([]);
  await send('a1');
  expect(await bodies(attempt)).toEqual(['a1']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
test('no fault makes duplicates', async () => {
  await setFault(t, { service: 'sqs', operation: 'Deliver', effect: { kind: 'duplicate-delivery' } });
  await send('a1');
  expect(await bodies()).toEqual(['a1']);
  expect(await bodies()).toEqual([]);
  t.cloud.core.faults.clear(t.accountId);
});

test('what is received too often makes way for the next of its group, and begins anew in the dead-letter queue', async () => {
  const dead = url;
  const deadLetterTargetArn = (await attributes(dead)).QueueArn;
  url = await create({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }) });
  await t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl: dead, Attributes: { MessageRetentionPeriod: '60' } }));
  await send('a1', 'a2');
  const [first] = (await receive({ MaxNumberOfMessages: 1 })) as [api.Message];
  await advance(50);
  expect(await bodies()).toEqual(['a2']);
  await advance(50);
  url = dead;
  const [letter] = (await receive()) as [api.Message];
  // The id of deduplication is the message's own: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
  expect(letter).toMatchObject({
    MessageId: first.MessageId,
    Body: 'a1',
    Attributes: { MessageGroupId: 'a', MessageDeduplicationId: first.MessageId, ApproximateReceiveCount: '2' },
  });
  // Its age, too: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
  expect(Number(letter.Attributes!.SentTimestamp)).toBe(t.cloud.clock.now() - 50_000);
});

test('a dead letter moves back with its group', async () => {
  const dead = url;
  const deadLetterTargetArn = (await attributes(dead)).QueueArn;
  url = await create({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }),
    VisibilityTimeout: '0',
  });
  await send('a1', 'a2', 'b1');
  for (let times = 0; times < 2; times++) await receive();
  const start = (more: object = {}) =>
    t.sqs.send(new api.StartMessageMoveTaskCommand({ SourceArn: deadLetterTargetArn, ...more }));
  const { QueueUrl } = await t.sqs.send(new api.CreateQueueCommand({ QueueName: `standard-${count}` }));
  const DestinationArn = (await attributes(QueueUrl!)).QueueArn;
  expect((await refused(start({ DestinationArn })))[0]).toBe('InvalidParameterValue');
  await start({ MaxNumberOfMessagesPerSecond: 2 });
  await advance(1);
  expect(await bodies()).toEqual(['a1', 'a2']);
  await advance(1);
  expect(await bodies({ VisibilityTimeout: 30 })).toEqual(['b1']);
});

test('purging empties the queue, and it forgets what it has been sent (test_purge_queue_clears_fifo_deduplication_cache)', async () => {
  await send('a1', 'b1');
  await receive({ MaxNumberOfMessages: 1 });
  await t.sqs.send(new api.PurgeQueueCommand({ QueueUrl: url }));
  expect(await bodies()).toEqual([]);
  await send('a1');
  expect(await bodies()).toEqual(['a1']);
});
