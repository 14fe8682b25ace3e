/** What FIFO queues refuse, and what others do because of them, in AWS's words and under the codes that it documents. */
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let QueueUrl: string;
const arn = (name: string) => `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
  t.sqs.send(new api.CreateQueueCommand({ QueueName, Attributes }));
const fifo = (name: string, more: Record<string, string> = {}) => create(name, { FifoQueue: 'true', ...more });
const set = (Attributes: Record<string, string>) =>
  t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl, Attributes }));
const send = (more: object) => t.sqs.send(new api.SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }));
const sendBatch = (...entries: object[]) => {
  const Entries = entries.map((entry, index) => ({ Id: `${index}`, MessageBody: 'x', ...entry }));
  return t.sqs.send(new api.SendMessageBatchCommand({ QueueUrl, Entries }));
};

beforeAll(async () => {
  t = await openTestCloud();
  QueueUrl = (await fifo('jobs.fifo')).QueueUrl!;
});
afterAll(() => t.close());

const [VALUE, ATTRIBUTE] = ['InvalidParameterValue', 'InvalidAttributeValue'];
const redrive = (name: string) => JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount: 1 });
const otherKind = (name: string) =>
  `Value ${redrive(name)} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source..`;
const NO_ID =
  'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
const NO_GROUP = 'The request must contain the parameter MessageGroupId.';
const ids = { MessageGroupId: 'a', MessageDeduplicationId: '1' };

const refusals: [string, () => Promise<unknown>, string, () => string][] = [
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  [
    'a name without its ending',
    () => fifo('other'),
    VALUE,
    () =>
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
  ],
  [
    'the ending of another kind of queue',
    () => create('other.fifo'),
    VALUE,
    () => 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  ],
  [
    'to be made anew with other attributes',
    () => fifo('jobs.fifo', { ContentBasedDeduplication: 'true' }),
    'QueueAlreadyExists',
    () => 'A queue already exists with the same name and a different value for attribute ContentBasedDeduplication',
  ],
  [
    'to become a standard queue',
    () => set({ FifoQueue: 'false' }),
    ATTRIBUTE,
    () => 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  ],
  [
    'an unknown scope',
    () => set({ DeduplicationScope: 'group' }),
    ATTRIBUTE,
    () => 'Invalid value for the parameter DeduplicationScope.',
  ],
  [
    'a limit per group without the scope of a group',
    () => set({ FifoThroughputLimit: 'perMessageGroupId' }),
    ATTRIBUTE,
    () =>
      'Invalid value for the parameter FifoThroughputLimit. Reason: The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
  ],
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  ['a standard dead-letter queue', () => set({ RedrivePolicy: redrive('dead') }), VALUE, () => otherKind('dead')],
  [
    'to be a standard queue’s dead-letter queue',
    () => create('other', { RedrivePolicy: redrive('jobs.fifo') }),
    VALUE,
    () => otherKind('jobs.fifo'),
  ],
  // Recordings test_posting_to_fifo_requires_deduplicationid_group_id, test_send_batch_missing_…_for_fifo_queue.
  ['a message without a group', () => send({ MessageDeduplicationId: '1' }), 'MissingParameter', () => NO_GROUP],
  ['a message without an id', () => send({ MessageGroupId: 'a' }), VALUE, () => NO_ID],
  ['a batch with one without a group', () => sendBatch(ids, { MessageDeduplicationId: '2' }), VALUE, () => NO_GROUP],
  ['a batch with one without an id', () => sendBatch(ids, { MessageGroupId: 'a' }), VALUE, () => NO_ID],
  [
    'a delay of one message',
    () => send({ ...ids, DelaySeconds: 2 }),
    VALUE,
    () =>
      'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  ],
  [
    'an id with a space',
    () => send({ ...ids, MessageDeduplicationId: 'a b' }),
    VALUE,
    () =>
      'Value a b for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
  [
    'the notifications of S3',
    async () => {
      await t.s3.send(new s3.CreateBucketCommand({ Bucket: 'bucket' }));
      const QueueConfigurations = [{ QueueArn: arn('jobs.fifo'), Events: ['s3:ObjectCreated:*' as const] }];
      const NotificationConfiguration = { QueueConfigurations };
      await t.s3.send(
        new s3.PutBucketNotificationConfigurationCommand({ Bucket: 'bucket', NotificationConfiguration }),
      );
    },
    'InvalidArgument',
    () => 'Unable to validate the following destination configurations',
  ],
];

test.each(refusals)('refuses %s', async (_, call, code, message) => {
  await set({
    Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }),
  });
  const refused = await call().then(
    () => 'not refused',
    ({ Code, name, message, $metadata }) => [Code ?? name, $metadata.httpStatusCode, message],
  );
  expect(refused).toEqual([code, 400, message()]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
test('refuses the failures of a function', async () => {
  const Role = await t.role('sender', { Effect: 'Allow', Action: 'sqs:*', Resource: '*' });
  await t.deploy('failing', 'exports.handler = async () => 1;', { Role });
  const put = (Destination: string) =>
    t.lambda.send(
      new lambda.PutFunctionEventInvokeConfigCommand({
        FunctionName: 'failing',
        DestinationConfig: { OnFailure: { Destination } },
      }),
    );
  await create('standard');
  await put(arn('standard'));
  await expect(put(arn('jobs.fifo'))).rejects.toThrow(/^The provided destination config .* is invalid\.$/);
});
