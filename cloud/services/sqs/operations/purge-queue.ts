/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
import type { PurgeQueueCommandInput, PurgeQueueCommandOutput } from '@aws-sdk/client-sqs';
import { AwsError, type Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import type { Queues } from '../queues.ts';

const ONE_MINUTE = 60_000;

/** Deletes all messages at once (AWS takes up to 60 seconds). Throws `PurgeQueueInProgress` within 60 s of the last purge. */
export const purgeQueue =
  (queues: Queues): Operation<PurgeQueueCommandInput, PurgeQueueCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'PurgeQueue');
    const now = call.core.clock.now();
    if (queue.purgedAt !== undefined && now - queue.purgedAt < ONE_MINUTE) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        403,
      );
    }
    queue.purge(now);
    queues.wake(queue);
    return {};
  };
