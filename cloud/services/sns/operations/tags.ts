/** Tags of topics. Mirrors https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html and its siblings. */
import type * as sns from '@aws-sdk/client-sns';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { assertArn, authorize } from '../access.ts';
import { invalidParameter } from '../errors.ts';
import type { Topic, Topics } from '../store.ts';

const MOST_TAGS = 50;

/** Throws `InvalidParameter`, `TagLimitExceeded`. */
export function readTags(given: readonly sns.Tag[], already = new Map<string, string>()): Map<string, string> {
  const keys = given.map(({ Key }) => Key!);
  if (new Set(keys).size < keys.length) throw invalidParameter('Duplicated keys are not allowed.');
  const tags = new Map([...already, ...given.map(({ Key, Value }) => [Key!, Value!] as const)]);
  if (tags.size > MOST_TAGS) {
    throw new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded', 400);
  }
  return tags;
}

/** Whether what is there has all that are asked for; more does not matter, as with attributes. */
export const hasTags = (there: ReadonlyMap<string, string>, asked: ReadonlyMap<string, string>): boolean =>
  [...asked].every(([key, value]) => there.get(key) === value);

export const tagOperations = (topics: Topics) => {
  const find = (given: string | undefined, call: Call): Topic => {
    const arn = assertArn(call, given, 'ResourceArn');
    const topic = topics.find(arn);
    authorize(call, arn, topic);
    if (!topic) throw new AwsError('ResourceNotFound', 'Resource does not exist', 404);
    return topic;
  };

  const tag: Operation<sns.TagResourceCommandInput, sns.TagResourceCommandOutput> = (input, call) => {
    const topic = find(input.ResourceArn, call);
    for (const [key, value] of readTags(input.Tags ?? [], topic.tags)) topic.tags.set(key, value);
    return {};
  };

  const untag: Operation<sns.UntagResourceCommandInput, sns.UntagResourceCommandOutput> = (input, call) => {
    const topic = find(input.ResourceArn, call);
    for (const key of input.TagKeys ?? []) topic.tags.delete(key);
    return {};
  };

  const list: Operation<sns.ListTagsForResourceCommandInput, sns.ListTagsForResourceCommandOutput> = (input, call) => {
    const topic = find(input.ResourceArn, call);
    return { Tags: [...topic.tags].map(([Key, Value]) => ({ Key, Value })) };
  };

  return { TagResource: tag, UntagResource: untag, ListTagsForResource: list };
};
