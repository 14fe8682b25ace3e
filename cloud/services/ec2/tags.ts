/** Tags of instances. Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html and its siblings. */
import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { authorize, authorizeOn } from './access.ts';
import { type Ec2, instancesOf } from './ec2.ts';
import { dryRun, missing } from './errors.ts';
import { type Filterable, matching, pageOf } from './filters.ts';
import { checkReadable } from './metadata-options.ts';
import type { Instance } from './store.ts';
import { checkTags, putTags } from './tag-rules.ts';

export const tags = (own: Ec2) => {
  /** Instances are the only resources that this cloud has to put tags on. */
  const resources = (call: Call, ids: readonly string[] | undefined): Instance[] => {
    if (!ids || ids.length === 0) throw missing('resourceIdSet');
    const other = ids.find((id) => !id.startsWith('i-'));
    if (other !== undefined) throw new AwsError('InvalidID', `The ID '${other}' is not valid`);
    return instancesOf(own, call, ids);
  };

  const create: Operation<ec2.CreateTagsCommandInput, ec2.CreateTagsCommandOutput> = (input, call) => {
    const instances = resources(call, input.Resources);
    if (!input.Tags || input.Tags.length === 0) throw missing('tagSet');
    checkTags(input.Tags);
    const keys = input.Tags.map(({ Key }) => Key!);
    for (const { metadata } of instances) checkReadable(metadata, keys);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    for (const instance of instances) putTags(instance.tags, input.Tags);
    return {};
  };

  /** A tag with a value goes only where it has that value; without one it goes whatever it has; without tags all go. */
  const remove: Operation<ec2.DeleteTagsCommandInput, ec2.DeleteTagsCommandOutput> = (input, call) => {
    const instances = resources(call, input.Resources);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    for (const { tags: on } of instances) {
      if (!input.Tags || input.Tags.length === 0) on.clear();
      for (const { Key = '', Value } of input.Tags ?? []) {
        if (Value === undefined || on.get(Key) === Value) on.delete(Key);
      }
    }
    return {};
  };

  const describe: Operation<ec2.DescribeTagsCommandInput, ec2.DescribeTagsCommandOutput> = (input, call) => {
    authorize(call, 'ec2:DescribeTags', '*');
    if (input.DryRun) throw dryRun();
    const all = own.store
      .of(call.accountId)
      .flatMap(({ id, serial, tags: on }) =>
        [...on].map(([Key, Value]) => ({ serial, Key, ResourceId: id, ResourceType: 'instance' as const, Value })),
      );
    const found = matching(all, input.Filters, tagFilters);
    const { items, next } = pageOf(found, ({ serial, Key }) => [serial, Key], call, {
      size: input.MaxResults,
      token: input.NextToken,
    });
    return { Tags: items.map(({ serial: _, ...tag }) => tag), ...(next === undefined ? {} : { NextToken: next }) };
  };

  return { CreateTags: create, DeleteTags: remove, DescribeTags: describe };
};

interface Described {
  /** Of its instance. */
  readonly serial: number;
  readonly Key: string;
  readonly ResourceId: string;
  readonly ResourceType: string;
  readonly Value: string;
}

const tagFields: Readonly<Record<string, keyof Omit<Described, 'serial'>>> = {
  key: 'Key',
  'resource-id': 'ResourceId',
  'resource-type': 'ResourceType',
  value: 'Value',
};

const tagFilters: Filterable<Described> = {
  operation: 'DescribeTags',
  look(name) {
    const key = /^tag:(.+)$/.exec(name)?.[1];
    if (key !== undefined) return ({ Key, Value }) => (Key === key ? [Value] : []);
    const field = Object.hasOwn(tagFields, name) ? tagFields[name] : undefined;
    return field && ((tag) => [tag[field]]);
  },
  others: [],
};
