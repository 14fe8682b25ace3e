/** A message in a queue: what its sender gave, what the queue knows of it, and where it is. */
import type { Millis, TraceId } from '../../contract.ts';
import type { MessageAttributes } from './digest.ts';

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly cause: TraceId;
  readonly delaySeconds?: number;
  readonly traceHeader?: string;
  readonly groupId?: string;
  /** Of messages to FIFO queues. */
  readonly deduplicationId?: string;
}

export interface StoredMessage extends Omit<NewMessage, 'delaySeconds'>, Sent {
  readonly sentAt: Millis;
  receiveCount: number;
  firstReceivedAt?: Millis;
  lastReceivedAt?: Millis;
  /** ARN of the queue that gave it up, where this is a dead-letter queue. */
  deadLetterSource?: string;
}

/** What a sender is told. */
export interface Sent {
  readonly id: string;
  /** In FIFO queues. */
  readonly sequenceNumber?: string | undefined;
}

/** What is asked for. `visibility`: how long it is to be hidden from others, in milliseconds. */
export interface Receive {
  readonly max: number;
  readonly visibility: Millis;
  /** The client's name for this receive, by which it may be tried again at a FIFO queue. */
  readonly attempt?: string | undefined;
  /** Asked of each message as it would be handed out, in their order: the first that does not fit stays, and ends the receive. */
  readonly fits?: ((received: Received) => boolean) | undefined;
}

/** The same, as the queue itself is asked. */
export interface Handout extends Receive {
  readonly now: Millis;
  /** Asked about a message that has been received often enough for the redrive policy; true once it has been taken away. */
  readonly giveUp: (message: StoredMessage, maxReceiveCount: number) => boolean;
  /** True for a message that is to be handed out and yet left visible: at-least-once delivery, seen from outside. */
  readonly twice?: () => boolean;
}

export interface Received {
  readonly message: Readonly<StoredMessage>;
  readonly handle: string;
}

/** A message in a queue: `ready` to be received, `delayed` by its sender or the queue, `inFlight` at a receiver, or `gone` from it. */
export interface Slot {
  readonly message: StoredMessage;
  state: 'ready' | 'delayed' | 'inFlight' | 'gone';
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
  /** When the message came that the queue's age is told by; nothing where there is none. */
  readonly oldest: Millis | undefined;
  /** When any of this changes next by itself; it may turn out that nothing does. */
  readonly changesAt: Millis;
}

/** So many receipts make a message a poison pill. */
const POISONOUS = 3;

/**
 * The message that a queue's age is told by. A standard queue leaves poison pills out.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function oldestOf(slots: Iterable<Slot>, fifo: boolean): Slot | undefined {
  for (const slot of slots) if (fifo || slot.receipt < POISONOUS) return slot;
  return undefined;
}
