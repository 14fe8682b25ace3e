import { ChangeMessageVisibilityCommand, DeleteMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Unreadable } from './errors.ts';
import { urlOf } from './queues.ts';
import type { Message } from './types.ts';

const sqs = new SQSClient();
const queue = process.env.QUEUE!;

/** Seconds until a message is tried a second time. Each further wait is twice as long, up to LONGEST. */
const FIRST = 30;
const LONGEST = 900;

/**
 * Decides what becomes of a message whose document could not be counted. Never rejects: what cannot be routed either stays in the
 * queue and comes back by itself, and the rest of the batch goes on.
 */
export async function failed(message: Message, error: unknown): Promise<void> {
  try {
    if (error instanceof Unreadable) await forget(message);
    else await tryLater(message);
  } catch (problem) {
    console.error(`${message.id} stays where it is:`, problem);
  }
  console.error(`${message.id} failed, receipt ${message.receives}:`, error);
}

async function forget({ receiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: await urlOf(queue), ReceiptHandle: receiptHandle }));
}

/** The queue's redrive policy counts the attempts; here it is only decided when the next one is. */
async function tryLater({ receiptHandle, receives }: Message): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: await urlOf(queue),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.min(LONGEST, FIRST * 2 ** (receives - 1)),
    }),
  );
}
