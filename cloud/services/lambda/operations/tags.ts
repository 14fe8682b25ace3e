/** Tags of functions and of event source mappings. Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html and its siblings. */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize, authorizeOn } from '../access.ts';
import { invalidParameter, notFound } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import type { Mapping } from '../mapping.ts';
import { referenceOf } from '../names.ts';

const MOST_TAGS = 50;
const RESOURCE =
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)';

type Tags = Record<string, string>;

export const tags = (of: Lambda, mapping: (arn: string) => Mapping | undefined) => {
  const find = (call: Call, arn: string | undefined): { tags: Tags } => {
    if (arn?.includes(':event-source-mapping:')) {
      authorizeOn(call, call.operation, arn);
      const found = mapping(arn);
      if (!found) throw notFound(`Event source mapping not found: ${arn}`);
      return found;
    }
    const reference = referenceOf(call, arn, undefined);
    if (reference.qualifier !== undefined) {
      throw invalidParameter('Tags on function aliases and versions are not supported. Please specify a function ARN.');
    }
    const found = of.store.get(reference);
    authorize(call, call.operation, found);
    return found;
  };
  const resource = () => ({ required: true, pattern: RESOURCE }) as const;

  const tag: Operation<lambda.TagResourceCommandInput, lambda.TagResourceCommandOutput> = (input, call) => {
    new Constraints().check(input.Resource, 'resource', resource()).enforce();
    const found = find(call, input.Resource);
    if (!input.Tags || Object.keys(input.Tags).length === 0) {
      throw invalidParameter('An error occurred and the request cannot be processed.');
    }
    const merged = { ...found.tags, ...input.Tags };
    assertTags(merged);
    found.tags = merged;
    return {};
  };

  const untag: Operation<lambda.UntagResourceCommandInput, lambda.UntagResourceCommandOutput> = (input, call) => {
    const keys = input.TagKeys?.length ? input.TagKeys : undefined;
    new Constraints()
      .check(keys, 'tagKeys', { required: true })
      .check(input.Resource, 'resource', resource())
      .enforce();
    const found = find(call, input.Resource);
    found.tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !keys!.includes(key)));
    return {};
  };

  const list: Operation<lambda.ListTagsCommandInput, lambda.ListTagsCommandOutput> = (input, call) => {
    new Constraints().check(input.Resource, 'resource', resource()).enforce();
    return { Tags: { ...find(call, input.Resource).tags } };
  };

  return { TagResource: tag, UntagResource: untag, ListTags: list };
};

/** Throws `InvalidParameterValueException`. */
export function assertTags(wanted: Readonly<Tags> | undefined): void {
  if (Object.keys(wanted ?? {}).length > MOST_TAGS)
    throw invalidParameter('Number of tags exceeds resource tag limit.');
}
