/**
 * Queue attributes: which there are, what they may hold, what they are unless told.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { AwsError } from '../../contract.ts';
import { invalidValue } from './errors.ts';
import { isFifoName } from './names.ts';

/** Largest message that a queue can be told to take: 1 MiB, in bytes. */
export const LARGEST_MESSAGE = 1_048_576;

export type Attributes = Readonly<Record<string, string>>;

export const isFifo = ({ FifoQueue }: Attributes): boolean => FifoQueue === 'true';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

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

const invalid = (name: string, reason = '') =>
  new AwsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`,
    400,
  );

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
      if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalid(name);
    } else if (name === 'SqsManagedSseEnabled') {
      if (!/^(true|false)$/.test(value)) throw invalid(name);
    } else if (fifo && name in ofFifo) {
      if (!ofFifo[name]!.includes(value)) throw invalid(name, name === 'FifoQueue' ? FIXED : '');
    } else if (!texts.includes(name)) throw unknown(name);
  }
  const { DeduplicationScope: scope, FifoThroughputLimit: limit } = { ...old, ...attributes };
  if (limit === 'perMessageGroupId' && scope !== 'messageGroup') {
    throw invalid(
      'FifoThroughputLimit',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
  if (attributes.Policy) parseObject('Policy', attributes.Policy);
  if (attributes.RedriveAllowPolicy) parseObject('RedriveAllowPolicy', attributes.RedriveAllowPolicy);
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

function parseObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: text that is no JSON and JSON that is no object are the same mistake.
  }
  throw invalid(name);
}

/** Reads a RedrivePolicy. Throws `InvalidAttributeValue` where it is no JSON, else `InvalidParameterValue`, with the reason that AWS gives. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject('RedrivePolicy', text);
  const count = Number(maxReceiveCount);
  const wrong = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  if (deadLetterTargetArn === undefined)
    throw wrong('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (maxReceiveCount === undefined)
    throw wrong('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (
    typeof deadLetterTargetArn !== 'string' ||
    !/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]+(\.fifo)?$/.test(deadLetterTargetArn)
  ) {
    throw wrong('Invalid value for deadLetterTargetArn.');
  }
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw wrong('Invalid value for maxReceiveCount: must be an integer between 1 and 1000.');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}
