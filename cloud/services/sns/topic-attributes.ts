/**
 * What can be set at a topic, and what is told of one.
 * Mirrors https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
 */
import { AwsError } from '../../contract.ts';
import { parsePolicy } from '../../identity/policy.ts';
import { invalidParameter, notBuilt } from './errors.ts';
import type { Topic } from './store.ts';

const SETTABLE = ['DeliveryPolicy', 'DisplayName', 'Policy', 'SignatureVersion', 'TracingConfig'];
/** Attributes that AWS knows and this cloud does not serve: keys of KMS, reports of deliveries, archives. */
const UNBUILT = /^(KmsMasterKeyId|ArchivePolicy|(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback\w+)$/;
const OF_FIFO = ['FifoTopic', 'ContentBasedDeduplication', 'FifoThroughputScope'];
const LONGEST_DISPLAY_NAME = 100;

/** Throws `InvalidParameter`, and `NotImplemented`. `among`: the attribute is one of several, as in CreateTopic. */
export function checkTopicAttribute(name: string, value: string, { among }: { among: boolean }): void {
  const wrong = (why: string) => invalidParameter(among ? `Attributes Reason: ${why}` : why);
  if (UNBUILT.test(name)) throw notBuilt(`the topic attribute ${name} is`);
  if (!SETTABLE.includes(name)) throw invalidParameter('AttributeName');
  if (value === '' && name !== 'Policy') return;
  if (name === 'DisplayName' && value.length > LONGEST_DISPLAY_NAME) throw wrong('DisplayName');
  if (name === 'SignatureVersion' && value !== '1' && value !== '2') throw wrong('SignatureVersion');
  if (name === 'TracingConfig' && value !== 'Active' && value !== 'PassThrough') throw wrong('TracingConfig');
  if (name === 'DeliveryPolicy') readDeliveryPolicy(value, wrong);
  if (name === 'Policy') assertPolicy(value, wrong);
}

/** Says whether a topic is to be a FIFO one, and takes the attributes of those away. */
export function withoutFifo(attributes: Readonly<Record<string, string>>): {
  readonly fifo: boolean;
  readonly others: [string, string][];
} {
  const entries = Object.entries(attributes);
  return {
    fifo: attributes.FifoTopic === 'true',
    others: entries.filter(([name]) => !OF_FIFO.includes(name)),
  };
}

function assertPolicy(text: string, wrong: (why: string) => AwsError): void {
  try {
    parsePolicy(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw wrong('Policy Error: null');
  }
}

interface HttpPolicy {
  readonly defaultHealthyRetryPolicy?: Readonly<Record<string, unknown>>;
  readonly disableSubscriptionOverrides?: boolean;
  readonly defaultRequestPolicy?: Readonly<Record<string, unknown>>;
}

function readDeliveryPolicy(text: string, wrong: (why: string) => AwsError): HttpPolicy {
  try {
    const { http } = JSON.parse(text) as { http?: HttpPolicy | null };
    return typeof http === 'object' && http !== null ? http : {};
  } catch {
    throw wrong('DeliveryPolicy: failed to parse JSON.');
  }
}

/** It concerns HTTP endpoints alone. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const DEFAULT_RETRIES = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

function effectivePolicy(text: string | undefined): string {
  const http = text ? readDeliveryPolicy(text, invalidParameter) : {};
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...DEFAULT_RETRIES, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8', ...http.defaultRequestPolicy },
    },
  });
}

/** As it was given, with what AWS adds to it. */
const ownPolicy = (text: string): string =>
  JSON.stringify({ http: { disableSubscriptionOverrides: false, ...readDeliveryPolicy(text, invalidParameter) } });

/** The policy that AWS gives a topic. Its condition is one that only services meet. */
const defaultPolicy = ({ arn, accountId }: Topic): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });

export const policyOf = (topic: Topic): string => topic.attributes.get('Policy') || defaultPolicy(topic);

export function describeTopic(topic: Topic, confirmed: number): Record<string, string> {
  const { attributes, arn, accountId, deleted } = topic;
  const delivery = attributes.get('DeliveryPolicy');
  return {
    ...Object.fromEntries([...attributes].filter(([name, value]) => value !== '' && name !== 'Policy')),
    ...(delivery ? { DeliveryPolicy: ownPolicy(delivery) } : {}),
    DisplayName: attributes.get('DisplayName') ?? '',
    EffectiveDeliveryPolicy: effectivePolicy(delivery),
    Owner: accountId,
    Policy: policyOf(topic),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsDeleted: String(deleted),
    SubscriptionsPending: '0',
    TopicArn: arn,
  };
}

/** Does the topic have what a second CreateTopic asks for? */
export const hasAttribute = ({ attributes }: Topic, [name, value]: readonly [string, string]): boolean =>
  (attributes.get(name) ?? '') === value;
