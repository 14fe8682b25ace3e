/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html */
import type {
  ListTagsOfResourceCommandInput,
  ListTagsOfResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { arnOf, authorize } from '../access.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';

const MOST_TAGS = 50;

export const tagResource =
  (tables: Tables): Operation<TagResourceCommandInput, TagResourceCommandOutput> =>
  (input, call) => {
    const constraints = new Constraints().required('resourceArn', input.ResourceArn).required('tags', input.Tags);
    constraints.check();
    if (input.Tags!.length === 0) throw validation('Atleast one Tag needs to be provided as Input.');
    addTags(taggedTable(tables, call, input.ResourceArn!), input.Tags!);
    return {};
  };

export const untagResource =
  (tables: Tables): Operation<UntagResourceCommandInput, UntagResourceCommandOutput> =>
  (input, call) => {
    const { ResourceArn, TagKeys } = input;
    new Constraints().required('resourceArn', ResourceArn).required('tagKeys', TagKeys).check();
    if (TagKeys!.length === 0) throw validation('Atleast one Tag Key needs to be provided as Input.');
    const { tags } = taggedTable(tables, call, ResourceArn!);
    for (const key of TagKeys!) tags.delete(key);
    return {};
  };

export const listTagsOfResource =
  (tables: Tables): Operation<ListTagsOfResourceCommandInput, ListTagsOfResourceCommandOutput> =>
  (input, call) => {
    new Constraints().required('resourceArn', input.ResourceArn).check();
    const { tags } = taggedTable(tables, call, input.ResourceArn!);
    return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
  };

/** Throws `ValidationException` for more tags than a table may have, and changes nothing then. */
export function addTags(table: Table, tags: readonly Tag[]): void {
  const constraints = new Constraints();
  for (const [index, { Key, Value }] of tags.entries()) {
    const at = `tags.${index + 1}.member`;
    constraints.required(`${at}.key`, Key).length(`${at}.key`, Key, 1, 128);
    constraints.required(`${at}.value`, Value).length(`${at}.value`, Value, 0, 256);
  }
  constraints.check();
  const keys = new Set([...table.tags.keys(), ...tags.map(({ Key }) => Key)]);
  if (keys.size > MOST_TAGS) throw validation('One or more parameter values were invalid: Too many tags');
  for (const { Key, Value } of tags) table.tags.set(Key!, Value!);
}

function taggedTable(tables: Tables, call: Call, arn: string): Table {
  if (!arn.startsWith('arn:')) throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  authorize(call, arnOf(call, arn));
  const table = tables.find(arn);
  if (table) return table;
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`, 400);
}
