/**
 * Step 3.11: what the mapping invokes
 *
 * An event holds some messages of the queue. When the handler answers, Lambda deletes them; when it fails, all of them come back.
 * With ReportBatchItemFailures (see mapping.ts) there is something between: messages that the answer names come back, the others are
 * deleted.
 *
 *   Event    { "Records": [{ "messageId": "…", "body": "what S3 sent", … }, …] }
 *   Answer   { "batchItemFailures": [{ "itemIdentifier": "the messageId of a message that failed" }, …] }
 *
 *   - Each message is worked on by `record` (step 3.7), which this step takes from the solution. One that fails, whatever for, costs
 *     no other its result, and no other is worked on again.
 *   - That goes for a document that takes longer than the function may, too: who is cut off by the time limit answers nothing.
 *   - What cannot be counted ends in the dead-letter queue by itself, when it has been received often enough.
 */
import { arrivalsOf } from './arrivals.ts';
import { record } from './record.ts';

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Context {
  getRemainingTimeInMillis(): number;
}

export async function handler({ Records }: QueueEvent, context: Context): Promise<Answer> {
  for (const { messageId, body } of Records) {
    for (const arrival of arrivalsOf(body)) await record(arrival);
    console.log(`${messageId} done, ${context.getRemainingTimeInMillis()} ms left`);
  }
  return { batchItemFailures: [] };
}
