/**
 * All queues of a cloud, and who waits at them: long polls and event source mappings. It turns the queues' lazy time into
 * wake-ups: as long as somebody waits, one timer per queue stands at the moment when the next message becomes visible.
 */
import type { Core, Millis, Timer } from '../../contract.ts';
import { queueDoesNotExist } from './errors.ts';
import { sizeOf } from './message.ts';
import { Meter } from './meter.ts';
import type { Queue } from './queue.ts';
import type { NewMessage, Receive, Received, Sent, StoredMessage } from './slot.ts';

interface Waiter extends Receive {
  readonly resolve: (received: Received[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Watch {
  readonly waiters: Set<Waiter>;
  readonly listeners: Set<() => void>;
  timer?: Timer;
}

export interface ReceiveOptions extends Omit<Receive, 'visibility'> {
  /** Milliseconds; the queue's own timeout unless told. */
  readonly visibility?: Millis;
  /** Milliseconds to wait for the first message. 0 or nothing: answer at once. */
  readonly wait?: Millis;
  readonly signal?: AbortSignal;
}

export class Queues {
  readonly meter: Meter;
  private readonly byArn = new Map<string, Queue>();
  private readonly watches = new Map<string, Watch>();
  private readonly deletedAt = new Map<string, Millis>();

  constructor(readonly core: Core) {
    this.meter = new Meter(core, (queue) => this.byArn.get(queue.arn) === queue);
  }

  get now(): Millis {
    return this.core.clock.now();
  }

  add(queue: Queue): void {
    queue.before = () => this.meter.catchUp(queue);
    this.byArn.set(queue.arn, queue);
    this.deletedAt.delete(queue.arn);
  }

  find(arn: string): Queue | undefined {
    return this.byArn.get(arn);
  }

  /** Throws `QueueDoesNotExist`. */
  get(arn: string): Queue {
    const queue = this.byArn.get(arn);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** Queues of an account in a region, by name. */
  list(accountId: string, region: string): Queue[] {
    return [...this.byArn.values()]
      .filter((queue) => queue.accountId === accountId && queue.region === region)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  delete(queue: Queue): void {
    this.meter.forget(queue);
    this.byArn.delete(queue.arn);
    this.deletedAt.set(queue.arn, this.now);
    this.end(queue.arn);
  }

  /** When a queue of this ARN was last deleted. */
  deleted(arn: string): Millis | undefined {
    return this.deletedAt.get(arn);
  }

  reset(accountId?: string): void {
    for (const [arn, queue] of this.byArn) {
      if (accountId !== undefined && queue.accountId !== accountId) continue;
      this.meter.forget(queue);
      this.byArn.delete(arn);
      this.end(arn);
    }
    for (const arn of this.deletedAt.keys()) {
      if (accountId === undefined || arn.split(':')[4] === accountId) this.deletedAt.delete(arn);
    }
  }

  /** What a FIFO queue has been sent before is not put into it again. */
  send(queue: Queue, draft: NewMessage): Sent {
    const before = queue.fifo?.deduplication.find(draft, this.now);
    if (before) {
      this.meter.deduplicated(queue);
      return before;
    }
    const message = queue.send(draft, this.now);
    this.meter.sent(queue, sizeOf({ MessageBody: draft.body, MessageAttributes: draft.attributes }), draft.cause);
    this.wake(queue);
    return message;
  }

  /** Receives, waiting up to `wait` for a first message. Throws `OverLimit`. */
  async receive(queue: Queue, options: ReceiveOptions): Promise<Received[]> {
    const { max, wait = 0, signal, attempt } = options;
    const visibility = options.visibility ?? queue.number('VisibilityTimeout') * 1000;
    const received = this.receiveNow(queue, { max, visibility, attempt });
    if (received.length > 0 || wait <= 0 || signal?.aborted) return received;
    return await new Promise((resolve, reject) => {
      const watch = this.watch(queue.arn);
      const leave = () => {
        watch.waiters.delete(waiter);
        deadline.cancel();
        signal?.removeEventListener('abort', give);
        this.arm(queue);
      };
      const waiter: Waiter = {
        max,
        visibility,
        attempt,
        resolve: (messages) => {
          leave();
          resolve(messages);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const give = () => waiter.resolve([]);
      const deadline = this.core.clock.at(this.now + wait, give);
      signal?.addEventListener('abort', give, { once: true });
      watch.waiters.add(waiter);
      this.arm(queue);
    });
  }

  /** Receives what is there at this moment. */
  receiveNow(queue: Queue, receive: Receive): Received[] {
    const { core, now } = this;
    const received = queue.receive({
      ...receive,
      now,
      giveUp: (message) => this.deadLetter(queue, message),
      twice: () =>
        core.faults
          .match({ accountId: queue.accountId, service: 'sqs', operation: 'Deliver', resource: queue.name })
          .some((fault) => fault.effect.kind === 'duplicate-delivery'),
    });
    this.meter.received(queue, received.length);
    // Who waits is to be woken when these come back, too.
    if (received.length > 0) this.arm(queue);
    return received;
  }

  /** Deletes by receipt handle. False where the handle has expired, which those of FIFO queues do. Throws `ReceiptHandleIsInvalid`. */
  remove(queue: Queue, handle: string): boolean {
    if (!queue.remove(handle, this.now)) return false;
    this.meter.deleted(queue);
    // What came after it in its group can be had now.
    if (queue.fifo) this.wake(queue);
    return true;
  }

  /** Calls back whenever a message may have become receivable. Returns what ends it. */
  listen(arn: string, listener: () => void): () => void {
    const watch = this.watch(arn);
    watch.listeners.add(listener);
    const queue = this.byArn.get(arn);
    if (queue) this.arm(queue);
    return () => {
      watch.listeners.delete(listener);
      const left = this.byArn.get(arn);
      if (left) this.arm(left);
    };
  }

  /** Serves those who wait, in the order in which they came, and tells the listeners. To be called after every change. */
  wake(queue: Queue): void {
    const watch = this.watches.get(queue.arn);
    if (!watch) return;
    for (const waiter of [...watch.waiters]) {
      try {
        const received = this.receiveNow(queue, waiter);
        if (received.length === 0) break;
        waiter.resolve(received);
      } catch (error) {
        waiter.reject(error);
      }
    }
    if (queue.counts(this.now).visible > 0) for (const listener of [...watch.listeners]) listener();
    this.arm(queue);
  }

  /** Moves a message to the dead-letter queue; false where there is none to take it. */
  private deadLetter(queue: Queue, message: StoredMessage): boolean {
    const target = this.find(queue.redrive?.deadLetterTargetArn ?? '');
    if (!target) return false;
    message.deadLetterSource = queue.arn;
    target.adopt(message, this.now);
    this.meter.used(queue);
    this.meter.moved(target, message.cause);
    this.core.trace.add({
      kind: 'hop',
      accountId: queue.accountId,
      service: 'sqs',
      operation: 'MoveToDeadLetterQueue',
      resource: target.arn,
      cause: message.cause,
      detail: { messageId: message.id, source: queue.arn, receiveCount: message.receiveCount },
    });
    this.wake(target);
    return true;
  }

  private watch(arn: string): Watch {
    const known = this.watches.get(arn);
    if (known) return known;
    const watch: Watch = { waiters: new Set(), listeners: new Set() };
    this.watches.set(arn, watch);
    return watch;
  }

  private arm(queue: Queue): void {
    const watch = this.watches.get(queue.arn);
    if (!watch) return;
    watch.timer?.cancel();
    delete watch.timer;
    if (watch.waiters.size + watch.listeners.size === 0) this.watches.delete(queue.arn);
    if (!this.watches.has(queue.arn) || this.byArn.get(queue.arn) !== queue) return;
    const due = queue.nextVisible(this.now);
    if (due !== undefined) watch.timer = this.core.clock.at(due, () => this.wake(queue));
  }

  /** Ends the waits at a queue that is gone. Listeners stay: a queue of this name may come back. */
  private end(arn: string): void {
    const watch = this.watches.get(arn);
    if (!watch) return;
    watch.timer?.cancel();
    delete watch.timer;
    for (const waiter of [...watch.waiters]) waiter.reject(queueDoesNotExist());
  }
}
