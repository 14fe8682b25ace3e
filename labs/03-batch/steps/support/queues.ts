/** The two queues of the pipeline, made by the grader where a check is not about wire.ts; and dead letters of its own. */
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Check } from '../../../../workbook/kit/contract.ts';
import type { Document, Pipeline } from './pipeline.ts';
import { told } from './s3-messages.ts';

/** `more`: attributes of the queue. */
export async function openQueues(
  t: Check,
  { name, dead, maxReceives }: Pipeline,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await t.aws.sqs.send(new CreateQueueCommand({ QueueName: dead }));
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:${t.accountId}:${dead}`,
    maxReceiveCount: maxReceives,
  });
  await t.aws.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '90', RedrivePolicy, ...more } }),
  );
}

async function urlOf(t: Check, QueueName: string): Promise<string> {
  return (await t.aws.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!;
}

/** The body that S3 would send for this version. */
export const bodyOf = ({ inbox }: Pipeline, { key, eTag }: Pick<Document, 'key' | 'eTag'>): string =>
  told(inbox, { key, eTag });

export interface DeadLetter {
  readonly id: string;
  readonly reason: string;
  readonly body: string;
}

/** Lays a letter into the dead-letter queue, as an earlier attempt would have. */
export async function layDead(t: Check, office: Pipeline, of: Pick<Document, 'key' | 'eTag'>): Promise<DeadLetter> {
  const [body, reason] = [bodyOf(office, of), `${of.key}: no reader for this`];
  const { MessageId } = await t.aws.sqs.send(
    new SendMessageCommand({
      QueueUrl: await urlOf(t, office.dead),
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
    }),
  );
  return { id: MessageId!, reason, body };
}

/** Receives what is visible in a queue and leaves it hidden for so many seconds. */
export async function take(t: Check, queue: string, seconds: number): Promise<Message[]> {
  const QueueUrl = await urlOf(t, queue);
  const taken: Message[] = [];
  for (;;) {
    const { Messages = [] } = await t.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: seconds }),
    );
    if (Messages.length === 0) return taken;
    taken.push(...Messages);
  }
}
