/** Topics and their subscriptions. */
import type { EventPattern } from '../events/pattern.ts';

export interface Topic {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  /** What has been set; what has not is not in here. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  /** How many of its subscriptions have been deleted. */
  deleted: number;
}

export type Protocol = 'sqs' | 'lambda';

export interface Filter {
  readonly pattern: EventPattern;
  readonly scope: 'MessageAttributes' | 'MessageBody';
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly accountId: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** ARN of who has subscribed. */
  readonly principal: string;
  /** What has been set, as it was given. */
  readonly attributes: Map<string, string>;
  filter: Filter | undefined;
}

export class Topics {
  private readonly topics = new Map<string, Topic>();
  private readonly subscriptions = new Map<string, Subscription>();

  add(topic: Topic): void {
    this.topics.set(topic.arn, topic);
  }

  find(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  list(accountId: string): Topic[] {
    return [...this.topics.values()]
      .filter((topic) => topic.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Its subscriptions go with it. */
  remove(topic: Topic): void {
    this.topics.delete(topic.arn);
    for (const one of this.subscriptionsOf(topic.arn)) this.subscriptions.delete(one.arn);
  }

  subscribe(subscription: Subscription): void {
    this.subscriptions.set(subscription.arn, subscription);
  }

  subscription(arn: string): Subscription | undefined {
    return this.subscriptions.get(arn);
  }

  unsubscribe(subscription: Subscription): void {
    this.subscriptions.delete(subscription.arn);
    const topic = this.topics.get(subscription.topicArn);
    if (topic) topic.deleted++;
  }

  subscriptionsOf(topicArn: string): Subscription[] {
    return [...this.subscriptions.values()].filter((one) => one.topicArn === topicArn);
  }

  subscriptionsBy(accountId: string): Subscription[] {
    return [...this.subscriptions.values()].filter((one) => one.accountId === accountId);
  }

  reset(accountId?: string): void {
    for (const [arn, { accountId: of }] of this.subscriptions) {
      if (accountId === undefined || of === accountId) this.subscriptions.delete(arn);
    }
    for (const topic of [...this.topics.values()]) {
      if (accountId === undefined || topic.accountId === accountId) this.remove(topic);
    }
  }
}
