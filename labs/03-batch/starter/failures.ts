/**
 * Step 3.8: what cannot be counted
 *
 * drain.ts calls `failed` for each message whose document could not be counted, and goes on with the others of its batch.
 * `failed` decides what becomes of the message. There are two kinds of failure:
 *
 *   - `Unreadable` (errors.ts): the document is no PDF, is torn, is encrypted. No attempt will ever count it. Its message goes to
 *     the dead-letter queue at once, with its body as it was, so that it can be brought back one day, and with a message attribute
 *     `reason` (a string) that tells a person what is wrong: the error's message. Then, and only then, it is gone from the queue.
 *   - Anything else (S3 throttles, the network breaks): the next attempt may succeed. The message stays in the queue and is
 *     received again: after at most a minute at first, and after each further failure at least one and a half times as late as
 *     before, up to 15 minutes. `message.receives` tells how many attempts there have been. The queue's redrive policy ends it:
 *     what has been received MAX_RECEIVES times is moved to the dead-letter queue by SQS.
 *
 * Whatever goes wrong in here costs no other message of the batch anything, and this one is not lost.
 *
 * The function is told the names of the two queues by QUEUE and DEAD. `urlOf` (queues.ts) turns a name into a URL.
 * The other script of this step is redrive.ts.
 */
import { DeleteMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';
import type { Message } from './types.ts';

const sqs = new SQSClient();

export async function failed(message: Message, error: unknown): Promise<void> {
  console.error(`${message.id} could not be counted:`, error);
  // Your part. For now the queue is rid of it, and so is everybody.
  await sqs.send(
    new DeleteMessageCommand({
      QueueUrl: await urlOf(process.env.QUEUE!),
      ReceiptHandle: message.receiptHandle,
    }),
  );
}
