/**
 * Where dead letters go: what a queue says of its dead-letter queue, and what that one says of those that may name it.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html and
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { invalidAttribute, invalidValue } from './errors.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  /** Empty but for `byQueue`. */
  readonly sourceQueueArns: readonly string[];
}

const MOST_SOURCES = 10;

export function parseObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: text that is no JSON and JSON that is no object are the same mistake.
  }
  throw invalidAttribute(name);
}

const isQueueArn = (value: unknown): value is string =>
  typeof value === 'string' && /^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]+(\.fifo)?$/.test(value);

/** Reads a RedrivePolicy. Throws `InvalidAttributeValue` where it is no JSON, else `InvalidParameterValue`, with the reason that AWS gives. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject('RedrivePolicy', text);
  const count = Number(maxReceiveCount);
  const wrong = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  if (deadLetterTargetArn === undefined)
    throw wrong('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (maxReceiveCount === undefined)
    throw wrong('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (!isQueueArn(deadLetterTargetArn)) throw wrong('Invalid value for deadLetterTargetArn.');
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw wrong('Invalid value for maxReceiveCount: must be an integer between 1 and 1000.');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/**
 * Reads a RedriveAllowPolicy. Throws `InvalidAttributeValue` where it is no JSON, else `InvalidParameterValue`. The rules are
 * AWS's, the words ours: AWS does not publish its own.
 */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const { redrivePermission = 'allowAll', sourceQueueArns } = parseObject('RedriveAllowPolicy', text);
  const wrong = (reason: string) => invalidValue(text, 'RedriveAllowPolicy', reason);
  if (redrivePermission !== 'allowAll' && redrivePermission !== 'denyAll' && redrivePermission !== 'byQueue') {
    throw wrong('Invalid value for redrivePermission: must be allowAll, denyAll or byQueue.');
  }
  if (redrivePermission !== 'byQueue') {
    if (sourceQueueArns !== undefined) throw wrong('sourceQueueArns can be specified only with byQueue.');
    return { redrivePermission, sourceQueueArns: [] };
  }
  const arns: unknown[] = Array.isArray(sourceQueueArns) ? sourceQueueArns : [];
  if (arns.length < 1 || arns.length > MOST_SOURCES || !arns.every(isQueueArn)) {
    throw wrong(`Invalid value for sourceQueueArns: must be the ARNs of 1 to ${MOST_SOURCES} queues.`);
  }
  return { redrivePermission, sourceQueueArns: arns };
}

/**
 * The dead-letter queue that `text` names for `source` has to be there, in the same account and region, and to let it.
 * Throws `InvalidParameterValue`.
 */
export function assertDeadLetterTarget(queues: Queues, source: Queue, text: string | undefined): void {
  if (!text) return;
  const wrong = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const target = queues.find(parseRedrivePolicy(text).deadLetterTargetArn);
  if (target?.accountId !== source.accountId || target.region !== source.region) {
    // https://github.com/serverless/serverless/issues/5215
    throw wrong('Dead letter target does not exist.');
  }
  const { RedriveAllowPolicy: allow } = target.attributes;
  if (!allow) return;
  const { redrivePermission, sourceQueueArns } = parseRedriveAllowPolicy(allow);
  if (redrivePermission === 'allowAll' || sourceQueueArns.includes(source.arn)) return;
  throw wrong('The RedriveAllowPolicy of the dead-letter queue does not allow this source queue.');
}
