/** The workbook's pipeline through the SDK alone: upload, notification, depth of a queue, alarm, function. */
import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, PurgeQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TraceEntry } from './contract.ts';
import { openTestCloud, type TestCloud } from './testing.ts';

const MINUTE = 60_000;
let aws: TestCloud;
let functionArn: string;

beforeAll(async () => {
  aws = await openTestCloud();
  const { accountId, s3, sqs, lambda, cloudwatch } = aws;
  const queueArn = `arn:aws:sqs:us-east-1:${accountId}:jobs`;
  functionArn = `arn:aws:lambda:us-east-1:${accountId}:function:coordinator`;
  await s3.send(new CreateBucketCommand({ Bucket: 'inbox' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::inbox' } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: 'inbox',
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
  // S3 announces itself with a message of its own (s3:TestEvent), which would count as one of the hundred.
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await aws.deploy('coordinator', 'exports.handler = async (event) => console.log(JSON.stringify(event));');
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'deep',
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [functionArn],
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'coordinator',
      StatementId: 'alarm',
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceAccount: accountId,
      SourceArn: `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:deep`,
    }),
  );
});
afterAll(() => aws.close());

const upload = async (from: number, to: number): Promise<void> => {
  for (let n = from; n <= to; n++) {
    await aws.s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: `scan-${n}.txt`, Body: 'x' }));
  }
};
const advance = (ms: number) => aws.cloud.clock.advance(ms);
const alarm = async () => (await aws.cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms![0]!;
const invocations = (): TraceEntry[] =>
  aws.cloud.core.trace.entries(aws.accountId).filter(({ operation }) => operation === 'Invocation');

test('99 uploads do nothing', async () => {
  await upload(1, 99);
  await advance(10 * MINUTE);
  expect((await alarm()).StateValue).toBe('OK');
  expect(invocations()).toEqual([]);
});

test('the 100th turns the alarm within two minutes and invokes the function once', async () => {
  await upload(100, 100);
  await advance(2 * MINUTE);
  const { StateValue, StateReason } = await alarm();
  expect(StateValue).toBe('ALARM');
  expect(StateReason).toMatch(
    /^Threshold Crossed: 1 out of the last 1 datapoints \[100\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than or equal to the threshold \(100\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
  );
  expect(invocations()).toHaveLength(1);
  const { events } = await aws.logs.send(
    new FilterLogEventsCommand({ logGroupName: '/aws/lambda/coordinator', filterPattern: 'alarmData' }),
  );
  const event = JSON.parse(events![0]!.message!.split('\t').at(-1)!);
  expect(event).toMatchObject({
    source: 'aws.cloudwatch',
    accountId: aws.accountId,
    alarmData: {
      alarmName: 'deep',
      state: { value: 'ALARM', reason: StateReason },
      previousState: { value: 'OK' },
      configuration: { metrics: [{ metricStat: { metric: { namespace: 'AWS/SQS' }, period: 60, stat: 'Maximum' } }] },
    },
  });
});

test('a backlog that stays above the threshold does not fire again', async () => {
  await upload(101, 150);
  await advance(60 * MINUTE);
  expect((await alarm()).StateValue).toBe('ALARM');
  expect(invocations()).toHaveLength(1);
  const { AlarmHistoryItems } = await aws.cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'deep', HistoryItemType: 'Action' }),
  );
  expect(AlarmHistoryItems!.map(({ HistorySummary }) => HistorySummary)).toEqual([
    `Successfully executed action ${functionArn}`,
  ]);
});

test('the trace leads from the invocation back to the upload', () => {
  const entries = new Map(aws.cloud.core.trace.entries().map((entry) => [entry.id, entry]));
  const chain: string[] = [];
  for (let entry: TraceEntry | undefined = invocations()[0]; entry; entry = entries.get(entry.cause ?? -1)) {
    chain.push(`${entry.service}:${entry.operation}`);
  }
  expect(chain).toEqual([
    'lambda:Invocation',
    'monitoring:AlarmAction',
    'monitoring:AlarmStateChange',
    's3:Notify',
    's3:PutObject',
  ]);
});
