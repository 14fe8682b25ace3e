/** What the cloud itself measures: queues each minute, functions at each invocation. */
import { GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let aws: TestCloud;
let name: string;
let QueueUrl: string;
let queues = 0;

beforeAll(async () => {
  aws = await openTestCloud();
});
afterAll(() => aws.close());

const now = () => aws.cloud.clock.now();
const advance = (ms: number) => aws.cloud.clock.advance(ms);
/** Datapoints of the last hours, oldest first. */
async function points(Namespace: string, MetricName: string, dimensions: Record<string, string>, hours = 1) {
  const { Datapoints } = await aws.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now() - hours * HOUR),
      EndTime: new Date(now() + MINUTE),
      Period: 60,
      Statistics: ['Sum', 'Maximum', 'SampleCount'],
    }),
  );
  return Datapoints!;
}

describe('a queue', () => {
  beforeEach(async () => {
    name = `queue-${++queues}`;
    await advance(Math.ceil(now() / MINUTE) * MINUTE - now());
    await create(name);
  });
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    QueueUrl = (await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  };
  const set = (Attributes: Record<string, string>) =>
    aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const send = (more: object = {}) => aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello', ...more }));
  const receive = async () =>
    (await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  const measured = async (metric: string) => {
    const seen = await points('AWS/SQS', metric, { QueueName: name });
    return seen.map(({ Sum }) => Sum);
  };

  test('tells its depth at each full minute', async () => {
    await send();
    await send();
    await send({ DelaySeconds: 900 });
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([]);
    await advance(MINUTE);
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([2]);
    await receive();
    await advance(MINUTE);
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([2, 2]);
    await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 300, MaxNumberOfMessages: 1 }));
    await advance(MINUTE);
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([2, 2, 1]);
    expect(await measured('ApproximateNumberOfMessagesNotVisible')).toEqual([0, 0, 1]);
    expect(await measured('ApproximateNumberOfMessagesDelayed')).toEqual([1, 1, 1]);
    const [first] = await points('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name });
    expect(first).toMatchObject({ Timestamp: new Date(now() - 3 * MINUTE), Unit: 'Count' });
  });

  test('tells the age of its oldest message, in seconds', async () => {
    await advance(30_000);
    await send();
    await advance(MINUTE + 30_000);
    expect(await measured('ApproximateAgeOfOldestMessage')).toEqual([30, 90]);
  });

  const receiveThrice = async () => {
    for (let times = 0; times < 3; times++) expect(await receive()).toHaveLength(1);
  };

  test('leaves out of that age what it has handed out three times', async () => {
    await set({ VisibilityTimeout: '0' });
    await send();
    await advance(MINUTE);
    await receiveThrice();
    await advance(MINUTE);
    await send();
    await advance(MINUTE);
    expect(await measured('ApproximateAgeOfOldestMessage')).toEqual([60, 0, 60]);
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([1, 1, 2]);
  });

  test('does not fall silent while it has such messages', async () => {
    await set({ VisibilityTimeout: '0' });
    await send();
    await receiveThrice();
    await advance(7 * HOUR);
    expect((await measured('ApproximateAgeOfOldestMessage')).length).toBeGreaterThanOrEqual(59);
  });

  test('leaves out none as a dead-letter queue that has not handed it out itself, nor as a FIFO queue', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:${aws.accountId}:${name}`,
      maxReceiveCount: 3,
    });
    await create(`${name}-source`, { VisibilityTimeout: '0', RedrivePolicy });
    await send();
    await receiveThrice();
    expect(await receive()).toEqual([]);
    await advance(MINUTE);
    await create(`${name}.fifo`, { VisibilityTimeout: '0', FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    await send({ MessageGroupId: 'a' });
    await receiveThrice();
    await advance(MINUTE);
    const ages = async (QueueName: string) =>
      (await points('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName })).map(({ Sum }) => Sum);
    expect(await ages(name)).toEqual([60, 120]);
    expect(await ages(`${name}.fifo`)).toEqual([60]);
  });

  test('counts what is sent, received and deleted, and what was asked for in vain', async () => {
    await receive();
    await send();
    const [message] = await receive();
    await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    await advance(2 * MINUTE);
    expect(await measured('NumberOfMessagesSent')).toEqual([1, 0]);
    expect(await measured('NumberOfMessagesReceived')).toEqual([1, 0]);
    expect(await measured('NumberOfMessagesDeleted')).toEqual([1, 0]);
    expect(await measured('NumberOfEmptyReceives')).toEqual([1, 0]);
    expect(await measured('SentMessageSize')).toEqual([5]);
  });

  test('falls silent six hours after it was last used, and speaks again when it is', async () => {
    await advance(7 * HOUR);
    expect(await points('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }, 8)).toHaveLength(360);
    await receive();
    await advance(MINUTE);
    expect(await measured('NumberOfEmptyReceives')).toEqual([1]);
  });

  test('does not fall silent while it has messages', async () => {
    await send();
    await advance(7 * HOUR);
    expect((await measured('ApproximateNumberOfMessagesVisible')).length).toBeGreaterThanOrEqual(59);
  });

  test('is measured no longer when it is deleted', async () => {
    await send();
    await advance(MINUTE);
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await advance(10 * MINUTE);
    expect(await measured('ApproximateNumberOfMessagesVisible')).toEqual([1]);
  });

  test('does not slow the clock down once it is idle', async () => {
    await advance(7 * HOUR);
    // Minute by minute, a year would take longer than a test may.
    await advance(365 * 24 * HOUR);
    const { Metrics } = await aws.cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/SQS' }));
    expect(Metrics).toEqual([]);
  });
});

describe('a function', () => {
  beforeAll(async () => {
    const source = `exports.handler = async ({ fail, wait = 0 }) => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (fail) throw new Error('no');
    };`;
    await aws.deploy('worker', source, { Timeout: 60 });
  });
  const measured = async (metric: string, more: Record<string, string> = {}) =>
    (await points('AWS/Lambda', metric, { FunctionName: 'worker', ...more })).at(-1);

  test('counts invocations and errors, and tells durations', async () => {
    await aws.invoke('worker', { wait: 2500 });
    await aws.invoke('worker', { fail: true });
    expect(await measured('Invocations')).toMatchObject({ Sum: 2, Unit: 'Count' });
    expect(await measured('Errors')).toMatchObject({ Sum: 1, SampleCount: 2 });
    expect(await measured('Duration')).toMatchObject({ Maximum: 2500, Unit: 'Milliseconds' });
    expect(await measured('Throttles')).toMatchObject({ Sum: 0 });
    expect(await measured('Invocations', { Resource: 'worker' })).toMatchObject({ Sum: 2 });
    expect((await points('AWS/Lambda', 'Invocations', {})).at(-1)).toMatchObject({ Sum: 2 });
  });

  test('tells how many run at a time, and throttles, which are no invocations', async () => {
    await advance(MINUTE);
    await Promise.all([1, 2, 3].map(() => aws.invoke('worker', { wait: 1000 })));
    expect(await measured('ConcurrentExecutions')).toMatchObject({ Maximum: 3, Sum: 6 });
    await advance(MINUTE);
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'worker', ReservedConcurrentExecutions: 0 }),
    );
    expect(await refusal(aws.invoke('worker'))).toMatchObject({ name: 'TooManyRequestsException' });
    expect(await measured('Throttles')).toMatchObject({ Sum: 1 });
    expect((await measured('Invocations'))!.Timestamp).not.toEqual((await measured('Throttles'))!.Timestamp);
  });
});
