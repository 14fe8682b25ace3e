/**
 * What a year costs, counted in timers, as a clock that is held does nothing between them; and that alarms, which look only
 * where there may be something to see, miss nothing.
 */
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { advance, alarm, aws, DAY, history, MINUTE, name, putAlarm, start, useCloud } from './testing.ts';

useCloud();

const HOUR = 60 * MINUTE;
const createQueue = async (QueueName: string) => (await aws.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
const send = (QueueUrl: string) => aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
const onQueue = (metric: string, more: object = {}) =>
  putAlarm({
    Namespace: 'AWS/SQS',
    MetricName: metric,
    Dimensions: [{ Name: 'QueueName', Value: name }],
    Statistic: 'Maximum',
    Threshold: 0,
    ...more,
  });
/** State updates of the test's alarm, oldest first, in minutes since `from`. */
const changes = async (from: number) =>
  (await history('StateUpdate'))
    .reverse()
    .map(({ Timestamp, HistorySummary }) => [(Timestamp!.getTime() - from) / MINUTE, HistorySummary!.split(' to ')[1]]);
const timersOf = async (what: () => Promise<unknown>): Promise<number> => {
  const timers = vi.spyOn(aws.cloud.clock, 'at');
  await what();
  const { length } = timers.mock.calls;
  timers.mockRestore();
  return length;
};

test('three queues that nobody uses and an alarm on the depth of one', async () => {
  await createQueue(name);
  for (const more of ['a', 'b']) await send(await createQueue(`${name}-${more}`));
  await onQueue('ApproximateNumberOfMessagesVisible');
  expect(await timersOf(() => advance(365 * DAY))).toBeLessThan(20);
  // Six hours of zeros, and silence.
  expect(await alarm()).toMatchObject({ StateValue: 'INSUFFICIENT_DATA' });
});

test('a message a day, worked off after an hour, and an alarm on the depth', async () => {
  const [QueueUrl, from] = [await createQueue(name), aws.cloud.clock.now()];
  await onQueue('ApproximateNumberOfMessagesVisible');
  const days = 30;
  const timers = await timersOf(async () => {
    for (let day = 0; day < days; day++) {
      await send(QueueUrl);
      await advance(HOUR);
      const { Messages } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
      await advance(23 * HOUR);
    }
  });
  // Some minutes after each thing that happens, until all that the alarm looks back on is alike.
  expect(timers / days).toBeLessThan(15);
  expect(await changes(from)).toEqual(
    Array.from({ length: days }, (_, day) => [
      [day * 1440 + 1, 'ALARM'],
      [day * 1440 + 61, 'OK'],
      // Six hours after the deletion the queue falls silent; three minutes later nothing of it is left in sight.
      [day * 1440 + 423, 'INSUFFICIENT_DATA'],
    ]).flat(),
  );
});

test('a message that is left lying, and alarms on its age and on what becomes visible', async () => {
  const [QueueUrl, from] = [await createQueue(name), aws.cloud.clock.now()];
  await onQueue('ApproximateAgeOfOldestMessage', { Period: 300, Threshold: 36_000, EvaluationPeriods: 2 });
  await onQueue('ApproximateNumberOfMessagesNotVisible', {
    AlarmName: `${name}-b`,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
  });
  await send(QueueUrl);
  await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_200 }));
  expect(await timersOf(() => advance(3 * DAY))).toBeLessThan(50);
  // At 601 minutes the age is over ten hours; two periods of five minutes end with such an age from 606 on.
  expect(await changes(from)).toEqual([
    [1, 'OK'],
    [606, 'ALARM'],
  ]);
  expect((await alarm(`${name}-b`)).StateTransitionedTimestamp).toEqual(new Date(from + 720 * MINUTE));
  await advance(2 * DAY);
  // It expires after four days; six hours of zeros follow, and twenty minutes in which some of them are still in sight.
  expect((await changes(from)).slice(2)).toEqual([
    [4 * 1440 + 4, 'OK'],
    [4 * 1440 + 6 * 60 + 19, 'INSUFFICIENT_DATA'],
  ]);
});

test.each([1, 2, 3, 4, 5, 6])(
  'what happens at the very moment of full minute %i is seen at the next',
  async (minute) => {
    const QueueUrl = await createQueue(name);
    await send(QueueUrl);
    await onQueue('ApproximateNumberOfMessagesVisible', { Threshold: 1 });
    // Made now, it runs before the alarm looks.
    aws.cloud.clock.at(start + minute * MINUTE, () => send(QueueUrl).then(() => undefined));
    await advance(10 * MINUTE);
    expect(await alarm()).toMatchObject({
      StateValue: 'ALARM',
      StateTransitionedTimestamp: new Date(start + (minute + 1) * MINUTE),
    });
  },
);
