import { arrivalsOf } from './arrivals.ts';
import { record } from './record.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

// #region batch
export async function handler({ Records }: QueueEvent): Promise<Answer> {
  const outcomes = await Promise.allSettled(Records.map(({ body }) => recordAll(body)));

  const batchItemFailures = Records.flatMap(({ messageId }, i) => {
    const outcome = outcomes[i]!;
    if (outcome.status === 'fulfilled') return [];
    console.error(`${messageId}: ${outcome.reason}`);
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
}
// #endregion batch

async function recordAll(body: string): Promise<void> {
  for (const arrival of arrivalsOf(body)) await record(arrival);
}
