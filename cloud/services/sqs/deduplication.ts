/**
 * What a FIFO queue has been sent in the last five minutes: the same again is taken, and not put into the queue. It is
 * known for that long even where the message has been received and deleted meanwhile.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
import type { Millis } from '../../contract.ts';
import type { NewMessage, Sent } from './slot.ts';

const INTERVAL: Millis = 300_000;
/**
 * A new scope counts a minute after it has been set, as long as AWS may take for any attribute. There it does not count
 * at once, other than the rest: recordings test_fifo_change_to_high_throughput_after_creation and
 * test_fifo_change_to_regular_throughput_after_creation.
 */
const CHANGE: Millis = 60_000;

type Ids = Pick<NewMessage, 'groupId' | 'deduplicationId'>;

export class Deduplication {
  /** The oldest first. */
  private readonly known = new Map<string, { readonly sent: Sent; readonly until: Millis }>();
  private next: { readonly scope: string | undefined; readonly from: Millis } | undefined;

  /** `scope`: the queue's DeduplicationScope, `queue` or `messageGroup`. */
  constructor(private scope: string | undefined) {}

  change(scope: string | undefined, now: Millis): void {
    const current = this.scopeAt(now);
    this.next = scope === current ? undefined : { scope, from: now + CHANGE };
  }

  /** The message that this one repeats. */
  find(ids: Ids, now: Millis): Sent | undefined {
    for (const [key, { until }] of this.known) {
      if (until > now) break;
      this.known.delete(key);
    }
    return this.known.get(this.keyOf(ids, now))?.sent;
  }

  keep({ id, sequenceNumber, ...ids }: Sent & Ids, now: Millis): void {
    this.known.set(this.keyOf(ids, now), { sent: { id, sequenceNumber }, until: now + INTERVAL });
  }

  clear(): void {
    this.known.clear();
  }

  private keyOf({ groupId, deduplicationId }: Ids, now: Millis): string {
    // Ids have no spaces.
    return this.scopeAt(now) === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId!;
  }

  private scopeAt(now: Millis): string | undefined {
    if (this.next && this.next.from <= now) {
      this.scope = this.next.scope;
      this.next = undefined;
    }
    return this.scope;
  }
}
