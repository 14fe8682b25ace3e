/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
import type {
  ListQueueTagsCommandInput,
  ListQueueTagsCommandOutput,
  TagQueueCommandInput,
  TagQueueCommandOutput,
  UntagQueueCommandInput,
  UntagQueueCommandOutput,
} from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { invalidParameter, missingParameter } from '../errors.ts';
import type { Queues } from '../queues.ts';

const MOST_TAGS = 50;

export const tagQueue =
  (queues: Queues): Operation<TagQueueCommandInput, TagQueueCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'TagQueue');
    if (!input.Tags || Object.keys(input.Tags).length === 0) throw missingParameter('Tags');
    const tags = { ...queue.tags, ...input.Tags };
    if (Object.keys(tags).length > MOST_TAGS) throw invalidParameter(`Too many tags for queue ${queue.name}.`);
    queue.tags = tags;
    return {};
  };

export const untagQueue =
  (queues: Queues): Operation<UntagQueueCommandInput, UntagQueueCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'UntagQueue');
    const gone = input.TagKeys ?? [];
    if (gone.length === 0) throw missingParameter('TagKeys');
    queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !gone.includes(key)));
    return {};
  };

export const listQueueTags =
  (queues: Queues): Operation<ListQueueTagsCommandInput, ListQueueTagsCommandOutput> =>
  (input, call) => {
    const { tags } = queueOf(queues, call, input.QueueUrl, 'ListQueueTags');
    return Object.keys(tags).length > 0 ? { Tags: { ...tags } } : {};
  };
