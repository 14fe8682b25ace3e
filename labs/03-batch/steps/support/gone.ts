/** What must not be there any more when a pipeline has been taken down, and what must be: its dead letters. */
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetPolicyCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Check } from '#kit';
import { json, keysIn } from '../../../support/buckets.ts';
import type { Pipeline } from './pipeline.ts';

export async function expectGone(t: Check, p: Pipeline): Promise<void> {
  const { QueueUrls = [] } = await t.aws.sqs.send(new ListQueuesCommand({ QueueNamePrefix: p.name }));
  const { MetricAlarms = [] } = await t
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNamePrefix: p.name }));
  const { Schedules = [] } = await t.client(SchedulerClient).send(new ListSchedulesCommand({ NamePrefix: p.name }));
  const { QueueConfigurations = [] } = await t.aws.s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket: p.inbox }),
  );
  t.equal(
    {
      queues: QueueUrls.map((url) => url.split('/').at(-1)),
      alarms: MetricAlarms.map(({ AlarmName }) => AlarmName),
      schedules: Schedules.map(({ Name }) => Name),
      notifications: QueueConfigurations.map(({ QueueArn }) => QueueArn),
      permissions: await permissions(t, p),
    },
    { queues: [], alarms: [], schedules: [], notifications: [], permissions: [] },
    {
      what: 'what is left of the pipeline',
      cause: 'It was made by one script under a name that another does not know.',
    },
  );
}

/** Who may invoke the drain. */
async function permissions(t: Check, { drain }: Pipeline): Promise<string[]> {
  try {
    const { Policy } = await t.aws.lambda.send(new GetPolicyCommand({ FunctionName: drain.name }));
    return (JSON.parse(Policy!) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}

/** The dead letters that were saved, as text. */
export async function savedLetters(t: Check, { results }: Pipeline): Promise<string[]> {
  const keys = (await keysIn(t, results)).filter((key) => key.startsWith('dead-letters/'));
  return await Promise.all(keys.map(async (key) => JSON.stringify(await json(t, results, key))));
}
