import { arrivalsOf } from './arrivals.ts';
import { record } from './record.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly receiptHandle: string; readonly body: string }[];
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Milliseconds kept free for answering. */
const RESERVE = 500;

// #region batch
export async function handler({ Records }: QueueEvent, context: Context): Promise<Answer> {
  // Who is cut off answers nothing, and the whole batch comes again. What is not done by then is told as a failure instead.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), context.getRemainingTimeInMillis() - RESERVE);
  const outcomes = await Promise.allSettled(
    Records.map(({ body }) => Promise.race([recordAll(body), aborted(limit.signal)])),
  );
  clearTimeout(timer);

  const batchItemFailures = Records.flatMap(({ messageId, receiptHandle }, i) => {
    const outcome = outcomes[i]!;
    if (outcome.status === 'fulfilled') return [];
    console.error(`${messageId}: ${outcome.reason}`);
    return [{ itemIdentifier: receiptHandle }];
  });
  return { batchItemFailures };
}
// #endregion batch

async function recordAll(body: string): Promise<void> {
  for (const arrival of arrivalsOf(body)) await record(arrival);
}

/** What goes on behind it may still end, now or after a thaw: there is one result for a version, whoever writes it. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('not done when the time was up')), { once: true }),
  );
}
