/**
 * Another way: the failures are routed as those of the drain are. What cannot be read is sent to the dead-letter queue with its reason and
 * deleted here, so that it is not tried again; what is worth another attempt is named in the answer.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { arrivalsOf } from './arrivals.ts';
import { Unreadable } from './errors.ts';
import { failed } from './failures.ts';
import { record } from './record.ts';

interface Delivered {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

export async function handler(event: { Records: Delivered[] }, context: { getRemainingTimeInMillis(): number }) {
  const end = new AbortController();
  const late = wait(context.getRemainingTimeInMillis() - 1000, 'late' as const, { signal: end.signal }).catch(
    () => 'late' as const,
  );
  const outcomes = event.Records.map(async ({ messageId, receiptHandle, body, attributes }) => {
    try {
      const done = Promise.all(arrivalsOf(body).map(record)).then(() => 'done' as const);
      done.catch(() => undefined);
      return (await Promise.race([done, late])) === 'late' ? [messageId] : [];
    } catch (error) {
      if (!(error instanceof Unreadable)) return [messageId];
      await failed({ id: messageId, receiptHandle, body, receives: Number(attributes.ApproximateReceiveCount) }, error);
      return [];
    }
  });
  const again = (await Promise.all(outcomes)).flat();
  end.abort();
  return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
}
