/**
 * Step 2.4: from a row to an event
 *
 * The function behind the stream of FEED_TABLE. Each profile that is new or changed becomes one event in the queue EVENTS, in the
 * form that contract.ts' `encode` gives it. Other rows of the table are nobody's business. What cannot be sent now has
 * to come again. All that it may do is send messages to EVENTS (step 2.7).
 */
import type { Item } from './rows.ts';

/** What Lambda brings from a stream: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
    readonly dynamodb: {
      /** Seconds since 1970. */
      readonly ApproximateCreationDateTime: number;
      readonly NewImage?: Item;
      readonly OldImage?: Item;
    };
  }[];
}

export async function handler({ Records }: StreamEvent): Promise<void> {
  console.log(`${Records.length} changes, and nobody is told of them`);
}
