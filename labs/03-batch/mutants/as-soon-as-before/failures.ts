import { DeleteMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Unreadable } from './errors.ts';
import { urlOf } from './queues.ts';
import type { Message } from './types.ts';

const sqs = new SQSClient();
const queue = process.env.QUEUE!;
const dead = process.env.DEAD!;

/**
 * Decides what becomes of a message whose document could not be counted. Never rejects: what cannot be routed either stays in the
 * queue and comes back by itself, and the rest of the batch goes on.
 */
export async function failed(message: Message, error: unknown): Promise<void> {
  try {
    if (error instanceof Unreadable) await deadLetter(message, error.message);
  } catch (problem) {
    console.error(`${message.id} stays where it is:`, problem);
  }
  console.error(`${message.id} failed, receipt ${message.receives}:`, error);
}

/** First sent, then deleted: a break in between leaves it twice, and never nowhere. */
async function deadLetter({ body, receiptHandle }: Message, reason: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: await urlOf(dead),
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: printable(reason) } },
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: await urlOf(queue), ReceiptHandle: receiptHandle }));
}

/** SQS refuses empty attributes and control characters, and a reason may quote a broken document. */
function printable(reason: string): string {
  return reason.replace(/\p{C}/gu, ' ').trim().slice(0, 1000) || 'unreadable';
}
