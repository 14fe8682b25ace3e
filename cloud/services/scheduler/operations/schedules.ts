/** Mirrors https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html and its siblings. */
import type * as scheduler from '@aws-sdk/client-scheduler';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import { authorize } from '../access.ts';
import { checkMembers, NAME, readDefinition } from '../definition.ts';
import { conflict, invalidToken } from '../errors.ts';
import type { Tokens } from '../idempotency.ts';
import type { Runner } from '../runner.ts';
import type { Schedule, ScheduleStore } from '../store.ts';

export const schedules = (store: ScheduleStore, runner: Runner, tokens: Tokens) => {
  /** Throws `ConflictException`, `ResourceNotFoundException` (the group), `ValidationException`. */
  const create: Operation<scheduler.CreateScheduleCommandInput, scheduler.CreateScheduleCommandOutput> = (
    input,
    call,
  ) => {
    checkMembers(input);
    const [name, groupName] = [input.Name!, input.GroupName ?? 'default'];
    const arn = store.scheduleArn(call.accountId, groupName, name);
    authorize(call, arn);
    return tokens.once(input, call, () => {
      const group = store.group(call.accountId, groupName);
      const definition = readDefinition(input, group, call);
      if (group.schedules.has(name)) throw conflict(`Schedule ${name} already exists.`);
      const now = call.core.clock.now();
      const schedule: Schedule = {
        group,
        name,
        arn,
        createdAt: now,
        modifiedAt: now,
        definition,
        anchor: input.StartDate?.getTime() ?? now,
        cause: call.traceId,
      };
      group.schedules.set(name, schedule);
      runner.start(schedule);
      return { ScheduleArn: arn };
    });
  };

  const find = (input: { Name?: string | undefined; GroupName?: string | undefined }, call: Call): Schedule => {
    new Constraints()
      .check(input.Name, 'name', { required: true, ...NAME })
      .check(input.GroupName, 'groupName', NAME)
      .enforce();
    const group = input.GroupName ?? 'default';
    authorize(call, store.scheduleArn(call.accountId, group, input.Name!));
    return store.schedule(call.accountId, group, input.Name!);
  };

  const get: Operation<scheduler.GetScheduleCommandInput, scheduler.GetScheduleCommandOutput> = (input, call) =>
    describe(find(input, call));

  /** Everything is replaced: what the request leaves out goes back to its default. A rate that stays the same counts on. */
  const update: Operation<scheduler.UpdateScheduleCommandInput, scheduler.UpdateScheduleCommandOutput> = (
    input,
    call,
  ) => {
    checkMembers(input);
    return tokens.once(input, call, () => {
      const schedule = find(input, call);
      const definition = readDefinition(input, schedule.group, call);
      const now = call.core.clock.now();
      const same = schedule.definition.input.ScheduleExpression === input.ScheduleExpression;
      schedule.anchor = input.StartDate?.getTime() ?? (same ? schedule.anchor : now);
      schedule.definition = definition;
      schedule.modifiedAt = now;
      schedule.cause = call.traceId;
      runner.start(schedule);
      return { ScheduleArn: schedule.arn };
    });
  };

  const remove: Operation<scheduler.DeleteScheduleCommandInput, scheduler.DeleteScheduleCommandOutput> = (
    input,
    call,
  ) =>
    tokens.once(input, call, () => {
      store.remove(find(input, call));
      return {};
    });

  const list: Operation<scheduler.ListSchedulesCommandInput, scheduler.ListSchedulesCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.GroupName, 'groupName', NAME)
      .check(input.NamePrefix, 'namePrefix', NAME)
      .check(input.MaxResults, 'maxResults', { range: [1, 100] })
      .enforce();
    authorize(call, '*');
    const groups = input.GroupName ? [store.group(call.accountId, input.GroupName)] : store.list(call.accountId);
    const found = groups
      .flatMap((group) => [...group.schedules.values()])
      .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      .filter((schedule) => input.State === undefined || stateOf(schedule) === input.State);
    const part = { token: input.NextToken, size: input.MaxResults ?? 100, call };
    const { items, next } = page(found, ({ group, name }) => [group.name, name], part, invalidToken);
    return { Schedules: items.map(summarise), ...(next ? { NextToken: next } : {}) };
  };

  return {
    CreateSchedule: create,
    GetSchedule: get,
    UpdateSchedule: update,
    DeleteSchedule: remove,
    ListSchedules: list,
  };
};

const stateOf = ({ definition }: Schedule): 'ENABLED' | 'DISABLED' => (definition.enabled ? 'ENABLED' : 'DISABLED');

const named = (schedule: Schedule) => ({
  Arn: schedule.arn,
  GroupName: schedule.group.name,
  Name: schedule.name,
  State: stateOf(schedule),
  CreationDate: new Date(schedule.createdAt),
  LastModificationDate: new Date(schedule.modifiedAt),
});

const summarise = (schedule: Schedule) => ({
  ...named(schedule),
  Target: { Arn: schedule.definition.target.Arn },
});

function describe(schedule: Schedule) {
  const { input, zone, target, deletesItself } = schedule.definition;
  return {
    ...named(schedule),
    ScheduleExpression: input.ScheduleExpression,
    ScheduleExpressionTimezone: zone.name,
    StartDate: input.StartDate,
    EndDate: input.EndDate,
    Description: input.Description,
    KmsKeyArn: input.KmsKeyArn,
    FlexibleTimeWindow: input.FlexibleTimeWindow,
    Target: target,
    ActionAfterCompletion: deletesItself ? ('DELETE' as const) : ('NONE' as const),
  };
}
