/** From a request to its topic or subscription, and whether the caller may do that to it. */
import type { Call } from '../../contract.ts';
import { invalidParameter, subscriptionNotFound, topicNotFound } from './errors.ts';
import type { Subscription, Topic, Topics } from './store.ts';
import { policyOf } from './topic-attributes.ts';

export const topicArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:sns:${region}:${accountId}:${name}`;

/** Throws `AuthorizationError` unless the caller's policies, or the topic's own, allow `SNS:ACTION`. */
export function authorize(call: Call, resource: string, topic?: Topic, action = call.operation): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `SNS:${action}`,
    resource,
    resourceAccount: resource.split(':')[4] || call.accountId,
    ...(topic ? { resourcePolicy: policyOf(topic) } : {}),
  });
}

/** Throws `InvalidParameter` unless it is an ARN of this region. `parameter`: what it was given as. */
export function assertArn(call: Call, arn: string | undefined, parameter: string): string {
  if (arn === undefined) throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  const { length } = arn.split(':');
  if (length < 6) throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${length}`);
  if (arn.split(':')[3] !== call.region) throw invalidParameter(parameter);
  return arn;
}

/** Throws `InvalidParameter`, `AuthorizationError`, `NotFound`. */
export function topicOf(topics: Topics, call: Call, given: string | undefined, action?: string): Topic {
  const arn = assertArn(call, given, 'TopicArn');
  const topic = topics.find(arn);
  authorize(call, arn, topic, action);
  if (!topic) throw topicNotFound();
  return topic;
}

/** Throws `InvalidParameter`, `AuthorizationError`, `NotFound`. */
export function subscriptionOf(topics: Topics, call: Call, given: string | undefined): Subscription {
  const arn = assertArn(call, given, 'SubscriptionArn');
  const found = topics.subscription(arn);
  authorize(call, found?.topicArn ?? arn, found && topics.find(found.topicArn));
  if (!found) throw subscriptionNotFound();
  return found;
}
