/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
import type { DeleteQueueCommandInput, DeleteQueueCommandOutput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import type { Queues } from '../queues.ts';

/** Deletes a queue with all its messages. Its name is free again after 60 seconds. */
export const deleteQueue =
  (queues: Queues): Operation<DeleteQueueCommandInput, DeleteQueueCommandOutput> =>
  (input, call) => {
    queues.delete(queueOf(queues, call, input.QueueUrl, 'DeleteQueue'));
    return {};
  };
