/**
 * Queue attributes: which there are, what they may hold, what they are unless told.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { AwsError } from '../../contract.ts';
import { parsePolicy } from '../../identity/policy.ts';
import { invalidAttribute, invalidValue } from './errors.ts';
import { isFifoName } from './names.ts';
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive.ts';

/** Largest message that a queue can be told to take: 1 MiB, in bytes. */
export const LARGEST_MESSAGE = 1_048_576;

export type Attributes = Readonly<Record<string, string>>;

export const isFifo = ({ FifoQueue }: Attributes): boolean => FifoQueue === 'true';

/** Least and most of each number, and what it is unless told. Times in seconds, sizes in bytes. */
const numbers: Readonly<Record<string, readonly [least: number, most: number, initial: number | undefined]>> = {
  VisibilityTimeout: [0, 43_200, 30],
  MaximumMessageSize: [1024, LARGEST_MESSAGE, LARGEST_MESSAGE],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  DelaySeconds: [0, 900, 0],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, undefined],
};

/** Recording test_set_unsupported_attribute_fifo. */
const FIXED = 'Modifying queue type is not supported.';

const texts = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

/** What only FIFO queues have: the values that each may have, the first unless told. */
const ofFifo: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['false', 'true'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

export const initialAttributes = (fifo: boolean): Attributes => ({
  ...Object.fromEntries(
    Object.entries(numbers).flatMap(([name, [, , initial]]) =>
      initial === undefined ? [] : [[name, String(initial)]],
    ),
  ),
  SqsManagedSseEnabled: 'true',
  ...(fifo ? Object.fromEntries(Object.entries(ofFifo).map(([name, [initial]]) => [name, initial!])) : {}),
});

/** AWS knows two attributes of FIFO queues at standard ones too, and refuses them in other words. */
const unknown = (name: string) =>
  new AwsError(
    'InvalidAttributeName',
    name === 'DeduplicationScope' || name === 'FifoThroughputLimit'
      ? `You can specify the ${name} only when FifoQueue is set to true.`
      : `Unknown Attribute ${name}.`,
    400,
  );

/** Checks new attributes for a queue that has `old`. Throws `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue`. */
export function validateAttributes(attributes: Attributes, old: Attributes): void {
  const fifo = isFifo(old);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (name in numbers) {
      const [least, most] = numbers[name]!;
      if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalidAttribute(name);
    } else if (name === 'SqsManagedSseEnabled') {
      if (!/^(true|false)$/.test(value)) throw invalidAttribute(name);
    } else if (fifo && name in ofFifo) {
      if (!ofFifo[name]!.includes(value)) throw invalidAttribute(name, name === 'FifoQueue' ? FIXED : '');
    } else if (!texts.includes(name)) throw unknown(name);
  }
  const { DeduplicationScope: scope, FifoThroughputLimit: limit } = { ...old, ...attributes };
  if (limit === 'perMessageGroupId' && scope !== 'messageGroup') {
    throw invalidAttribute(
      'FifoThroughputLimit',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
  if (attributes.Policy) assertPolicy(attributes.Policy);
  if (attributes.RedriveAllowPolicy) parseRedriveAllowPolicy(attributes.RedriveAllowPolicy);
  if (attributes.RedrivePolicy) {
    const { deadLetterTargetArn } = parseRedrivePolicy(attributes.RedrivePolicy);
    if (isFifoName(deadLetterTargetArn) !== fifo) {
      throw invalidValue(
        attributes.RedrivePolicy,
        'RedrivePolicy',
        'Dead-letter queue must be same type of queue as the source..',
      );
    }
  }
  if (attributes.KmsMasterKeyId && attributes.SqsManagedSseEnabled === 'true') {
    throw new AwsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
      400,
    );
  }
}

function assertPolicy(text: string): void {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof AwsError) throw invalidAttribute('Policy');
    throw error;
  }
}

/**
 * Lays new attributes over old ones. An empty Policy, RedrivePolicy, RedriveAllowPolicy or KmsMasterKeyId takes it away,
 * and a KMS key switches SQS's own encryption off, as on AWS.
 */
export function mergeAttributes(old: Attributes, more: Attributes): Attributes {
  const merged: Record<string, string> = { ...old };
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) continue;
    if (value === '' && texts.includes(name)) delete merged[name];
    else merged[name] = value;
  }
  if (more.KmsMasterKeyId) merged.SqsManagedSseEnabled = 'false';
  if (!merged.KmsMasterKeyId) delete merged.KmsDataKeyReusePeriodSeconds;
  return merged;
}
