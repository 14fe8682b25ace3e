/**
 * What SQS measures of its queues, each minute, as long as they are active.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
import type { Core, Measurement, Millis, TraceId } from '../../contract.ts';
import type { Queue } from './queue.ts';

/** A queue is active for six hours after its last message has gone and somebody last asked for it. */
const ACTIVE: Millis = 6 * 3_600_000;
const MINUTE: Millis = 60_000;

/** What happened at a queue since the last full minute. */
interface Tally {
  sizes: number[];
  received: number;
  emptyReceives: number;
  deleted: number;
  usedAt: Millis;
  cause?: TraceId;
}

export class Meter {
  private readonly active = new Map<Queue, Tally>();
  private readonly pulse: { wake(): void };

  constructor(
    private readonly core: Core,
    /** Is this queue still there? */
    private readonly exists: (queue: Queue) => boolean,
  ) {
    this.pulse = core.metrics.eachMinute((minute) => this.publish(minute));
  }

  /** Any action on a queue, by anybody, makes it active. */
  used(queue: Queue): Tally {
    const usedAt = this.core.clock.now();
    const tally = this.active.get(queue) ?? { sizes: [], received: 0, emptyReceives: 0, deleted: 0, usedAt };
    tally.usedAt = usedAt;
    this.active.set(queue, tally);
    this.pulse.wake();
    return tally;
  }

  /** `size` in bytes. `cause`: what brought the message; the queue's depth is put down to the last one. */
  sent(queue: Queue, size: number, cause: TraceId): void {
    const tally = this.used(queue);
    tally.sizes.push(size);
    tally.cause = cause;
  }

  /** A message that was moved here counts for the depth, and not as sent. */
  moved(queue: Queue, cause: TraceId): void {
    this.used(queue).cause = cause;
  }

  received(queue: Queue, messages: number): void {
    if (messages > 0) this.used(queue).received += messages;
  }

  receivedNothing(queue: Queue): void {
    this.used(queue).emptyReceives++;
  }

  deleted(queue: Queue): void {
    this.used(queue).deleted++;
  }

  private publish(minute: Millis): boolean {
    const now = minute + MINUTE;
    for (const [queue, tally] of this.active) {
      const { visible, notVisible, delayed } = queue.counts(now);
      if (visible + notVisible + delayed > 0) tally.usedAt = now;
      if (!this.exists(queue) || now - tally.usedAt > ACTIVE) {
        this.active.delete(queue);
        continue;
      }
      const of = (unit: string, name: string, ...values: number[]): Measurement => ({
        name,
        unit,
        values,
        dimensions: { QueueName: queue.name },
        time: minute,
        ...(tally.cause === undefined ? {} : { cause: tally.cause }),
      });
      this.core.metrics.put(queue.accountId, 'AWS/SQS', [
        of('Count', 'ApproximateNumberOfMessagesVisible', visible),
        of('Count', 'ApproximateNumberOfMessagesNotVisible', notVisible),
        of('Count', 'ApproximateNumberOfMessagesDelayed', delayed),
        of('Seconds', 'ApproximateAgeOfOldestMessage', Math.floor(queue.oldest(now) / 1000)),
        of('Count', 'NumberOfMessagesSent', tally.sizes.length),
        of('Count', 'NumberOfMessagesReceived', tally.received),
        of('Count', 'NumberOfMessagesDeleted', tally.deleted),
        of('Count', 'NumberOfEmptyReceives', tally.emptyReceives),
        of('Bytes', 'SentMessageSize', ...tally.sizes),
      ]);
      Object.assign(tally, { sizes: [], received: 0, emptyReceives: 0, deleted: 0 });
    }
    return this.active.size > 0;
  }
}
