/**
 * Another mechanism: workers that each fetch the next message when they are done with the last one, instead of batches that
 * wait for their slowest. And no heartbeat: a message is hidden for as long as this invocation may live, once and for all.
 */
import {
  ChangeMessageVisibilityCommand,
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

const WORKERS = 8;
/** Seconds. */
const WAIT = 3;
/** Milliseconds kept free for answering. */
const RESERVE = 2500;

const sqs = new SQSClient();

export async function handler(_event: unknown, context: Context): Promise<Drained> {
  const queue = await urlOf(process.env.QUEUE!);
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVE;
  const workers = Array.from({ length: WORKERS }, () => worker(queue, deadline));
  const ends = await Promise.all(workers);
  const answer = {
    drained: ends.reduce((sum, { drained }) => sum + drained, 0),
    left: ends.some(({ left }) => left),
  };
  await rearm(context, answer);
  return answer;
}

async function worker(queue: string, deadline: number): Promise<Drained> {
  let drained = 0;
  for (let empty = 0; empty < 2; ) {
    if (Date.now() + WAIT * 1000 >= deadline) return { drained, left: true };
    const message = await receive(queue, deadline);
    empty = message ? 0 : empty + 1;
    if (!message) continue;
    const end = await atMost(
      deadline - Date.now(),
      finish(queue, message, () => Date.now() >= deadline),
    );
    if (end === 'late') {
      await show(queue, message);
      return { drained, left: true };
    }
    if (end === 'done') drained++;
  }
  return { drained, left: false };
}

async function receive(QueueUrl: string, deadline: number): Promise<Message | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: WAIT,
      VisibilityTimeout: Math.ceil((deadline + RESERVE - Date.now()) / 1000),
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  const [first] = Messages;
  if (!first) return undefined;
  return {
    id: first.MessageId!,
    receiptHandle: first.ReceiptHandle!,
    body: first.Body!,
    receives: Number(first.Attributes!.ApproximateReceiveCount),
  };
}

/** `late`: its time was up when it came to an end, and the message is somebody else's. */
async function finish(QueueUrl: string, message: Message, late: () => boolean): Promise<'done' | 'failed' | 'late'> {
  try {
    await Promise.all(arrivalsOf(message.body).map(record));
    if (late()) return 'late';
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.receiptHandle }));
    return 'done';
  } catch (error) {
    if (late()) return 'late';
    await failed(message, error);
    return 'failed';
  }
}

async function show(QueueUrl: string, { receiptHandle }: Message): Promise<void> {
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }));
}

async function atMost<T>(milliseconds: number, task: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  try {
    return await Promise.race([task, limit]);
  } finally {
    clearTimeout(timer);
  }
}
