/**
 * One standard queue: a pure state machine. Every method is told the time, so a queue needs no timers of its own: what
 * has become visible or has expired meanwhile is found out when somebody looks.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type Millis, type TraceId } from '../../contract.ts';
import { DueHeap } from '../../core/due-heap.ts';
import { type Attributes, parseRedrivePolicy, type RedrivePolicy } from './attributes.ts';
import type { MessageAttributes } from './digest.ts';
import { invalidParameter, invalidValue, receiptHandleIsInvalid } from './errors.ts';

/** Messages that may be received and not yet deleted, per queue. */
const IN_FLIGHT_LIMIT = 120_000;
const TWELVE_HOURS = 43_200_000;

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly cause: TraceId;
  readonly delaySeconds?: number;
  readonly traceHeader?: string;
  readonly groupId?: string;
}

export interface StoredMessage extends Omit<NewMessage, 'delaySeconds'> {
  readonly id: string;
  readonly sentAt: Millis;
  receiveCount: number;
  firstReceivedAt?: Millis;
  lastReceivedAt?: Millis;
  /** ARN of the queue that gave it up, where this is a dead-letter queue. */
  deadLetterSource?: string;
}

export interface Received {
  readonly message: Readonly<StoredMessage>;
  readonly handle: string;
}

/** A message in this queue: `ready` to be received, `delayed` by its sender, or `inFlight` at a receiver. */
interface Slot {
  readonly message: StoredMessage;
  state: 'ready' | 'delayed' | 'inFlight';
  visibleAt: Millis;
  /** When this queue took it. */
  readonly since: Millis;
  /** Counts receipts: the newest receipt handle is the one that holds. */
  receipt: number;
}

/** What is in a queue at a moment. */
export interface Depth {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** When the message came that has been here longest; nothing without messages. */
  readonly oldest: Millis | undefined;
  /** When any of this changes next by itself; it may turn out that nothing does. */
  readonly changesAt: Millis;
}

export class Queue {
  /** Called whenever something is about to happen here, or to be found out, and before it is. */
  before: () => void = () => undefined;
  readonly createdAt: Millis;
  modifiedAt: Millis;
  purgedAt: Millis | undefined;
  tags: Record<string, string> = {};
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
    this.before();
    this.attributes = attributes;
    this.modifiedAt = now;
    this.nextExpiry = 0;
  }

  send(draft: NewMessage, now: Millis): StoredMessage {
    const { delaySeconds = this.number('DelaySeconds'), ...rest } = draft;
    const message: StoredMessage = { ...rest, id: randomUUID(), sentAt: now, receiveCount: 0 };
    this.put(message, now + delaySeconds * 1000, now);
    return message;
  }

  /** Takes over a message of another queue (a redrive): it keeps its id, its age and its receive count. */
  adopt(message: StoredMessage, now: Millis): void {
    this.put(message, now, now);
  }

  /**
   * Hands out up to `max` messages and hides them for `visibility` milliseconds. `giveUp` is asked about a message that
   * has been received often enough for its redrive policy, and answers true once it has taken the message away.
   * Throws `OverLimit`.
   */
  receive(options: {
    now: Millis;
    max: number;
    visibility: Millis;
    giveUp: (message: StoredMessage, maxReceiveCount: number) => boolean;
    /** True for a message that is to be handed out and yet left visible: at-least-once delivery, seen from outside. */
    twice?: () => boolean;
  }): Received[] {
    const { now, max, visibility, giveUp } = options;
    this.settle(now);
    const received: Received[] = [];
    const limit = this.redrive?.maxReceiveCount;
    for (const [id, slot] of this.ready) {
      if (received.length === max) break;
      const { message } = slot;
      if (limit !== undefined && message.receiveCount >= limit && giveUp(message, limit)) {
        this.drop(id);
        continue;
      }
      if (this.hiddenCount.inFlight >= IN_FLIGHT_LIMIT) {
        if (received.length > 0) break;
        throw new AwsError(
          'OverLimit',
          `Too many messages in flight: at most ${IN_FLIGHT_LIMIT.toLocaleString('en-US')} of a queue may be received and not yet deleted.`,
          403,
        );
      }
      message.receiveCount++;
      message.firstReceivedAt ??= now;
      message.lastReceivedAt = now;
      slot.receipt++;
      received.push({ message: { ...message }, handle: this.handle(slot) });
      if (visibility > 0 && !options.twice?.()) this.hide(slot, 'inFlight', now + visibility);
    }
    return received;
  }

  /** Deletes by receipt handle. An outdated handle, or one of a message that is gone, succeeds and does nothing. */
  remove(handle: string, now: Millis): void {
    const slot = this.find(handle, now);
    if (slot) this.drop(slot.message.id);
  }

  /** Sets the visibility timeout anew, `timeout` milliseconds from now; 0 makes the message visible at once. */
  changeVisibility(handle: string, timeout: Millis, now: Millis): void {
    const slot = this.find(handle, now);
    if (!slot) {
      throw invalidValue(
        handle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (now + timeout > (slot.message.lastReceivedAt ?? now) + TWELVE_HOURS) {
      throw invalidParameter(
        `Value ${timeout / 1000} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    if (timeout > 0) this.hide(slot, 'inFlight', now + timeout);
    else if (slot.state !== 'ready') this.show(slot);
  }

  purge(now: Millis): void {
    this.before();
    this.purgedAt = now;
    this.slots.clear();
    this.ready.clear();
    this.hidden.clear();
    this.hiddenCount.delayed = this.hiddenCount.inFlight = 0;
  }

  counts(now: Millis): Pick<Depth, 'visible' | 'notVisible' | 'delayed'> {
    this.before();
    return this.depth(now);
  }

  /** For who is told `before`: does not tell it again. */
  depth(now: Millis): Depth {
    this.pass(now);
    const [first] = this.slots.values();
    return {
      visible: this.ready.size,
      notVisible: this.hiddenCount.inFlight,
      delayed: this.hiddenCount.delayed,
      oldest: first?.since,
      changesAt: Math.min(this.nextExpiry, this.hidden.peek()?.due ?? Number.POSITIVE_INFINITY),
    };
  }

  /** When the next hidden message becomes visible, if any is hidden. */
  nextVisible(now: Millis): Millis | undefined {
    this.settle(now);
    return this.hidden.peek()?.due;
  }

  /** Takes up to `max` visible messages out for good: a message move task does. */
  take(max: number, now: Millis): StoredMessage[] {
    this.settle(now);
    const taken = [...this.ready.values()].slice(0, max).map((slot) => slot.message);
    for (const { id } of taken) this.drop(id);
    return taken;
  }

  private put(message: StoredMessage, visibleAt: Millis, now: Millis): void {
    this.before();
    const slot: Slot = { message, state: 'ready', visibleAt: now, since: now, receipt: 0 };
    this.slots.set(message.id, slot);
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

  private show(slot: Slot): void {
    this.leave(slot);
    slot.state = 'ready';
    this.ready.set(slot.message.id, slot);
  }

  private drop(id: string): void {
    const slot = this.slots.get(id);
    if (!slot) return;
    this.leave(slot);
    this.slots.delete(id);
  }

  /** Takes a slot out of where it is. Its entry in the heap stays behind and is known by not matching any more. */
  private leave(slot: Slot): void {
    if (slot.state === 'ready') this.ready.delete(slot.message.id);
    else this.hiddenCount[slot.state]--;
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
    for (const [id, { message }] of this.slots) {
      const expiry = message.sentAt + retention;
      if (expiry <= now) this.drop(id);
      else this.nextExpiry = Math.min(this.nextExpiry, expiry);
    }
  }

  private handle(slot: Slot): string {
    return Buffer.from(`${this.arn} ${slot.message.id} ${slot.receipt}`).toString('base64');
  }

  /** Throws `ReceiptHandleIsInvalid` for what is no handle of this queue. */
  private find(handle: string, now: Millis): Slot | undefined {
    this.settle(now);
    const [arn, id, receipt, more] = Buffer.from(handle, 'base64').toString().split(' ');
    if (arn !== this.arn || !id || !receipt || more !== undefined) throw receiptHandleIsInvalid(handle);
    const slot = this.slots.get(id);
    return slot?.receipt === Number(receipt) ? slot : undefined;
  }
}
