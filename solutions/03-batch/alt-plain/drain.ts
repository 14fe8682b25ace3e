/** The plainest way: one message after the other, each fetched when the one before it is done with. */
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

interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** Seconds: the longest that any function may run. Whoever comes to an end gives a message back sooner. */
const HIDDEN = 900;

const sqs = new SQSClient();

export async function handler(_event: unknown, context: Context) {
  const QueueUrl = await urlOf(process.env.QUEUE!);
  let drained = 0;
  let left = false;
  let empty = 0;
  while (empty < 2) {
    if (context.getRemainingTimeInMillis() < 4000) {
      left = true;
      break;
    }
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 1,
        VisibilityTimeout: HIDDEN,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    if (!Messages) {
      empty++;
      continue;
    }
    empty = 0;
    const { MessageId, ReceiptHandle, Body, Attributes } = Messages[0]!;

    let problem: unknown;
    const work = (async () => {
      for (const arrival of arrivalsOf(Body!)) await record(arrival);
      return 'recorded';
    })().catch((error: unknown) => {
      problem = error;
      return 'failed';
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), context.getRemainingTimeInMillis() - 2000);
    });
    const end = await Promise.race([work, limit]);
    clearTimeout(timer);

    if (end === 'recorded') {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      drained++;
    } else if (end === 'failed') {
      const receives = Number(Attributes!.ApproximateReceiveCount);
      await failed({ id: MessageId!, receiptHandle: ReceiptHandle!, body: Body!, receives }, problem);
    } else {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      left = true;
      break;
    }
  }
  const answer = { drained, left };
  await rearm(context, answer);
  return answer;
}
