/**
 * Takes the pipeline down without losing a document. In this order: first nothing new comes in, then nothing starts by
 * itself, then the queue runs empty, then the dead letters are saved, and only then the queues go. Each part asks what is there, so a
 * run that broke off is completed by the next.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { CloudWatchClient, DeleteAlarmsCommand, ResourceNotFound } from '@aws-sdk/client-cloudwatch';
import {
  DeleteEventSourceMappingCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  paginateListEventSourceMappings,
  RemovePermissionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteScheduleCommand,
  ResourceNotFoundException as NoSuchSchedule,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const [s3, sqs, lambda] = [new S3Client(), new SQSClient(), new LambdaClient()];
const [name, inbox, results, drain] = [setting('NAME'), setting('INBOX'), setting('RESULTS'), setting('DRAIN')];

/** Seconds between two looks at a queue, and for how long it has to look empty: its numbers lag behind by up to a minute. */
const LOOK = 10;
const QUIET = 60;
/** Invocations of the drain in a row that may fail before somebody has to see to it. */
const MOST_FAILURES = 3;

await stopArrivals();
await stopStarts();
const queue = await absentIf(QueueDoesNotExist, urlOf(name));
if (queue) await runEmpty(queue);
const dead = await absentIf(QueueDoesNotExist, urlOf(`${name}-dead`));
if (dead) await saveDeadLetters(dead);
// The queue first: its redrive policy names the other one.
for (const QueueUrl of [queue, dead]) if (QueueUrl) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
console.log(`${name} is taken down`);

/** Takes our own notification away; others of the bucket stay. */
async function stopArrivals(): Promise<void> {
  const { $metadata, ...configuration } = await s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket: inbox }),
  );
  const { QueueConfigurations = [] } = configuration;
  const others = QueueConfigurations.filter(({ QueueArn }) => !QueueArn!.endsWith(`:${name}`));
  if (others.length === QueueConfigurations.length) return;
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inbox,
      NotificationConfiguration: { ...configuration, QueueConfigurations: others },
      // The destinations of the others are not ours to judge.
      SkipDestinationValidation: true,
    }),
  );
}

/** Schedule, alarm and its permission; and event source mappings, should somebody have tried the other design on this queue. */
async function stopStarts(): Promise<void> {
  await absentIf(NoSuchSchedule, new SchedulerClient().send(new DeleteScheduleCommand({ Name: `${name}-sweep` })));
  await absentIf(
    ResourceNotFound,
    new CloudWatchClient().send(new DeleteAlarmsCommand({ AlarmNames: [`${name}-depth`] })),
  );
  const answer = await absentIf(ResourceNotFoundException, lambda.send(new GetPolicyCommand({ FunctionName: drain })));
  const { Statement } = JSON.parse(answer?.Policy ?? '{ "Statement": [] }') as { Statement: { Sid: string }[] };
  // Whatever its id is: the statement that lets this alarm in names the alarm.
  for (const statement of Statement.filter((each) => JSON.stringify(each).includes(`:alarm:${name}-depth"`))) {
    await lambda.send(new RemovePermissionCommand({ FunctionName: drain, StatementId: statement.Sid }));
  }
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {})) {
    const ours = EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.endsWith(`:${name}`));
    for (const { UUID } of ours.filter(({ State }) => State !== 'Deleting')) {
      await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    }
  }
}

/** Lets the drain empty the queue. What is in flight is waited for: it is either done with soon, or visible again. */
async function runEmpty(url: string): Promise<void> {
  let failures = 0;
  for (let quiet = 0; quiet < QUIET; quiet += LOOK) {
    const { visible } = await counts(url);
    if (visible > 0) {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: drain }));
      failures = FunctionError ? failures + 1 : 0;
      if (failures === MOST_FAILURES) throw new Error(`The drain fails: ${Payload?.transformToString()}`);
    }
    if (visible > 0) quiet = 0;
    await wait(LOOK * 1000);
  }
}

/** Each is deleted once it is stored. What an earlier run had received comes back after its time. */
async function saveDeadLetters(url: string): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: LOOK,
        VisibilityTimeout: QUIET,
        MessageAttributeNames: ['reason'],
      }),
    );
    for (const { MessageId, Body, ReceiptHandle, MessageAttributes } of Messages) {
      await s3.send(
        new PutObjectCommand({
          Bucket: results,
          Key: `dead-letters/${MessageId}.json`,
          ContentType: 'application/json',
          Body: JSON.stringify({ id: MessageId, reason: MessageAttributes?.reason?.StringValue ?? null, body: Body }),
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: ReceiptHandle! }));
    }
    const { visible, hidden } = await counts(url);
    if (Messages.length + visible + hidden === 0) return;
  }
}

async function counts(url: string): Promise<{ visible: number; hidden: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    hidden:
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) + Number(Attributes.ApproximateNumberOfMessagesDelayed),
  };
}

/** The answer, or undefined when AWS says by this error that there is no such thing. Every other error is the caller's. */
async function absentIf<T>(Absent: new (...args: never[]) => Error, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: teardown.ts is told everything by its environment.`);
  return value;
}
