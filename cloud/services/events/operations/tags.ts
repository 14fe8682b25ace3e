/** Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html and its siblings. */
import type * as eb from '@aws-sdk/client-eventbridge';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize } from '../access.ts';
import { invalid } from '../errors.ts';
import type { Bus, EventStore, Rule } from '../store.ts';

export const asRecord = (tags: readonly eb.Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value!]));

export const tags = (store: EventStore) => {
  /** The bus or rule of an ARN. Throws `ResourceNotFoundException`. */
  const find = (arn: string | undefined, call: Call): Bus | Rule => {
    new Constraints().check(arn, 'resourceARN', { required: true, length: [1, 1600] }).enforce();
    authorize(call, arn!);
    const [, kind, path] = /^arn:aws:events:[\w-]+:\d{12}:(rule|event-bus)\/(.+)$/.exec(arn!) ?? [];
    if (!path) throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
    if (kind === 'event-bus') return store.bus(call.accountId, path);
    const [name, bus] = path.split('/').reverse();
    return store.rule(call.accountId, bus, name);
  };

  const tag: Operation<eb.TagResourceCommandInput, eb.TagResourceCommandOutput> = (input, call) => {
    const of = find(input.ResourceARN, call);
    of.tags = { ...of.tags, ...asRecord(input.Tags) };
    return {};
  };

  const untag: Operation<eb.UntagResourceCommandInput, eb.UntagResourceCommandOutput> = (input, call) => {
    const of = find(input.ResourceARN, call);
    const gone = input.TagKeys ?? [];
    of.tags = Object.fromEntries(Object.entries(of.tags).filter(([key]) => !gone.includes(key)));
    return {};
  };

  const list: Operation<eb.ListTagsForResourceCommandInput, eb.ListTagsForResourceCommandOutput> = (input, call) => ({
    Tags: Object.entries(find(input.ResourceARN, call).tags).map(([Key, Value]) => ({ Key, Value })),
  });

  return { TagResource: tag, UntagResource: untag, ListTagsForResource: list };
};
