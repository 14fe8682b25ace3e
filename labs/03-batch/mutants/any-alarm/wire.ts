import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import {
  AddPermissionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ResourceConflictException,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  type QueueConfiguration,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

const [sqs, s3, lambda, cloudwatch] = [new SQSClient(), new S3Client(), new LambdaClient(), new CloudWatchClient()];

const name = setting('NAME');
const inbox = setting('INBOX');
const drain = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: setting('DRAIN') }));
// arn:aws:lambda:REGION:ACCOUNT:function:NAME tells where we are.
const [, , , region, account] = drain.FunctionArn!.split(':');
const alarm = { name: `${name}-depth`, arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}-depth` };

// #region wire
// What takes comes before what gives: whenever a run breaks off, nothing arrives where nobody looks.
const dead = await queue(`${name}-dead`, { MessageRetentionPeriod: String(14 * 24 * 3600) });
const main = await queue(name, {
  // A message is nobody else's for as long as the drain that received it may live.
  VisibilityTimeout: String(drain.Timeout!),
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: Number(setting('MAX_RECEIVES')) }),
  Policy: JSON.stringify(onlyFromInbox(`arn:aws:sqs:${region}:${account}:${name}`)),
});
await permit();
const told = await notify(main.arn);
// The alarm is made last. Where it is, an earlier run has come as far as taking the test event out.
if (told || !(await hasAlarm())) await takeOutTestEvent(main.url);
await putAlarm();
// #endregion wire
console.log(`${inbox} → ${name} → ${alarm.name} → ${drain.FunctionName}`);

/** Made or brought up to date: CreateQueue with attributes is refused where they differ from those of the queue that is there. */
async function queue(QueueName: string, Attributes: Record<string, string>): Promise<{ url: string; arn: string }> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const { Attributes: has } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl!, arn: has!.QueueArn! };
}

// #region queue-policy
/** S3 may send, for this bucket. Names of buckets are reused, so the account is asked for as well. */
function onlyFromInbox(Resource: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource,
        Condition: {
          ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${inbox}` },
          StringEquals: { 'aws:SourceAccount': account },
        },
      },
    ],
  };
}
// #endregion queue-policy

/** Alarms may invoke the drain. */
async function permit(): Promise<void> {
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: drain.FunctionName,
        StatementId: alarm.name,
        Action: 'lambda:InvokeFunction',
        Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceConflictException)) throw error;
  }
}

/** Tells the queue of new PDFs. Answers whether anything had to be changed for that: S3 then sends a test event. */
async function notify(QueueArn: string): Promise<boolean> {
  const wanted: QueueConfiguration = {
    Id: name,
    QueueArn,
    Events: ['s3:ObjectCreated:*'],
    Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.pdf' }] } },
  };
  const { $metadata, ...existing } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: inbox }));
  const { QueueConfigurations = [] } = existing;
  if (QueueConfigurations.some((one) => one.Id === name && essence(one) === essence(wanted))) return false;
  // The call replaces everything that the bucket tells anybody: what is others' is sent along.
  const NotificationConfiguration: NotificationConfiguration = {
    ...existing,
    QueueConfigurations: [...QueueConfigurations.filter(({ Id }) => Id !== name), wanted],
  };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: inbox, NotificationConfiguration }));
  return true;
}

function essence({ QueueArn, Events, Filter }: QueueConfiguration): string {
  const rules = Filter?.Key?.FilterRules?.map(({ Name, Value }) => `${Name?.toLowerCase()} ${Value}`);
  return JSON.stringify({ QueueArn, Events, rules });
}

// #region test-event
/** S3 tries a new notification with a message that counts like any other, and tells of no document. */
async function takeOutTestEvent(QueueUrl: string): Promise<void> {
  const others: string[] = [];
  for (let empty = 0; empty < 2; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 60 }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    const tests = Messages.filter(({ Body }) => isTestEvent(Body!));
    others.push(...Messages.filter((one) => !tests.includes(one)).map(({ ReceiptHandle }) => ReceiptHandle!));
    for (const { ReceiptHandle } of tests) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (tests.length > 0) break;
  }
  // Documents that arrived meanwhile go back at once.
  for (const ReceiptHandle of others) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
}
// #endregion test-event

function isTestEvent(body: string): boolean {
  try {
    return (JSON.parse(body) as { Event?: unknown } | null)?.Event === 's3:TestEvent';
  } catch {
    return false;
  }
}

async function hasAlarm(): Promise<boolean> {
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [alarm.name] }));
  return MetricAlarms.length > 0;
}

// #region alarm
async function putAlarm(): Promise<void> {
  const depth: PutMetricAlarmCommandInput = {
    AlarmName: alarm.name,
    Namespace: 'AWS/SQS',
    // Without what is in flight: that is being worked on.
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: name }],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: Number(setting('THRESHOLD')),
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    // A queue that nothing has happened to for six hours is not measured: that is no reason to doubt.
    TreatMissingData: 'notBreaching',
    AlarmActions: [drain.FunctionArn!],
  };
  await cloudwatch.send(new PutMetricAlarmCommand(depth));
}
// #endregion alarm

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: wire.ts is told everything by its environment.`);
  return value;
}
