/**
 * Another way: looks first, and deletes what it has found, instead of deleting and taking “not there” for an answer. The drain is
 * started like the alarm would start it, and the script watches the numbers of the queue.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as Lambda from '@aws-sdk/client-lambda';
import * as S3 from '@aws-sdk/client-s3';
import { DeleteScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import * as Sqs from '@aws-sdk/client-sqs';

const { NAME = '', INBOX, RESULTS, DRAIN } = process.env;
const [s3, sqs, lambda] = [new S3.S3Client(), new Sqs.SQSClient(), new Lambda.LambdaClient()];
const [cloudwatch, scheduler] = [new CloudWatchClient(), new SchedulerClient()];
const MINUTE = 60_000;

const told = await s3.send(new S3.GetBucketNotificationConfigurationCommand({ Bucket: INBOX }));
const toOthers = told.QueueConfigurations?.filter(({ QueueArn }) => QueueArn!.split(':').at(-1) !== NAME) ?? [];
const { TopicConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration } = told;
await s3.send(
  new S3.PutBucketNotificationConfigurationCommand({
    Bucket: INBOX,
    SkipDestinationValidation: true,
    NotificationConfiguration: {
      QueueConfigurations: toOthers,
      TopicConfigurations,
      LambdaFunctionConfigurations,
      EventBridgeConfiguration,
    },
  }),
);

const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: `${NAME}-sweep` }));
for (const { Name } of Schedules) {
  if (Name === `${NAME}-sweep`) await scheduler.send(new DeleteScheduleCommand({ Name }));
}
const AlarmNames = [`${NAME}-depth`];
const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
if (MetricAlarms.length > 0) await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames }));

for (const StatementId of await statementsOfAlarm()) {
  await lambda.send(new Lambda.RemovePermissionCommand({ FunctionName: DRAIN, StatementId }));
}
const { EventSourceMappings = [] } = await lambda.send(new Lambda.ListEventSourceMappingsCommand({}));
for (const { UUID, EventSourceArn, State } of EventSourceMappings) {
  if (EventSourceArn?.split(':').at(-1) !== NAME || State === 'Deleting') continue;
  await lambda.send(new Lambda.DeleteEventSourceMappingCommand({ UUID }));
}

const { QueueUrls = [] } = await sqs.send(new Sqs.ListQueuesCommand({ QueueNamePrefix: NAME }));
const queue = QueueUrls.find((url) => url.endsWith(`/${NAME}`));
const dead = QueueUrls.find((url) => url.endsWith(`/${NAME}-dead`));
if (queue) await emptied(queue, countedByDrain());
if (dead) await emptied(dead, () => saved(dead));
for (const QueueUrl of [queue, dead]) if (QueueUrl) await sqs.send(new Sqs.DeleteQueueCommand({ QueueUrl }));

async function statementsOfAlarm(): Promise<string[]> {
  try {
    const { Policy } = await lambda.send(new Lambda.GetPolicyCommand({ FunctionName: DRAIN }));
    const { Statement } = JSON.parse(Policy!) as {
      Statement: { Sid: string; Condition?: { ArnLike?: Record<string, string> } }[];
    };
    return Statement.filter(({ Condition }) =>
      Object.values(Condition?.ArnLike ?? {}).some((arn) => arn.endsWith(`:alarm:${NAME}-depth`)),
    ).map(({ Sid }) => Sid);
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

/** Has something done about the messages until there have been none for two minutes, in any state. */
async function emptied(QueueUrl: string, act: () => Promise<void>): Promise<void> {
  for (let since = Date.now(); Date.now() - since < 2 * MINUTE; await wait(MINUTE / 4)) {
    const { Attributes = {} } = await sqs.send(
      new Sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const numbers = Object.entries(Attributes).filter(([name]) => name.startsWith('ApproximateNumberOfMessages'));
    if (numbers.some(([, number]) => number !== '0')) since = Date.now();
    if (Attributes.ApproximateNumberOfMessages !== '0') await act();
  }
}

/** Invokes the drain, and loses patience when it fails time after time. */
function countedByDrain(): () => Promise<void> {
  let patience = 3;
  return async () => {
    const { FunctionError } = await lambda.send(new Lambda.InvokeCommand({ FunctionName: DRAIN, Payload: '{}' }));
    patience = FunctionError ? patience - 1 : 3;
    if (patience === 0) throw new Error(`${DRAIN} fails again and again. Nothing is lost: it is all in ${NAME}.`);
  };
}

async function saved(QueueUrl: string): Promise<void> {
  const { Messages = [] } = await sqs.send(
    new Sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  await Promise.all(
    Messages.map(async ({ MessageId: id, Body: body, ReceiptHandle, MessageAttributes }) => {
      const reason = MessageAttributes?.reason?.StringValue ?? null;
      const letter = { Bucket: RESULTS, Key: `dead-letters/${id}.json`, Body: JSON.stringify({ id, reason, body }) };
      await s3.send(new S3.PutObjectCommand(letter));
      await sqs.send(new Sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }),
  );
}
