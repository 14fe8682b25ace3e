/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
import type {
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  DeleteMessageCommandInput,
  DeleteMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { eachEntry, validateBatch } from '../batch.ts';
import { invalidValue, missingParameter } from '../errors.ts';
import type { Queues } from '../queues.ts';

/**
 * Deletes the message of a receipt handle. An outdated handle succeeds without effect in a standard queue, and is refused in a
 * FIFO one: recording test_fifo_delete_after_visibility_timeout. Throws `ReceiptHandleIsInvalid`, `InvalidParameterValue`.
 */
export const deleteMessage =
  (queues: Queues): Operation<DeleteMessageCommandInput, DeleteMessageCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'DeleteMessage');
    if (!input.ReceiptHandle) throw missingParameter('ReceiptHandle');
    if (queues.remove(queue, input.ReceiptHandle)) return {};
    throw invalidValue(input.ReceiptHandle, 'ReceiptHandle', 'The receipt handle has expired.');
  };

export const deleteMessageBatch =
  (queues: Queues): Operation<DeleteMessageBatchCommandInput, DeleteMessageBatchCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'DeleteMessage');
    const entries = validateBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
    return eachEntry(entries, ({ ReceiptHandle }) => {
      if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
      if (queues.remove(queue, ReceiptHandle)) return {};
      // Other words than for a single message: https://github.com/smaskalik/sqsmover/issues/54
      throw new AwsError('ReceiptHandleIsInvalid', 'The receipt handle has expired', 404);
    });
  };
