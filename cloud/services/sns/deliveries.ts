/**
 * Deliveries to subscribers: filtered, tried again where the endpoint fails, handed to the dead-letter queue where it never can.
 * Mirrors https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html and
 * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
import type { Core, Millis, TraceId } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import { lambdaEvent, notification } from './envelope.ts';
import { passes } from './filter.ts';
import type { Message } from './message.ts';
import type { Subscription, Topic, Topics } from './store.ts';
import { deadLetterQueueOf, isRaw } from './subscription-attributes.ts';

/** To SQS and Lambda: 3 at once, 2 a second apart, 10 ever later, the rest 20 seconds apart; 23 days in all. */
const RETRIES = 100_015;
const [AT_ONCE, BEFORE_BACKOFF, BACKOFF] = [3, 2, 10];
const [FIRST, LAST] = [1000, 20_000];

/** How long after the nth attempt has failed the next one is made. */
export function delayAfter(attempts: number): Millis {
  if (attempts <= AT_ONCE) return 0;
  const later = attempts - AT_ONCE;
  if (later <= BEFORE_BACKOFF) return FIRST;
  const step = Math.min(later - BEFORE_BACKOFF, BACKOFF);
  return Math.round(FIRST * (LAST / FIRST) ** ((step - 1) / (BACKOFF - 1)));
}

export class Deliveries {
  private readonly dispatcher: Dispatcher;

  constructor(
    private readonly core: Core,
    private readonly topics: Topics,
  ) {
    this.dispatcher = new Dispatcher(core);
  }

  /** Sends a message to all whose filters it passes. The rest happens by itself, on the cloud's clock. */
  publish(topic: Topic, message: Message, cause: TraceId): void {
    for (const subscription of this.topics.subscriptionsOf(topic.arn)) {
      const text = message.textFor(subscription.protocol);
      if (passes(subscription.filter, text, message.attributes)) this.send(topic, subscription, message, cause);
    }
  }

  reset(accountId?: string): void {
    this.dispatcher.reset(accountId);
  }

  private send(topic: Topic, subscription: Subscription, message: Message, cause: TraceId): void {
    const { clock } = this.core;
    const told = { topic, subscription, message, time: clock.now(), endpoint: this.core.endpoint() };
    const raw = isRaw(subscription);
    const deadLetter = deadLetterQueueOf(subscription);
    const forQueue = {
      payload: raw ? message.textFor(subscription.protocol) : notification(told, subscription.protocol),
      ...(raw ? { messageAttributes: message.attributes } : {}),
      ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
    };
    const delivered = subscription.protocol === 'lambda' && !raw ? { payload: lambdaEvent(told) } : forQueue;
    this.dispatcher.send({
      service: 'sns',
      operation: 'Deliver',
      accountId: topic.accountId,
      source: topic.name,
      sourceArn: topic.arn,
      target: subscription.endpoint,
      cause,
      retries: RETRIES,
      maximumAge: Number.POSITIVE_INFINITY,
      delayAfter,
      message: () => ({ arn: subscription.endpoint, ...delivered }),
      ...(deadLetter ? { deadLetter: { arn: deadLetter, message: () => forQueue } } : {}),
    });
  }
}
