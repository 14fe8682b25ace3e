/**
 * What SQS measures of its queues, each minute, as long as they are active. Nothing runs each minute for that: a queue
 * that is left alone changes only at moments that it knows itself, so the minutes that have passed are told when somebody
 * looks, or before anything is done to the queue.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
import type { Core, Millis, Outlet, Stretch, TraceId } from '../../contract.ts';
import type { Queue } from './queue.ts';
import type { Depth } from './slot.ts';

/** A queue is active for six hours after its last message has gone and somebody last asked for it. */
const ACTIVE: Millis = 6 * 3_600_000;
const MINUTE: Millis = 60_000;

/** What happened at a queue since the last full minute that was told. */
interface Tally {
  readonly outlet: Outlet;
  sizes: number[];
  received: number;
  emptyReceives: number;
  deleted: number;
  deduplicated: number;
  usedAt: Millis;
  cause?: TraceId;
  /** The last full minute that was told. */
  told: Millis;
  /** The last one at which all is as then, unless somebody does something. */
  same: Millis;
}

const nothing = () => ({ sizes: [], received: 0, emptyReceives: 0, deleted: 0, deduplicated: 0 });

export class Meter {
  private readonly active = new Map<Queue, Tally>();

  constructor(
    private readonly core: Core,
    /** Is this queue still there? */
    private readonly exists: (queue: Queue) => boolean,
  ) {}

  /** Any action on a queue, by anybody, makes it active. */
  used(queue: Queue): void {
    this.tally(queue);
  }

  /** `size` in bytes. `cause`: what brought the message; the queue's depth is put down to the last one. */
  sent(queue: Queue, size: number, cause: TraceId): void {
    const tally = this.tally(queue);
    tally?.sizes.push(size);
    if (tally) tally.cause = cause;
  }

  /** A message that was moved here counts for the depth, and not as sent. */
  moved(queue: Queue, cause: TraceId): void {
    const tally = this.tally(queue);
    if (tally) tally.cause = cause;
  }

  received(queue: Queue, messages: number): void {
    const tally = messages > 0 ? this.tally(queue) : undefined;
    if (tally) tally.received += messages;
  }

  receivedNothing(queue: Queue): void {
    const tally = this.tally(queue);
    if (tally) tally.emptyReceives++;
  }

  deleted(queue: Queue): void {
    const tally = this.tally(queue);
    if (tally) tally.deleted++;
  }

  /** A FIFO queue was sent what it has been sent before. */
  deduplicated(queue: Queue): void {
    const tally = this.tally(queue);
    if (tally) tally.deduplicated++;
  }

  /** Tells all full minutes up to now. To be called before anything is done to a queue. */
  catchUp(queue: Queue): void {
    const now = this.core.clock.now();
    for (let tally = this.active.get(queue); tally && tally.told + MINUTE <= now; tally = this.active.get(queue)) {
      this.tell(queue, tally, Math.floor(now / MINUTE) * MINUTE);
    }
  }

  /** Measures a queue no longer. */
  forget(queue: Queue): void {
    this.active.get(queue)?.outlet.end();
    this.active.delete(queue);
  }

  private tally(queue: Queue): Tally | undefined {
    if (!this.exists(queue)) return undefined;
    this.catchUp(queue);
    const tally = this.active.get(queue) ?? this.begin(queue);
    tally.usedAt = this.core.clock.now();
    tally.same = tally.told;
    tally.outlet.touched();
    return tally;
  }

  private begin(queue: Queue): Tally {
    const { accountId, name } = queue;
    const usedAt = this.core.clock.now();
    const told = Math.floor(usedAt / MINUTE) * MINUTE;
    const outlet = this.core.metrics.feed(
      { accountId, namespace: 'AWS/SQS', dimensions: { QueueName: name } },
      {
        catchUp: () => this.catchUp(queue),
        straightUntil: () => tally.same + MINUTE,
      },
    );
    const tally: Tally = { outlet, ...nothing(), usedAt, told, same: told };
    this.active.set(queue, tally);
    return tally;
  }

  /** Tells the next full minute, and those that are like it, up to `last`. */
  private tell(queue: Queue, tally: Tally, last: Millis): void {
    const edge = tally.told + MINUTE;
    const depth = queue.depth(edge);
    const empty = depth.visible + depth.notVisible + depth.delayed === 0;
    if (empty && edge - tally.usedAt > ACTIVE) {
      this.forget(queue);
      return;
    }
    const { sizes, received, emptyReceives, deleted, deduplicated } = tally;
    const idle = sizes.length + received + emptyReceives + deleted + deduplicated === 0;
    const end = empty ? tally.usedAt + ACTIVE + 1 : depth.changesAt;
    tally.same = idle ? Math.ceil(end / MINUTE) * MINUTE - MINUTE : edge;
    const to = Math.min(last, tally.same);
    this.put(queue, tally, depth, edge, to);
    Object.assign(tally, { ...nothing(), told: to });
    if (!empty) tally.usedAt = to;
  }

  /** Stamped with the start of the minute that has ended. */
  private put(queue: Queue, tally: Tally, depth: Depth, from: Millis, to: Millis): void {
    const { cause, outlet, sizes } = tally;
    const time = from - MINUTE;
    const of = (unit: string, name: string, value: number, slope = 0): Stretch => ({
      name,
      unit,
      time,
      minutes: (to - time) / MINUTE,
      value,
      slope,
      ...(cause === undefined ? {} : { cause }),
    });
    outlet.put([
      of('Count', 'ApproximateNumberOfMessagesVisible', depth.visible),
      of('Count', 'ApproximateNumberOfMessagesNotVisible', depth.notVisible),
      of('Count', 'ApproximateNumberOfMessagesDelayed', depth.delayed),
      depth.oldest === undefined
        ? of('Seconds', 'ApproximateAgeOfOldestMessage', 0)
        : of('Seconds', 'ApproximateAgeOfOldestMessage', Math.floor((from - depth.oldest) / 1000), MINUTE / 1000),
      of('Count', 'NumberOfMessagesSent', sizes.length),
      of('Count', 'NumberOfMessagesReceived', tally.received),
      of('Count', 'NumberOfMessagesDeleted', tally.deleted),
      of('Count', 'NumberOfEmptyReceives', tally.emptyReceives),
      ...(queue.fifo
        ? [
            of('Count', 'ApproximateNumberOfGroupsWithInflightMessages', queue.fifo.groups.inFlight),
            of('Count', 'NumberOfDeduplicatedSentMessages', tally.deduplicated),
          ]
        : []),
    ]);
    this.core.metrics.put(queue.accountId, 'AWS/SQS', [
      {
        name: 'SentMessageSize',
        unit: 'Bytes',
        values: sizes,
        dimensions: { QueueName: queue.name },
        time,
        ...(cause === undefined ? {} : { cause }),
      },
    ]);
  }
}
