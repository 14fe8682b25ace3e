/** Mirrors https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html and its siblings. */
import type * as scheduler from '@aws-sdk/client-scheduler';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import { authorize } from '../access.ts';
import { NAME } from '../definition.ts';
import { conflict, groupNotFound, invalid, invalidToken } from '../errors.ts';
import type { Tokens } from '../idempotency.ts';
import type { Group, ScheduleStore } from '../store.ts';

export const groups = (store: ScheduleStore, tokens: Tokens) => {
  const checked = (name: string | undefined, call: Call): string => {
    new Constraints().check(name, 'name', { required: true, ...NAME }).enforce();
    authorize(call, store.groupArn(call.accountId, name!));
    return name!;
  };

  /** Throws `ConflictException`. */
  const create: Operation<scheduler.CreateScheduleGroupCommandInput, scheduler.CreateScheduleGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = checked(input.Name, call);
    return tokens.once(input, call, () => {
      if (store.findGroup(call.accountId, name)) throw conflict(`Schedule group ${name} already exists.`);
      const group = store.addGroup(call.accountId, name);
      group.tags = asRecord(input.Tags);
      return { ScheduleGroupArn: group.arn };
    });
  };

  const get: Operation<scheduler.GetScheduleGroupCommandInput, scheduler.GetScheduleGroupCommandOutput> = (
    input,
    call,
  ) => describe(store.group(call.accountId, checked(input.Name, call)));

  /** Takes its schedules along. */
  const remove: Operation<scheduler.DeleteScheduleGroupCommandInput, scheduler.DeleteScheduleGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = checked(input.Name, call);
    if (name === 'default') throw invalid('Cannot delete the default schedule group.');
    return tokens.once(input, call, () => {
      store.removeGroup(store.group(call.accountId, name));
      return {};
    });
  };

  const list: Operation<scheduler.ListScheduleGroupsCommandInput, scheduler.ListScheduleGroupsCommandOutput> = (
    input,
    call,
  ) => {
    new Constraints().check(input.MaxResults, 'maxResults', { range: [1, 100] }).enforce();
    authorize(call, '*');
    const found = store.list(call.accountId).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
    const part = { token: input.NextToken, size: input.MaxResults ?? 100, call };
    const { items, next } = page(found, ({ name }) => [name], part, invalidToken);
    return { ScheduleGroups: items.map(describe), ...(next ? { NextToken: next } : {}) };
  };

  /** Groups alone have tags. Throws `ResourceNotFoundException`. */
  const byArn = (arn: string | undefined, call: Call): Group => {
    new Constraints().check(arn, 'resourceArn', { required: true, length: [1, 1011] }).enforce();
    authorize(call, arn!);
    const name = /^arn:aws:scheduler:[\w-]+:\d{12}:schedule-group\/([\w.-]+)$/.exec(arn!)?.[1];
    if (name === undefined) throw invalid('Provided Arn is not in correct format.');
    const group = store.findGroup(call.accountId, name);
    if (!group || group.arn !== arn) throw groupNotFound(name);
    return group;
  };

  const tag: Operation<scheduler.TagResourceCommandInput, scheduler.TagResourceCommandOutput> = (input, call) => {
    const group = byArn(input.ResourceArn, call);
    group.tags = { ...group.tags, ...asRecord(input.Tags) };
    return {};
  };

  const untag: Operation<scheduler.UntagResourceCommandInput, scheduler.UntagResourceCommandOutput> = (input, call) => {
    const group = byArn(input.ResourceArn, call);
    const gone = input.TagKeys ?? [];
    group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !gone.includes(key)));
    return {};
  };

  const listTags: Operation<scheduler.ListTagsForResourceCommandInput, scheduler.ListTagsForResourceCommandOutput> = (
    input,
    call,
  ) => ({ Tags: Object.entries(byArn(input.ResourceArn, call).tags).map(([Key, Value]) => ({ Key, Value })) });

  return {
    CreateScheduleGroup: create,
    GetScheduleGroup: get,
    DeleteScheduleGroup: remove,
    ListScheduleGroups: list,
    TagResource: tag,
    UntagResource: untag,
    ListTagsForResource: listTags,
  };
};

const asRecord = (tags: readonly scheduler.Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value!]));

const describe = (group: Group) => ({
  Arn: group.arn,
  Name: group.name,
  State: 'ACTIVE' as const,
  CreationDate: new Date(group.createdAt),
  LastModificationDate: new Date(group.modifiedAt),
});
