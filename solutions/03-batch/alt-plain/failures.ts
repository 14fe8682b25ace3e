/** The plain way: what goes wrong in here is thrown, for the drain takes each message by itself; and the waits are written down. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';
import type { Message } from './types.ts';

const sqs = new SQSClient();
const WAITS = [45, 90, 180, 360, 720];

export async function failed({ receiptHandle, body, receives }: Message, error: unknown): Promise<void> {
  const QueueUrl = await urlOf(process.env.QUEUE!);
  const { name, message } = error as Error;
  if (name !== 'Unreadable') {
    const VisibilityTimeout = WAITS[receives - 1] ?? 900;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }));
    return;
  }
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: await urlOf(process.env.DEAD!),
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: message } },
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
}
