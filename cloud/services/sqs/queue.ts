/**
 * One queue: a pure state machine. Every method is told the time, so a queue needs no timers of its own: what
 * has become visible or has expired meanwhile is found out when somebody looks.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
import { randomUUID } from 'node:crypto';
import type { Millis } from '../../contract.ts';
import { DueHeap } from '../../core/due-heap.ts';
import { type Attributes, isFifo } from './attributes.ts';
import { invalidParameter, notInFlight, overLimit } from './errors.ts';
import { Fifo } from './fifo.ts';
import { readHandle, receivedOf } from './receipt.ts';
import { parseRedrivePolicy, type RedrivePolicy } from './redrive.ts';
import {
  type Depth,
  type Handout,
  type NewMessage,
  oldestOf,
  type Received,
  type Slot,
  type StoredMessage,
} from './slot.ts';

/** Messages that may be received and not yet deleted, per queue. */
const IN_FLIGHT_LIMIT = 120_000;
const TWELVE_HOURS = 43_200_000;

export class Queue {
  /** Called whenever something is about to happen here, or to be found out, and before it is. */
  before: () => void = () => undefined;
  readonly createdAt: Millis;
  modifiedAt: Millis;
  purgedAt: Millis | undefined;
  tags: Record<string, string> = {};
  /** What a FIFO queue has, and a standard one has not. */
  readonly fifo: Fifo | undefined;
  private readonly slots = new Map<string, Slot>();
  private readonly ready = new Map<string, Slot>();
  private readonly hidden = new DueHeap<Slot>();
  private readonly hiddenCount = { delayed: 0, inFlight: 0 };
  private nextExpiry: Millis = Number.POSITIVE_INFINITY;

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly name: string,
    public attributes: Attributes,
    now: Millis,
  ) {
    this.createdAt = this.modifiedAt = now;
    this.fifo = isFifo(attributes) ? new Fifo(attributes) : undefined;
  }

  get arn(): string {
    return `arn:aws:sqs:${this.region}:${this.accountId}:${this.name}`;
  }

  get redrive(): RedrivePolicy | undefined {
    return this.attributes.RedrivePolicy ? parseRedrivePolicy(this.attributes.RedrivePolicy) : undefined;
  }

  /** A numeric attribute: seconds or bytes. */
  number(name: string): number {
    return Number(this.attributes[name]);
  }

  set(attributes: Attributes, now: Millis): void {
    this.settle(now);
    this.attributes = attributes;
    this.modifiedAt = now;
    this.nextExpiry = 0;
    this.fifo?.deduplication.change(attributes.DeduplicationScope, now);
    if (this.fifo) this.delayAnew(now);
  }

  send(draft: NewMessage, now: Millis): StoredMessage {
    const { delaySeconds = this.number('DelaySeconds'), ...rest } = draft;
    const id = randomUUID();
    const message: StoredMessage = { ...rest, ...this.numbered(), id, sentAt: now, receiveCount: 0 };
    this.put(message, now + delaySeconds * 1000, now);
    this.fifo?.deduplication.keep(message, now);
    return message;
  }

  /**
   * Takes over a dead letter. It keeps its id and its receive count, and in a standard queue its age; in a FIFO queue its
   * id is what it is known by from now on: two messages of one deduplication id may both die.
   * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
   * and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
   */
  adopt(message: StoredMessage, now: Millis): void {
    const renewed = this.fifo ? { ...this.numbered(), deduplicationId: message.id, sentAt: now } : {};
    this.put({ ...message, ...renewed }, now, now);
  }

  /** Hands out up to `max` messages and hides them for `visibility` milliseconds. Throws `OverLimit`. */
  receive(options: Handout): Received[] {
    const { now, visibility, attempt } = options;
    this.settle(now);
    const again = attempt === undefined ? undefined : this.fifo?.attempts.find(attempt, now);
    const slots = again ?? this.choose(options);
    if (again) for (const slot of again) this.turn(slot, now + visibility, now);
    if (attempt !== undefined && slots.length > 0) this.fifo?.attempts.keep(attempt, slots, now);
    return slots.map((slot) => receivedOf(this.arn, slot));
  }

  /**
   * Deletes by receipt handle. An outdated handle does nothing, nor does one of a message that is gone. Answers whether the
   * handle could delete: a FIFO queue's has expired once its message has become visible.
   */
  remove(handle: string, now: Millis): boolean {
    const found = this.find(handle, now);
    if (!found) return true;
    const { slot, holds } = found;
    if (this.fifo && !(holds && slot.state === 'inFlight')) return false;
    if (holds) this.drop(slot);
    return true;
  }

  /** Sets the visibility timeout anew, `timeout` milliseconds from now; 0 makes the message visible at once. */
  changeVisibility(handle: string, timeout: Millis, now: Millis): void {
    const found = this.find(handle, now);
    if (!found?.holds || (this.fifo && found.slot.state !== 'inFlight')) {
      throw notInFlight(handle);
    }
    const { slot } = found;
    if (now + timeout > (slot.message.lastReceivedAt ?? now) + TWELVE_HOURS) {
      throw invalidParameter(
        `Value ${timeout / 1000} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    this.turn(slot, now + timeout, now);
  }

  purge(now: Millis): void {
    this.before();
    this.purgedAt = now;
    this.slots.clear();
    this.ready.clear();
    this.hidden.clear();
    this.fifo?.clear();
    this.hiddenCount.delayed = this.hiddenCount.inFlight = 0;
  }

  counts(now: Millis): Pick<Depth, 'visible' | 'notVisible' | 'delayed'> {
    this.before();
    return this.depth(now);
  }

  /** For who is told `before`: does not tell it again. */
  depth(now: Millis): Depth {
    this.pass(now);
    return {
      visible: this.ready.size,
      notVisible: this.hiddenCount.inFlight,
      delayed: this.hiddenCount.delayed,
      oldest: oldestOf(this.slots.values(), this.fifo !== undefined)?.since,
      changesAt: Math.min(this.nextExpiry, this.hidden.peek()?.due ?? Number.POSITIVE_INFINITY),
    };
  }

  /** When the next hidden message becomes visible, if any is hidden. */
  nextVisible(now: Millis): Millis | undefined {
    this.settle(now);
    return this.hidden.peek()?.due;
  }

  /** Gives up to `max` visible messages away for good, but for those that `accept` leaves here: a message move task does. */
  give(max: number, now: Millis, accept: (message: StoredMessage) => boolean): void {
    this.settle(now);
    let left = max;
    for (const slot of this.deliverable()) {
      if (left-- === 0) break;
      if (accept(slot.message)) this.drop(slot);
    }
  }

  /** What may be handed out, in this order. */
  private deliverable(): Iterable<Slot> {
    return this.fifo?.groups.ready() ?? this.ready.values();
  }

  private numbered(): { sequenceNumber?: string } {
    return this.fifo ? { sequenceNumber: this.fifo.nextNumber() } : {};
  }

  /** In a FIFO queue a new delay is that of the messages in it, too: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
  private delayAnew(now: Millis): void {
    const delay = this.number('DelaySeconds') * 1000;
    for (const slot of this.slots.values()) {
      if (slot.message.receiveCount > 0) continue;
      if (slot.since + delay > now) this.hide(slot, 'delayed', slot.since + delay);
      else this.turn(slot, now, now);
    }
  }

  /** Takes what is next. Throws `OverLimit`. */
  private choose({ now, max, visibility, fits, giveUp, twice }: Handout): Slot[] {
    const slots: Slot[] = [];
    const limit = this.redrive?.maxReceiveCount;
    for (const slot of this.deliverable()) {
      if (slots.length === max) break;
      const { message } = slot;
      if (limit !== undefined && message.receiveCount >= limit && giveUp(message, limit)) {
        this.drop(slot);
        continue;
      }
      if (this.hiddenCount.inFlight >= IN_FLIGHT_LIMIT) {
        // A FIFO queue says nothing then: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
        if (slots.length > 0 || this.fifo) break;
        throw overLimit(IN_FLIGHT_LIMIT);
      }
      const { receiveCount, firstReceivedAt = now } = message;
      const counted = { receiveCount: receiveCount + 1, firstReceivedAt, lastReceivedAt: now };
      const next = { message: { ...message, ...counted }, receipt: slot.receipt + 1 };
      if (fits && !fits(receivedOf(this.arn, next))) break;
      Object.assign(message, counted);
      slot.receipt++;
      slots.push(slot);
      // A FIFO queue makes no duplicates: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
      if (visibility > 0 && (this.fifo || !twice?.())) this.hide(slot, 'inFlight', now + visibility);
    }
    this.fifo?.groups.served(slots);
    return slots;
  }

  private put(message: StoredMessage, visibleAt: Millis, now: Millis): void {
    this.before();
    const slot: Slot = { message, state: 'ready', visibleAt: now, since: now, receipt: 0 };
    this.slots.set(message.id, slot);
    this.fifo?.groups.add(slot);
    this.ready.set(message.id, slot);
    if (visibleAt > now) this.hide(slot, 'delayed', visibleAt);
    this.nextExpiry = Math.min(this.nextExpiry, message.sentAt + this.number('MessageRetentionPeriod') * 1000);
  }

  private hide(slot: Slot, state: 'delayed' | 'inFlight', visibleAt: Millis): void {
    this.leave(slot);
    slot.state = state;
    slot.visibleAt = visibleAt;
    this.hiddenCount[state]++;
    this.hidden.push(visibleAt, slot);
  }

  /** Out of sight until `visibleAt`, or back. */
  private turn(slot: Slot, visibleAt: Millis, now: Millis): void {
    if (visibleAt > now) this.hide(slot, 'inFlight', visibleAt);
    else if (slot.state !== 'ready') this.show(slot);
  }

  private show(slot: Slot): void {
    this.leave(slot);
    slot.state = 'ready';
    this.ready.set(slot.message.id, slot);
  }

  private drop(slot: Slot): void {
    this.leave(slot);
    slot.state = 'gone';
    this.slots.delete(slot.message.id);
    this.fifo?.groups.delete(slot);
  }

  /** Takes a slot out of where it is. Its entry in the heap stays behind and is known by not matching any more. */
  private leave(slot: Slot): void {
    if (slot.state === 'ready') this.ready.delete(slot.message.id);
    else if (slot.state !== 'gone') this.hiddenCount[slot.state]--;
  }

  private settle(now: Millis): void {
    this.before();
    this.pass(now);
  }

  /** Lets time go by: shows what has become visible, drops what has expired. */
  private pass(now: Millis): void {
    for (let next = this.hidden.peek(); next; next = this.hidden.peek()) {
      const { item: slot, due } = next;
      const current = this.slots.get(slot.message.id) === slot && slot.state !== 'ready' && slot.visibleAt === due;
      if (current && due > now) break;
      this.hidden.pop();
      if (current) this.show(slot);
    }
    if (now < this.nextExpiry) return;
    const retention = this.number('MessageRetentionPeriod') * 1000;
    this.nextExpiry = Number.POSITIVE_INFINITY;
    for (const slot of this.slots.values()) {
      const expiry = slot.message.sentAt + retention;
      if (expiry <= now) this.drop(slot);
      else this.nextExpiry = Math.min(this.nextExpiry, expiry);
    }
  }

  /** `holds`: the message has not been received again since. Throws `ReceiptHandleIsInvalid`. */
  private find(handle: string, now: Millis): { readonly slot: Slot; readonly holds: boolean } | undefined {
    this.settle(now);
    const { id, receipt } = readHandle(handle, this.arn);
    const slot = this.slots.get(id);
    return slot && { slot, holds: slot.receipt === receipt };
  }
}
