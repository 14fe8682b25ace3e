/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
import type { CreateQueueCommandInput, CreateQueueCommandOutput } from '@aws-sdk/client-sqs';
import { AwsError, type Operation } from '../../../contract.ts';
import { authorize, queueArn, queueUrl } from '../access.ts';
import { type Attributes, initialAttributes, mergeAttributes, validateAttributes } from '../attributes.ts';
import { invalidParameter, missingParameter } from '../errors.ts';
import { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';

const ONE_MINUTE = 60_000;

/**
 * Creates a queue, or answers with the one that is there with the same attributes. Throws `QueueNameExists`,
 * `QueueDeletedRecently`, `InvalidAttributeName`, `InvalidAttributeValue`; 501 for FIFO queues.
 */
export const createQueue =
  (queues: Queues): Operation<CreateQueueCommandInput, CreateQueueCommandOutput> =>
  (input, call) => {
    const name = input.QueueName;
    const given: Attributes = input.Attributes ?? {};
    if (!name) throw missingParameter('QueueName');
    refuseFifo(name, given);
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
    }
    const arn = queueArn(call.region, call.accountId, name);
    authorize(call, 'CreateQueue', arn);
    validateAttributes(given);
    const existing = queues.find(arn);
    if (existing) {
      const wanted = mergeAttributes(existing.attributes, given);
      for (const attribute of Object.keys(given)) {
        if (wanted[attribute] === existing.attributes[attribute]) continue;
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${attribute}`,
          400,
        );
      }
      return { QueueUrl: queueUrl(call, existing) };
    }
    const now = call.core.clock.now();
    if (now - (queues.deleted(arn) ?? Number.NEGATIVE_INFINITY) < ONE_MINUTE) {
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
        400,
      );
    }
    const queue = new Queue(call.region, call.accountId, name, mergeAttributes(initialAttributes, given), now);
    queue.tags = { ...input.tags };
    queues.add(queue);
    queues.meter.used(queue);
    return { QueueUrl: queueUrl(call, queue) };
  };

function refuseFifo(name: string, attributes: Attributes): void {
  if (!name.endsWith('.fifo') && attributes.FifoQueue !== 'true') return;
  throw new AwsError(
    'NotImplemented',
    'FIFO queues are not built in this cloud: it has standard queues. Leave out FifoQueue and the ending ".fifo".',
    501,
  );
}
