/** Plain: one list that each message is taken off when it is done; what is left on it at the end, or when the time is up, has failed. */
import { arrivalsOf } from './arrivals.ts';
import { record } from './record.ts';

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
}

export async function handler(event: { Records: SqsRecord[] }, context: { getRemainingTimeInMillis(): number }) {
  const open = new Set(event.Records.map((message) => message.messageId));

  const process = async (message: SqsRecord) => {
    try {
      for (const arrival of arrivalsOf(message.body)) {
        await record(arrival);
      }
      open.delete(message.messageId);
    } catch (error) {
      console.error(message.messageId, error);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise((resolve) => {
    timer = setTimeout(resolve, context.getRemainingTimeInMillis() - 800);
  });
  await Promise.race([Promise.all(event.Records.map(process)), timeUp]);
  clearTimeout(timer);

  return { batchItemFailures: [...open].map((id) => ({ itemIdentifier: id })) };
}
