/** What of the pipeline still stands after its teardown; and what stands beside it, which the teardown is to leave alone. */
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  GetPolicyCommand,
  ListEventSourceMappingsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Check } from '../../../../workbook/kit/contract.ts';
import type { Pipeline } from './pipeline.ts';
import { mappingsSettled } from './settled.ts';

/** Names of what belongs to somebody else, and begins as the pipeline's own. */
const others = ({ name }: Pipeline) => ({ queue: `${name}-others`, alarm: `${name}-depth-of-others` });

/** A notification of the inbox, an alarm, and a statement of the function's policy that are somebody else's. */
export async function neighbours(t: Check, at: Pipeline): Promise<void> {
  const { queue, alarm } = others(at);
  const QueueArn = `arn:aws:sqs:us-east-1:${t.accountId}:${queue}`;
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: QueueArn },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await t.aws.sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes: { Policy } }));
  await t.aws.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: at.inbox,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Id: 'others',
            QueueArn,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.txt' }] } },
          },
        ],
      },
    }),
  );
  const { AlarmArn } = await alarmOfOthers(t, at, alarm);
  await t.aws.lambda.send(
    new AddPermissionCommand({
      FunctionName: at.drain.name,
      StatementId: 'others',
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceArn: AlarmArn!,
      SourceAccount: t.accountId,
    }),
  );
}

async function alarmOfOthers(t: Check, at: Pipeline, AlarmName: string): Promise<{ AlarmArn?: string | undefined }> {
  const cloudwatch = t.client(CloudWatchClient);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: others(at).queue }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1000,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  return MetricAlarms![0]!;
}

/** An event source mapping that reads from the queue, switched off. */
export async function mapped(t: Check, at: Pipeline): Promise<void> {
  await t.aws.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: at.drain.name,
      EventSourceArn: `arn:aws:sqs:us-east-1:${t.accountId}:${at.name}`,
      Enabled: false,
    }),
  );
  // Making it takes a moment, in which it cannot be removed.
  await mappingsSettled(t);
}

/** Everything by kind and name: of the pipeline, and of its neighbours. */
export async function standing(t: Check, at: Pipeline): Promise<{ own: string[]; neighbours: string[] }> {
  const { QueueUrls = [] } = await t.aws.sqs.send(new ListQueuesCommand({ QueueNamePrefix: at.name }));
  const { MetricAlarms = [] } = await t
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNamePrefix: at.name }));
  const { Schedules = [] } = await t
    .client(SchedulerClient)
    .send(new ListSchedulesCommand({ NamePrefix: `${at.name}-sweep` }));
  const { EventSourceMappings = [] } = await t.aws.lambda.send(new ListEventSourceMappingsCommand({}));
  const { QueueConfigurations = [] } = await t.aws.s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket: at.inbox }),
  );
  const found = [
    ...QueueConfigurations.map(({ QueueArn }) => `notification to ${last(QueueArn)}`),
    ...Schedules.map(({ Name }) => `schedule ${Name}`),
    ...MetricAlarms.map(({ AlarmName }) => `alarm ${AlarmName}`),
    ...(await alarmsThatMayInvoke(t, at)).map((alarm) => `permission for ${alarm}`),
    ...EventSourceMappings.filter(({ State }) => State !== 'Deleting').map(
      ({ EventSourceArn }) => `event source mapping of ${last(EventSourceArn)}`,
    ),
    ...QueueUrls.map((url) => `queue ${url.split('/').at(-1)}`),
  ];
  const theirs = Object.values(others(at));
  const isTheirs = (one: string) => theirs.some((name) => one.endsWith(` ${name}`));
  return { own: found.filter((one) => !isTheirs(one)), neighbours: found.filter(isTheirs) };
}

const last = (arn: string | undefined): string => arn!.split(':').at(-1)!;

async function alarmsThatMayInvoke(t: Check, { drain }: Pipeline): Promise<string[]> {
  try {
    const { Policy } = await t.aws.lambda.send(new GetPolicyCommand({ FunctionName: drain.name }));
    return [...Policy!.matchAll(/:alarm:([^"]+)"/g)].map(([, alarm]) => alarm!);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}
