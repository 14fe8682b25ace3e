/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
import type { CreateQueueCommandInput, CreateQueueCommandOutput } from '@aws-sdk/client-sqs';
import { AwsError, type Operation } from '../../../contract.ts';
import { authorize, queueArn, queueUrl } from '../access.ts';
import { type Attributes, initialAttributes, isFifo, mergeAttributes, validateAttributes } from '../attributes.ts';
import { missingParameter } from '../errors.ts';
import { validateName } from '../names.ts';
import { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { assertDeadLetterTarget } from '../redrive.ts';

const ONE_MINUTE = 60_000;

/**
 * Creates a queue, or answers with the one that is there with the same attributes. Throws `QueueNameExists`,
 * `QueueDeletedRecently`, `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue`.
 */
export const createQueue =
  (queues: Queues): Operation<CreateQueueCommandInput, CreateQueueCommandOutput> =>
  (input, call) => {
    const name = input.QueueName;
    const given: Attributes = input.Attributes ?? {};
    if (!name) throw missingParameter('QueueName');
    const fifo = isFifo(given);
    validateName(name, fifo);
    const arn = queueArn(call.region, call.accountId, name);
    authorize(call, 'CreateQueue', arn);
    const initial = initialAttributes(fifo);
    validateAttributes(given, initial);
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
    const queue = new Queue(call.region, call.accountId, name, mergeAttributes(initial, given), now);
    assertDeadLetterTarget(queues, queue, given.RedrivePolicy);
    queue.tags = { ...input.tags };
    queues.add(queue);
    queues.meter.used(queue);
    return { QueueUrl: queueUrl(call, queue) };
  };
