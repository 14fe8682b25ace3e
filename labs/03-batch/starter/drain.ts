/**
 * Step 3.6: emptying the queue
 *
 * The function that the alarm starts. It does not get the messages with its event, as a function behind an event source
 * mapping does: it fetches them itself, until there are no more.
 *
 *   Environment  QUEUE: the name of the queue (`urlOf` in queues.ts finds its URL)
 *   Event        whatever started it; nothing in it is needed
 *   Answer       { "drained": 57, "left": false }
 *                drained: the messages that were done with
 *                left:    true when it stopped because its time was nearly up, false when the queue was empty
 *
 * What to do with a message is written elsewhere; here it is decided when, and what comes of it:
 *
 *   arrivalsOf(body)        the documents that it tells of: none, one or several
 *   record(arrival)         counts one and writes its result. Resolves when nothing is left to do for it, and rejects
 *                           when something failed.
 *   failed(message, error)  decides what becomes of a message whose document could not be recorded. It is in charge of
 *                           that message from then on.
 *   rearm(context, answer)  is awaited last, with the answer. It starts the next invocation, if one is needed.
 *
 *   - A message is deleted when all that it tells of is recorded. Not before: what is deleted is gone.
 *   - A message that fails costs no other message anything.
 *   - It goes on until the queue is empty: two polls in a row that waited and got nothing.
 *   - A message that it works on is nobody else's, however long that takes: the queue's visibility timeout may be shorter.
 *   - It never runs into its time limit. What it has received and cannot finish is visible again when it returns.
 */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { arrivalsOf } from './arrivals.ts';
import { urlOf } from './queues.ts';
import { rearm } from './rearm.ts';
import { record } from './record.ts';
import type { Drained, Message } from './types.ts';

interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

const sqs = new SQSClient();

export async function handler(_event: unknown, context: Context): Promise<Drained> {
  const queue = await urlOf(process.env.QUEUE!);
  const messages = await receive(queue);
  for (const message of messages) {
    for (const arrival of arrivalsOf(message.body)) await record(arrival);
    await remove(queue, message);
  }
  console.log(`messages drained: ${messages.length}; ${context.getRemainingTimeInMillis()} ms left`);
  const answer = { drained: messages.length, left: false };
  await rearm(context, answer);
  return answer;
}

async function receive(QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
  );
  return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    id: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    receives: Number(Attributes!.ApproximateReceiveCount),
  }));
}

async function remove(QueueUrl: string, { receiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
}
