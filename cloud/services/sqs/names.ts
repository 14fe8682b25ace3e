/**
 * Names of queues. That of a FIFO queue ends with `.fifo`, and no other's does.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
import { invalidParameter } from './errors.ts';

/** A name of either kind. */
export const QUEUE_NAME = /^(?=.{1,80}$)[\w-]+(\.fifo)?$/;

export const isFifoName = (nameOrArn: string): boolean => nameOrArn.endsWith('.fifo');

/** Throws `InvalidParameterValue`. */
export function validateName(name: string, fifo: boolean): void {
  if (QUEUE_NAME.test(name) && isFifoName(name) === fifo) return;
  throw invalidParameter(
    fifo
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}
