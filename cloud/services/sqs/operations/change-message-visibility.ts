/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  ChangeMessageVisibilityCommandInput,
  ChangeMessageVisibilityCommandOutput,
} from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { eachEntry, validateBatch } from '../batch.ts';
import { assertWithin, missingParameter } from '../errors.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';

/** Hides a received message for `VisibilityTimeout` seconds from now. Throws `ReceiptHandleIsInvalid`, `InvalidParameterValue`. */
export const changeMessageVisibility =
  (queues: Queues): Operation<ChangeMessageVisibilityCommandInput, ChangeMessageVisibilityCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'ChangeMessageVisibility');
    change(queue, input, call.core.clock.now());
    queues.wake(queue);
    return {};
  };

export const changeMessageVisibilityBatch =
  (queues: Queues): Operation<ChangeMessageVisibilityBatchCommandInput, ChangeMessageVisibilityBatchCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'ChangeMessageVisibility');
    const entries = validateBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry');
    const results = eachEntry(entries, (entry) => change(queue, entry, call.core.clock.now()));
    queues.wake(queue);
    return results;
  };

function change(
  queue: Queue,
  { ReceiptHandle, VisibilityTimeout }: { ReceiptHandle?: string | undefined; VisibilityTimeout?: number | undefined },
  now: number,
): Record<never, never> {
  if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
  if (VisibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
  assertWithin(VisibilityTimeout, 'VisibilityTimeout', [0, 43_200], 'Must be between 0 and 43200.');
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000, now);
  return {};
}
