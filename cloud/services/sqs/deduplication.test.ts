/** Which messages a FIFO queue takes for ones that it has been sent before. */
import * as cw from '@aws-sdk/client-cloudwatch';
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud, takeMessages } from '../../testing.ts';

let t: TestCloud;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());

const create = async (Attributes: Record<string, string> = {}) => {
  const QueueName = `queue-${++count}.fifo`;
  return (await t.sqs.send(new api.CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...Attributes } })))
    .QueueUrl!;
};
const send = async (QueueUrl: string, MessageBody: string, MessageGroupId: string, MessageDeduplicationId?: string) =>
  (
    await t.sqs.send(
      new api.SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageGroupId,
        ...(MessageDeduplicationId === undefined ? {} : { MessageDeduplicationId }),
      }),
    )
  ).MessageId!;
const take = async (url: string) => (await takeMessages(t.sqs, url)).map(({ body }) => body);
const set = (QueueUrl: string, Attributes: Record<string, string>) =>
  t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl, Attributes }));
const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
test('the same id within five minutes is taken and not delivered, even where the first is gone', async () => {
  const url = await create();
  const first = await send(url, 'one', 'a', '1');
  expect(await take(url)).toEqual(['one']);
  await advance(299);
  expect(await send(url, 'two', 'b', '1')).toBe(first);
  expect(await take(url)).toEqual([]);
  // The five minutes are those since the first.
  await advance(1);
  expect(await send(url, 'three', 'a', '1')).not.toBe(first);
  expect(await take(url)).toEqual(['three']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
test('by its content a message is known by the SHA-256 of its body, without attributes; an id of its own comes first', async () => {
  const url = await create({ ContentBasedDeduplication: 'true' });
  await send(url, 'hello', 'a');
  await send(url, 'hello', 'b');
  await send(url, 'hello', 'c', 'own');
  await send(url, 'other', 'd', '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
  expect(await take(url)).toEqual(['hello', 'hello']);
});

test('a batch is looked through, too', async () => {
  const url = await create();
  const entry = (Id: string, MessageDeduplicationId: string) => ({
    Id,
    MessageBody: Id,
    MessageGroupId: 'a',
    MessageDeduplicationId,
  });
  const { Successful = [] } = await t.sqs.send(
    new api.SendMessageBatchCommand({ QueueUrl: url, Entries: [entry('x', '1'), entry('y', '1'), entry('z', '2')] }),
  );
  const ids = Successful.map(({ MessageId, SequenceNumber }) => `${MessageId} ${SequenceNumber}`);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(await take(url)).toEqual(['x', 'z']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
test('with the scope of a group, others may use the same id (test_sqs_fifo_message_group_scope_no_throughput_setting)', async () => {
  const url = await create({ DeduplicationScope: 'messageGroup' });
  for (const group of ['a', 'b', 'a']) await send(url, group, group, '1');
  expect(await take(url)).toEqual(['a', 'b']);
});

test('a new scope counts after a minute (test_fifo_change_to_high_throughput_after_creation)', async () => {
  const url = await create();
  await set(url, { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
  await send(url, 'one', 'a', '1');
  await send(url, 'two', 'b', '1');
  expect(await take(url)).toEqual(['one']);
  await advance(60);
  await send(url, 'three', 'a', '2');
  await send(url, 'four', 'b', '2');
  expect(await take(url)).toEqual(['three', 'four']);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
test('CloudWatch counts what was sent again, and the groups with a message in flight', async () => {
  const url = await create();
  for (const group of ['a', 'a', 'b', 'c', 'd']) await send(url, group, group, group);
  for (let times = 0; times < 2; times++) {
    await t.sqs.send(new api.ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 300 }));
  }
  const from = t.cloud.clock.now() - 60_000;
  await advance(60);
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await t.cloudwatch.send(
      new cw.GetMetricStatisticsCommand({
        Namespace: 'AWS/SQS',
        MetricName,
        Dimensions: [{ Name: 'QueueName', Value: `queue-${count}.fifo` }],
        StartTime: new Date(from),
        EndTime: new Date(t.cloud.clock.now() + 60_000),
        Period: 300,
        Statistics: ['Maximum'],
      }),
    );
    return Math.max(...Datapoints.map(({ Maximum }) => Maximum!));
  };
  expect(await sum('NumberOfMessagesSent')).toBe(4);
  expect(await sum('NumberOfDeduplicatedSentMessages')).toBe(1);
  expect(await sum('ApproximateNumberOfGroupsWithInflightMessages')).toBe(2);
  expect(await sum('ApproximateNumberOfMessagesVisible')).toBe(2);
});
