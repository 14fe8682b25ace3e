/** Subscriptions. Mirrors https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html and its siblings. */
import { randomUUID } from 'node:crypto';
import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../../contract.ts';
import type { Key } from '../../../core/pages.ts';
import { assertArn, authorize, subscriptionOf, topicArn, topicOf } from '../access.ts';
import { invalidParameter, notBuilt } from '../errors.ts';
import type { Protocol, Subscription, Topics } from '../store.ts';
import { checkAttributes, describeSubscription, hasSubscriptionAttribute } from '../subscription-attributes.ts';
import { pageOf } from './page.ts';

const UNBUILT = ['http', 'https', 'email', 'email-json', 'sms', 'application', 'firehose'];
const ENDPOINTS: Readonly<Record<Protocol, readonly [pattern: RegExp, name: string]>> = {
  sqs: [/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/, 'SQS endpoint ARN'],
  lambda: [/^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/, 'Lambda endpoint ARN'],
};

/** Throws `InvalidParameter`, `NotImplemented`. */
function readEndpoint(given: string | undefined, endpoint = ''): Protocol {
  const protocol = given ?? '';
  if (UNBUILT.includes(protocol)) throw notBuilt(`subscriptions of protocol ${protocol} are`);
  if (protocol !== 'sqs' && protocol !== 'lambda') {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  const [pattern, name] = ENDPOINTS[protocol];
  if (!pattern.test(endpoint)) throw invalidParameter(name);
  if (protocol === 'sqs' && endpoint.endsWith('.fifo')) {
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  }
  return protocol;
}

export const subscriptionOperations = (topics: Topics) => {
  /** Whoever asks again for what is there gets its ARN. */
  const subscribe: Operation<sns.SubscribeCommandInput, sns.SubscribeCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn);
    const protocol = readEndpoint(input.Protocol, input.Endpoint);
    const endpoint = input.Endpoint!;
    if (endpoint.split(':')[4] !== call.accountId) {
      throw notBuilt('subscriptions that the owner of the endpoint has to confirm are');
    }
    const attributes = new Map(Object.entries(input.Attributes ?? {}));
    const filter = checkAttributes(attributes, { among: true });
    const existing = topics
      .subscriptionsOf(topic.arn)
      .find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (existing) {
      if (![...attributes].every((entry) => hasSubscriptionAttribute(existing, entry))) {
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      }
      return { SubscriptionArn: existing.arn };
    }
    const made: Subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      accountId: call.accountId,
      protocol,
      endpoint,
      principal: call.principal.roleArn ?? call.principal.arn,
      attributes,
      filter,
    };
    topics.subscribe(made);
    return { SubscriptionArn: made.arn };
  };

  /** Ending what is not there succeeds. */
  const unsubscribe: Operation<sns.UnsubscribeCommandInput, sns.UnsubscribeCommandOutput> = (input, call) => {
    const arn = assertArn(call, input.SubscriptionArn || undefined, 'SubscriptionArn');
    if (arn.split(':').length < 7) throw invalidParameter('SubscriptionId');
    const found = topics.subscription(arn);
    // Its owner may always.
    if (found?.accountId !== call.accountId || call.principal.kind !== 'root') {
      authorize(call, found?.topicArn ?? arn, found && topics.find(found.topicArn));
    }
    if (found) topics.unsubscribe(found);
    return {};
  };

  const get: Operation<sns.GetSubscriptionAttributesCommandInput, sns.GetSubscriptionAttributesCommandOutput> = (
    input,
    call,
  ) => ({ Attributes: describeSubscription(subscriptionOf(topics, call, input.SubscriptionArn)) });

  const set: Operation<sns.SetSubscriptionAttributesCommandInput, sns.SetSubscriptionAttributesCommandOutput> = (
    input,
    call,
  ) => {
    const found = subscriptionOf(topics, call, input.SubscriptionArn);
    const { AttributeName: name = '', AttributeValue: value = '' } = input;
    found.filter = checkAttributes(new Map([...found.attributes, [name, value]]), { among: false });
    found.attributes.set(name, value);
    return {};
  };

  const list: Operation<sns.ListSubscriptionsCommandInput, sns.ListSubscriptionsCommandOutput> = (input, call) => {
    authorize(call, topicArn(call.region, call.accountId, '*'));
    const { items, next } = pageOf(topics.subscriptionsBy(call.accountId), keyOf, input.NextToken, call);
    return { Subscriptions: items.map(shown), ...next };
  };

  const listByTopic: Operation<sns.ListSubscriptionsByTopicCommandInput, sns.ListSubscriptionsByTopicCommandOutput> = (
    input,
    call,
  ) => {
    const topic = topicOf(topics, call, input.TopicArn);
    const { items, next } = pageOf(topics.subscriptionsOf(topic.arn), keyOf, input.NextToken, call);
    return { Subscriptions: items.map(shown), ...next };
  };

  return {
    Subscribe: subscribe,
    Unsubscribe: unsubscribe,
    GetSubscriptionAttributes: get,
    SetSubscriptionAttributes: set,
    ListSubscriptions: list,
    ListSubscriptionsByTopic: listByTopic,
  };
};

const shown = ({ arn, accountId, protocol, endpoint, topicArn }: Subscription): sns.Subscription => ({
  SubscriptionArn: arn,
  Owner: accountId,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const keyOf = ({ topicArn, protocol, endpoint, arn }: Subscription): Key => [topicArn, protocol, endpoint, arn];
