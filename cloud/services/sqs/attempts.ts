/**
 * Receives from a FIFO queue that a client may try again by their ReceiveRequestAttemptId: the same messages come under the
 * same receipt handles, though they are hidden.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
 */
import type { Millis } from '../../contract.ts';
import { invalidValue } from './errors.ts';
import type { Slot } from './slot.ts';

const INTERVAL: Millis = 300_000;

interface Attempt {
  readonly handed: readonly { readonly slot: Slot; readonly receipt: number; readonly visibleAt: Millis }[];
  readonly until: Millis;
}

export class Attempts {
  /** The oldest first. */
  private readonly known = new Map<string, Attempt>();

  /**
   * What an attempt got; nothing where it is a new one. Throws `InvalidParameterValue` where one of the messages has been
   * deleted, has become visible or has had its visibility changed.
   */
  find(id: string, now: Millis): readonly Slot[] | undefined {
    for (const [key, { until }] of this.known) {
      if (until > now) break;
      this.known.delete(key);
    }
    const attempt = this.known.get(id);
    if (!attempt) return undefined;
    for (const { slot, receipt, visibleAt } of attempt.handed) {
      if (slot.state === 'inFlight' && slot.receipt === receipt && slot.visibleAt === visibleAt) continue;
      throw invalidValue(
        id,
        'ReceiveRequestAttemptId',
        'The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.',
      );
    }
    return attempt.handed.map(({ slot }) => slot);
  }

  keep(id: string, slots: readonly Slot[], now: Millis): void {
    const handed = slots.map((slot) => ({ slot, receipt: slot.receipt, visibleAt: slot.visibleAt }));
    this.known.set(id, { handed, until: this.known.get(id)?.until ?? now + INTERVAL });
  }

  clear(): void {
    this.known.clear();
  }
}
