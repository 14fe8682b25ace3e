/**
 * GetQueueAttributes and SetQueueAttributes.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
import type {
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  SetQueueAttributesCommandInput,
  SetQueueAttributesCommandOutput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Operation } from '../../../contract.ts';
import { clients } from '../../../sdk.ts';
import { queueOf } from '../access.ts';
import { type Attributes, mergeAttributes, validateAttributes } from '../attributes.ts';
import { missingParameter } from '../errors.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { assertDeadLetterTarget } from '../redrive.ts';

export const getQueueAttributes =
  (queues: Queues): Operation<GetQueueAttributesCommandInput, GetQueueAttributesCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'GetQueueAttributes');
    const names: readonly string[] = input.AttributeNames ?? [];
    for (const name of names) {
      if (name in clients.sqs().QueueAttributeName) continue;
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`, 400);
    }
    const wanted = Object.entries(describe(queue, call.core.clock.now())).filter(
      ([name]) => names.includes('All') || names.includes(name),
    );
    return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
  };

/** All attributes, the counted ones as they are at `now`. Timestamps in seconds since the epoch, as text. */
function describe(queue: Queue, now: number): Attributes {
  const { visible, notVisible, delayed } = queue.counts(now);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ...queue.attributes,
  };
}

/** Changes attributes at once (AWS takes up to a minute). Throws `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue`. */
export const setQueueAttributes =
  (queues: Queues): Operation<SetQueueAttributesCommandInput, SetQueueAttributesCommandOutput> =>
  (input, call) => {
    if (!input.Attributes) throw missingParameter('Attributes');
    const queue = queueOf(queues, call, input.QueueUrl, 'SetQueueAttributes');
    validateAttributes(input.Attributes, queue.attributes);
    assertDeadLetterTarget(queues, queue, input.Attributes.RedrivePolicy);
    queue.set(mergeAttributes(queue.attributes, input.Attributes), call.core.clock.now());
    queues.wake(queue);
    return {};
  };
