/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
import type {
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  DeleteMessageCommandInput,
  DeleteMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { eachEntry, validateBatch } from '../batch.ts';
import { missingParameter } from '../errors.ts';
import type { Queues } from '../queues.ts';

/** Deletes the message of a receipt handle; an outdated handle succeeds without effect. Throws `ReceiptHandleIsInvalid`. */
export const deleteMessage =
  (queues: Queues): Operation<DeleteMessageCommandInput, DeleteMessageCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'DeleteMessage');
    if (!input.ReceiptHandle) throw missingParameter('ReceiptHandle');
    queue.remove(input.ReceiptHandle, call.core.clock.now());
    queues.meter.deleted(queue);
    return {};
  };

export const deleteMessageBatch =
  (queues: Queues): Operation<DeleteMessageBatchCommandInput, DeleteMessageBatchCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'DeleteMessage');
    const entries = validateBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
    return eachEntry(entries, ({ ReceiptHandle }) => {
      if (!ReceiptHandle) throw missingParameter('ReceiptHandle');
      queue.remove(ReceiptHandle, call.core.clock.now());
      queues.meter.deleted(queue);
      return {};
    });
  };
