/**
 * What can be set at a subscription, and what is told of one.
 * Mirrors https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
import type { AwsError } from '../../contract.ts';
import { isFifoName } from '../sqs/names.ts';
import { invalidParameter, notBuilt } from './errors.ts';
import { readFilter } from './filter.ts';
import type { Filter, Subscription } from './store.ts';

const KNOWN = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];
/** Of HTTP and Firehose endpoints, and of archives. */
const UNBUILT = ['DeliveryPolicy', 'SubscriptionRoleArn', 'ReplayPolicy', 'ReplayStatus'];

const DEFAULTS: Readonly<Record<string, string>> = { FilterPolicyScope: 'MessageAttributes' };

type Attributes = Subscription['attributes'];

/** Throws `InvalidParameter`, and `NotImplemented`. `among`: they come together, as in Subscribe. Returns the filter that they ask for. */
export function checkAttributes(attributes: Attributes, { among }: { among: boolean }): Filter | undefined {
  const wrong = (why: string): AwsError => invalidParameter(among ? `Attributes Reason: ${why}` : why);
  for (const [name, value] of attributes) {
    if (UNBUILT.includes(name)) throw notBuilt(`the subscription attribute ${name} is`);
    if (!KNOWN.includes(name)) throw invalidParameter('AttributeName');
    if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value)) {
      throw wrong(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
    if (name === 'RedrivePolicy' && value !== '') deadLetterOf(value, wrong);
  }
  return readFilter(attributes, wrong);
}

/** ARN of the queue that takes what cannot be delivered. Throws what `wrong` makes. */
function deadLetterOf(policy: string, wrong: (why: string) => AwsError): string {
  let arn: unknown;
  try {
    arn = (JSON.parse(policy) as { deadLetterTargetArn?: unknown }).deadLetterTargetArn;
  } catch {
    throw wrong('RedrivePolicy: failed to parse JSON.');
  }
  if (typeof arn !== 'string' || !/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(arn)) {
    throw wrong('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  }
  // The dead letters of a standard topic name no group. AWS's own words are not known.
  if (isFifoName(arn)) throw wrong('RedrivePolicy: must use a standard queue as DLQ for a standard topic.');
  return arn;
}

export const deadLetterQueueOf = ({ attributes }: Subscription): string | undefined => {
  const policy = attributes.get('RedrivePolicy');
  return policy ? deadLetterOf(policy, invalidParameter) : undefined;
};

export const isRaw = ({ attributes }: Subscription): boolean =>
  attributes.get('RawMessageDelivery')?.toLowerCase() === 'true';

/** Whether a subscription does what an attribute asks for: what was never set counts as its default. */
export function hasSubscriptionAttribute(
  subscription: Subscription,
  [name, value]: readonly [string, string],
): boolean {
  if (name === 'RawMessageDelivery') return isRaw(subscription) === (value.toLowerCase() === 'true');
  return (subscription.attributes.get(name) ?? DEFAULTS[name] ?? '') === value;
}

export function describeSubscription(subscription: Subscription): Record<string, string> {
  const { attributes, arn, topicArn, accountId, protocol, endpoint, principal } = subscription;
  const set = [...attributes].filter(([name, value]) => value !== '' && name !== 'FilterPolicyScope');
  return {
    ...Object.fromEntries(set),
    // Told together with a policy alone.
    ...(attributes.get('FilterPolicy')
      ? { FilterPolicyScope: attributes.get('FilterPolicyScope') ?? DEFAULTS.FilterPolicyScope! }
      : {}),
    RawMessageDelivery: String(isRaw(subscription)),
    ConfirmationWasAuthenticated: 'true',
    Endpoint: endpoint,
    Owner: accountId,
    PendingConfirmation: 'false',
    Protocol: protocol,
    SubscriptionArn: arn,
    SubscriptionPrincipal: principal,
    TopicArn: topicArn,
  };
}
