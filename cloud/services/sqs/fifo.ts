/**
 * What a FIFO queue has beyond a standard one, and what it asks of a message.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fifo-queues.html
 */
import { createHash } from 'node:crypto';
import type { AwsError } from '../../contract.ts';
import { Attempts } from './attempts.ts';
import { type Attributes, isFifo } from './attributes.ts';
import { Deduplication } from './deduplication.ts';
import { invalidParameter, invalidValue, missingParameter } from './errors.ts';
import { Groups } from './groups.ts';
import type { Draft } from './message.ts';

/** Twenty digits that grow, and not by one each. */
const FIRST_NUMBER = 18_850_000_000_000_000_000n;
const STEP = 256n;

export class Fifo {
  readonly groups = new Groups();
  readonly attempts = new Attempts();
  readonly deduplication: Deduplication;
  private number = FIRST_NUMBER;

  constructor({ DeduplicationScope }: Attributes) {
    this.deduplication = new Deduplication(DeduplicationScope);
  }

  nextNumber(): string {
    this.number += STEP;
    return String(this.number);
  }

  clear(): void {
    this.groups.clear();
    this.attempts.clear();
    this.deduplication.clear();
  }
}

/** What is wrong with a message's ids, for a FIFO queue; nothing where nothing is. */
export function missingId(draft: Draft, { ContentBasedDeduplication }: Attributes): AwsError | undefined {
  if (draft.MessageGroupId === undefined) return missingParameter('MessageGroupId');
  if (draft.MessageDeduplicationId !== undefined || ContentBasedDeduplication === 'true') return undefined;
  return invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** Refuses what belongs to the other kind of queue. Throws `InvalidParameterValue`, `MissingParameter`. */
export function validateKind(draft: Draft, attributes: Attributes): void {
  const foreign = (parameter: 'DelaySeconds' | 'MessageDeduplicationId') =>
    invalidValue(draft[parameter], parameter, 'The request include parameter that is not valid for this queue type.');
  if (!isFifo(attributes)) {
    if (draft.MessageDeduplicationId !== undefined) throw foreign('MessageDeduplicationId');
    return;
  }
  // None stands for the queue's own delay.
  if (draft.DelaySeconds) throw foreign('DelaySeconds');
  const missing = missingId(draft, attributes);
  if (missing) throw missing;
}

/** The id that a message is known by: the sender's, or the SHA-256 of the body. */
export const deduplicationIdOf = ({ MessageDeduplicationId: given, MessageBody: body = '' }: Draft): string =>
  given ?? createHash('sha256').update(body).digest('hex');
