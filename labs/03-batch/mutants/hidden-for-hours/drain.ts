import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { arrivalsOf } from './arrivals.ts';
import { failed } from './failures.ts';
import { urlOf } from './queues.ts';
import { rearm } from './rearm.ts';
import { record } from './record.ts';
import type { Drained, Message } from './types.ts';

interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** Seconds that a poll waits for a first message. More than none makes it a long poll, which asks all of SQS's servers. */
const WAIT = 2;
/** Seconds for which nobody else gets a message: as long as SQS allows. */
const HIDDEN = 12 * 3600;
/** Milliseconds kept free for handing back and answering. */
const RESERVE = 2000;

const sqs = new SQSClient();

// #region drain-loop
export async function handler(_event: unknown, context: Context): Promise<Drained> {
  const queue = await urlOf(process.env.QUEUE!);
  const budget = () => context.getRemainingTimeInMillis() - RESERVE;
  let [drained, left, longest] = [0, false, 0];

  // Only a long poll tells that the queue is empty: its attributes and its metrics are approximate, and late.
  for (let empty = 0; empty < 2 && !left; ) {
    if (budget() < WAIT * 1000 + longest) {
      left = true;
      break;
    }
    const messages = await receive(queue);
    empty = messages.length === 0 ? empty + 1 : 0;
    const begun = Date.now();
    const { done, handedBack } = await work(queue, messages, budget());
    longest = Math.max(longest, Date.now() - begun);
    drained += done;
    left = handedBack > 0;
  }
  await rearm(context, { drained, left });
  return { drained, left };
}
// #endregion drain-loop

async function receive(QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: WAIT,
      VisibilityTimeout: HIDDEN,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    id: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    receives: Number(Attributes!.ApproximateReceiveCount),
  }));
}

// #region work
/** Works on a batch, side by side, for at most so many milliseconds. What is not finished then goes back to the queue. */
async function work(queue: string, messages: readonly Message[], milliseconds: number) {
  const open = new Set(messages);
  let done = 0;
  const finish = async (message: Message): Promise<void> => {
    try {
      for (const arrival of arrivalsOf(message.body)) await record(arrival);
      // Handed back meanwhile: it is somebody else's now.
      if (!open.has(message)) return;
      // Only now: a message that is deleted before its result is there is lost by a crash in between.
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.receiptHandle }));
      done++;
    } catch (error) {
      // `failed` decides when it comes back.
      if (open.delete(message)) await failed(message, error);
    } finally {
      open.delete(message);
    }
  };
  await within(milliseconds, Promise.all(messages.map((message) => finish(message).catch(told))));

  const handedBack = open.size;
  const unfinished = [...open];
  open.clear();
  await hide(queue, unfinished, 0);
  return { done, handedBack };
}
// #endregion work

/** Hides messages for so many seconds from now; with 0 they can be received at once. */
async function hide(QueueUrl: string, messages: Iterable<Message>, VisibilityTimeout: number): Promise<void> {
  const Entries = [...messages].map(({ receiptHandle }, i) => ({
    Id: String(i),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout,
  }));
  if (Entries.length > 0) await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
}

async function within(milliseconds: number, task: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([task, limit]);
  clearTimeout(timer);
}

/** The message comes back by itself when its time is up: there is nothing to do but to tell. */
function told(error: unknown): void {
  console.error(error);
}
