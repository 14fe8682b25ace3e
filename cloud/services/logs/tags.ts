/**
 * Tags of log groups, by a group's name and, as is newer, by its ARN. Mirrors
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html and
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html with their siblings.
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { Constraints, type Limits } from '../../core/constraints.ts';
import { enforce, nameOf, readGroup } from './input.ts';
import { authorizeGroup, authorizeTags } from './permissions.ts';
import type { Group, LogStore } from './store.ts';

const MOST_TAGS = 50;
const RESOURCE_ARN: Limits = { required: true, pattern: '[\\w+=/:,.@\\-\\*]*', length: [1, 1011] };

/** Throws `TooManyTagsException`, and then changes nothing. */
export function addTags(group: Group, tags: Readonly<Record<string, string>> = {}): void {
  const all = { ...group.tags, ...tags };
  if (Object.keys(all).length > MOST_TAGS) {
    throw new AwsError('TooManyTagsException', `A log group can have at most ${MOST_TAGS} tags.`, 400);
  }
  group.tags = all;
}

function dropTags(group: Group, keys: readonly string[] = []): void {
  group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
}

export const tagOperations = (store: LogStore) => {
  const named = ({ logGroupName }: { logGroupName: string | undefined }, call: Call): Group => {
    const name = readGroup({ logGroupName });
    authorizeGroup(call, name);
    return store.group(call.accountId, name);
  };
  const byArn = ({ resourceArn }: { resourceArn: string | undefined }, call: Call): Group => {
    enforce(new Constraints().check(resourceArn, 'resourceArn', RESOURCE_ARN));
    const name = nameOf(resourceArn!);
    authorizeTags(call, name);
    return store.group(call.accountId, name);
  };

  const tagLogGroup: Operation<logs.TagLogGroupCommandInput, logs.TagLogGroupCommandOutput> = (input, call) => {
    addTags(named(input, call), input.tags);
    return {};
  };
  const untagLogGroup: Operation<logs.UntagLogGroupCommandInput, logs.UntagLogGroupCommandOutput> = (input, call) => {
    dropTags(named(input, call), input.tags);
    return {};
  };
  const listTagsLogGroup: Operation<logs.ListTagsLogGroupCommandInput, logs.ListTagsLogGroupCommandOutput> = (
    input,
    call,
  ) => ({ tags: named(input, call).tags });
  const tagResource: Operation<logs.TagResourceCommandInput, logs.TagResourceCommandOutput> = (input, call) => {
    addTags(byArn(input, call), input.tags);
    return {};
  };
  const untagResource: Operation<logs.UntagResourceCommandInput, logs.UntagResourceCommandOutput> = (input, call) => {
    dropTags(byArn(input, call), input.tagKeys);
    return {};
  };
  const listTagsForResource: Operation<logs.ListTagsForResourceCommandInput, logs.ListTagsForResourceCommandOutput> = (
    input,
    call,
  ) => ({ tags: byArn(input, call).tags });

  return {
    TagLogGroup: tagLogGroup,
    UntagLogGroup: untagLogGroup,
    ListTagsLogGroup: listTagsLogGroup,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  };
};
