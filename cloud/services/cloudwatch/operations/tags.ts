/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html and its neighbours. */
import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Call, Operation } from '../../../contract.ts';
import type { Alarms } from '../alarms.ts';
import { constraint, invalidValue } from '../errors.ts';
import { authorize } from '../input.ts';

const MOST_TAGS = 50;

/** Throws `ResourceNotFound`. */
export const listTags =
  (alarms: Alarms): Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput> =>
  (input, call) => {
    const arn = readArn(call, input.ResourceARN, 'ListTagsForResource');
    return { Tags: Object.entries(alarms.tags(arn)).map(([Key, Value]) => ({ Key, Value })) };
  };

/** Throws `ResourceNotFound`, `InvalidParameterValue`. */
export const tagResource =
  (alarms: Alarms): Operation<TagResourceCommandInput, TagResourceCommandOutput> =>
  (input, call) => {
    const arn = readArn(call, input.ResourceARN, 'TagResource');
    if (!input.Tags) throw constraint(undefined, 'tags', 'not be null');
    const tags: Record<string, string> = { ...alarms.tags(arn) };
    for (const { Key, Value } of input.Tags) {
      if (!Key || Key.length > 128) throw invalidValue(`The value ${Key} for parameter Tags.Key is invalid.`);
      tags[Key] = Value ?? '';
    }
    if (Object.keys(tags).length > MOST_TAGS) throw invalidValue(`A resource can have at most ${MOST_TAGS} tags.`);
    alarms.setTags(arn, tags);
    return {};
  };

/** Throws `ResourceNotFound`. */
export const untagResource =
  (alarms: Alarms): Operation<UntagResourceCommandInput, UntagResourceCommandOutput> =>
  (input, call) => {
    const arn = readArn(call, input.ResourceARN, 'UntagResource');
    const left = Object.entries(alarms.tags(arn)).filter(([key]) => !input.TagKeys?.includes(key));
    alarms.setTags(arn, Object.fromEntries(left));
    return {};
  };

function readArn(call: Call, arn: string | undefined, action: string): string {
  if (!arn) throw constraint(undefined, 'resourceARN', 'not be null');
  authorize(call, action, arn);
  return arn;
}
