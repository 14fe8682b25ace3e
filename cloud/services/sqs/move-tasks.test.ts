/** Message move tasks, dead-letter source queues and tags. */
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud, takeMessages } from '../../testing.ts';

let t: TestCloud;
let count = 0;
let dead: { url: string; arn: string };
let origin: { url: string; arn: string };

const create = async (Attributes: Record<string, string> = {}) => {
  const { QueueUrl } = await t.sqs.send(new api.CreateQueueCommand({ QueueName: `queue-${++count}`, Attributes }));
  return { url: QueueUrl!, arn: arnOf(`queue-${count}`) };
};
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  dead = await create();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  origin = await create({ RedrivePolicy, VisibilityTimeout: '0' });
});

const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);
const send = (QueueUrl: string, MessageBody: string) =>
  t.sqs.send(
    new api.SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'a' } },
    }),
  );
/** Sends messages and lets them die. */
const die = async (...bodies: string[]) => {
  for (const body of bodies) await send(origin.url, body);
  for (let times = 0; times < 2; times++) {
    await t.sqs.send(new api.ReceiveMessageCommand({ QueueUrl: origin.url, MaxNumberOfMessages: 10 }));
  }
};
const start = (more: Partial<api.StartMessageMoveTaskCommandInput> = {}) =>
  t.sqs.send(new api.StartMessageMoveTaskCommand({ SourceArn: dead.arn, ...more }));
const list = async (more: Partial<api.ListMessageMoveTasksCommandInput> = {}) =>
  (await t.sqs.send(new api.ListMessageMoveTasksCommand({ SourceArn: dead.arn, ...more }))).Results!;
const cancel = (TaskHandle: string | undefined) => t.sqs.send(new api.CancelMessageMoveTaskCommand({ TaskHandle }));
const inQueue = async (url: string) => (await takeMessages(t.sqs, url)).map(({ body }) => body);

test('dead letters go back to where they came from, as new messages', async () => {
  await die('a', 'b');
  const startedAt = t.cloud.clock.now();
  const { TaskHandle } = await start();
  const running = { SourceArn: dead.arn, ApproximateNumberOfMessagesToMove: 2, StartedTimestamp: startedAt };
  expect(await list()).toEqual([{ ...running, TaskHandle, Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 0 }]);
  await advance(1);
  expect(await list()).toEqual([{ ...running, Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 }]);
  const { Messages = [] } = await t.sqs.send(
    new api.ReceiveMessageCommand({
      QueueUrl: origin.url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      MessageAttributeNames: ['All'],
    }),
  );
  expect(Messages.map(({ Body }) => Body)).toEqual(['a', 'b']);
  expect(Messages[0]).toMatchObject({
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { kind: { StringValue: 'a' } },
  });
  expect(await inQueue(dead.url)).toEqual([]);
});

test('or to another queue, so many each second, until somebody cancels', async () => {
  const other = await create();
  await die('a', 'b', 'c', 'd', 'e');
  const { TaskHandle } = await start({ DestinationArn: other.arn, MaxNumberOfMessagesPerSecond: 2 });
  await advance(2);
  expect((await cancel(TaskHandle)).ApproximateNumberOfMessagesMoved).toBe(4);
  await advance(5);
  expect(await inQueue(other.url)).toEqual(['a', 'b', 'c', 'd']);
  expect(await inQueue(dead.url)).toEqual(['e']);
  expect(await list()).toMatchObject([
    { Status: 'CANCELLED', DestinationArn: other.arn, MaxNumberOfMessagesPerSecond: 2 },
  ]);
  expect(await refusal(cancel(TaskHandle))).toEqual({
    name: 'UnsupportedOperation',
    status: 400,
    message: 'Only active tasks can be cancelled.',
  });
});

test('a task fails where a message has no origin, or its queue is gone; the message stays', async () => {
  await send(dead.url, 'direct');
  await start();
  await advance(1);
  expect(await list()).toMatchObject([{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }]);
  const other = await create();
  await start({ DestinationArn: other.arn });
  await t.sqs.send(new api.DeleteQueueCommand({ QueueUrl: other.url }));
  await advance(1);
  const results = await list({ MaxResults: 10 });
  expect(results.map(({ FailureReason }) => FailureReason)).toEqual([
    'AWS.SimpleQueueService.NonExistentQueue',
    'CouldNotDetermineMessageSource',
  ]);
  expect(await inQueue(dead.url)).toEqual(['direct']);
});

const refusals: [string, () => Promise<unknown>, string, number, string][] = [
  [
    'a source that is not there',
    () => start({ SourceArn: arnOf('none') }),
    'ResourceNotFoundException',
    404,
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  ],
  [
    'a destination that is not there',
    () => start({ DestinationArn: arnOf('none') }),
    'ResourceNotFoundException',
    404,
    "The resource that you specified for the DestinationArn parameter doesn't exist.",
  ],
  [
    'a source that is no dead-letter queue',
    () => start({ SourceArn: origin.arn }),
    'InvalidParameterValue',
    400,
    'Source queue must be configured as a Dead Letter Queue.',
  ],
  [
    'a second task',
    async () => {
      await start();
      await start();
    },
    'UnsupportedOperation',
    400,
    'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
  ],
  [
    '501 messages a second',
    () => start({ MaxNumberOfMessagesPerSecond: 501 }),
    'InvalidParameterValue',
    400,
    'Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500.',
  ],
  ['a handle of nobody', () => cancel('x'), 'InvalidParameterValue', 400, 'Value for parameter TaskHandle is invalid.'],
  [
    'a task that is not there',
    () => cancel(Buffer.from(JSON.stringify({ taskId: 'x', sourceArn: dead.arn })).toString('base64')),
    'ResourceNotFoundException',
    404,
    'Task does not exist.',
  ],
];

test.each(refusals)('refuses %s', async (_, call, name, status, message) => {
  expect(await refusal(call())).toEqual({ name, status, message });
});

test('moving needs the right to read and to send', async () => {
  const Role = await t.role(`mover-${++count}`, { Effect: 'Allow', Action: 'sqs:StartMessageMoveTask', Resource: '*' });
  const { expiration: _, ...credentials } = t.cloud.identity.mintSession(Role, 'mover', 900);
  const { sqs } = t.as(credentials);
  expect(await refusal(sqs.send(new api.StartMessageMoveTaskCommand({ SourceArn: dead.arn })))).toMatchObject({
    name: expect.stringMatching(/AccessDenied/),
    message: expect.stringContaining('sqs:ReceiveMessage'),
  });
});

test('the queues of a dead-letter queue are listed page by page', async () => {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const second = await create({ RedrivePolicy });
  const page = (more: object) => t.sqs.send(new api.ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url, ...more }));
  expect((await page({})).queueUrls!.sort()).toEqual([origin.url, second.url].sort());
  const first = await page({ MaxResults: 1 });
  expect(first.queueUrls).toHaveLength(1);
  const { queueUrls, NextToken } = await page({ MaxResults: 1, NextToken: first.NextToken });
  expect([...first.queueUrls!, ...queueUrls!].sort()).toEqual([origin.url, second.url].sort());
  expect(NextToken).toBeUndefined();
});

test('tags come and go', async () => {
  const QueueUrl = dead.url;
  const tags = async () => (await t.sqs.send(new api.ListQueueTagsCommand({ QueueUrl }))).Tags;
  await t.sqs.send(new api.TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '' } }));
  await t.sqs.send(new api.TagQueueCommand({ QueueUrl, Tags: { a: '2' } }));
  expect(await tags()).toEqual({ a: '2', b: '' });
  await t.sqs.send(new api.UntagQueueCommand({ QueueUrl, TagKeys: ['a', 'b', 'c'] }));
  expect(await tags()).toBeUndefined();
});
