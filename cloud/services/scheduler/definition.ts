/** Checks what a client says of a schedule, and reads it. */
import type { CreateScheduleCommandInput, UpdateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { Call } from '../../contract.ts';
import { Constraints } from '../../core/constraints.ts';
import { LONGEST_AGE, MOST_RETRIES } from '../../core/dispatch.ts';
import { parseExpression } from '../../core/schedule/expression.ts';
import { zoneOf } from '../../core/schedule/zone.ts';
import { invalid, NOT_ASSUMABLE } from './errors.ts';
import type { Definition, Group } from './store.ts';
import { callOf } from './target.ts';

export const NAME = { pattern: '^[0-9a-zA-Z-_.]+$', length: [1, 64] } as const;
const SERVICE = 'scheduler.amazonaws.com';
const FIVE_MINUTES = 5 * 60_000;

/** Mirrors https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html. Throws `ValidationException`, `AccessDeniedException`. */
export function readDefinition(
  input: CreateScheduleCommandInput | UpdateScheduleCommandInput,
  group: Group,
  call: Call,
): Definition {
  const { ScheduleExpression: text, ScheduleExpressionTimezone: zoneName = 'UTC', Target: target } = input;
  const expression = parseExpression(text!);
  if (!expression) throw invalid(`Invalid Schedule Expression ${text}.`);
  const zone = zoneOf(zoneName);
  if (!zone) throw invalid(`Invalid Schedule Expression Timezone ${zoneName}.`);
  checkWindow(input);
  if (expression.kind !== 'at') checkDates(input, call.core.clock.now());
  callOf(target!, call);
  const queue = target!.DeadLetterConfig?.Arn;
  if (queue !== undefined && !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(queue)) {
    throw invalid('The dead-letter queue you provide must be a standard Amazon SQS queue.');
  }
  const { identity } = call.core;
  const role = { service: SERVICE, sourceArn: group.arn, sourceAccount: group.accountId };
  identity.assertPassable(call.principal, target!.RoleArn!, SERVICE);
  if (!identity.assumeFor(target!.RoleArn!, { ...role, sessionName: 'check' })) throw invalid(NOT_ASSUMABLE);
  return {
    input,
    expression,
    zone,
    target: {
      ...target,
      Arn: target!.Arn!,
      RoleArn: target!.RoleArn!,
      RetryPolicy: {
        MaximumEventAgeInSeconds: target!.RetryPolicy?.MaximumEventAgeInSeconds ?? LONGEST_AGE / 1000,
        MaximumRetryAttempts: target!.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES,
      },
    },
    enabled: input.State !== 'DISABLED',
    deletesItself: input.ActionAfterCompletion === 'DELETE',
  };
}

export function checkMembers(input: CreateScheduleCommandInput | UpdateScheduleCommandInput): void {
  const { Target: target, FlexibleTimeWindow: window } = input;
  new Constraints()
    .check(input.Name, 'name', { required: true, ...NAME })
    .check(input.GroupName, 'groupName', NAME)
    .check(input.ScheduleExpression, 'scheduleExpression', { required: true, length: [1, 256] })
    .check(input.ScheduleExpressionTimezone, 'scheduleExpressionTimezone', { length: [1, 50] })
    .check(input.Description, 'description', { length: [0, 512] })
    .check(input.State, 'state', { oneOf: ['ENABLED', 'DISABLED'] })
    .check(input.ActionAfterCompletion, 'actionAfterCompletion', { oneOf: ['NONE', 'DELETE'] })
    .check(input.ClientToken, 'clientToken', { pattern: '^[a-zA-Z0-9-_]+$', length: [1, 64] })
    .check(window?.Mode, 'flexibleTimeWindow.mode', { required: true, oneOf: ['OFF', 'FLEXIBLE'] })
    .check(window?.MaximumWindowInMinutes, 'flexibleTimeWindow.maximumWindowInMinutes', { range: [1, 1440] })
    .check(target?.Arn, 'target.arn', { required: true, length: [1, 1600] })
    .check(target?.RoleArn, 'target.roleArn', {
      required: true,
      pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+$',
      length: [1, 1600],
    })
    .check(target?.Input, 'target.input', { length: [1, 256 * 1024] })
    .check(target?.RetryPolicy?.MaximumRetryAttempts, 'target.retryPolicy.maximumRetryAttempts', { range: [0, 185] })
    .check(target?.RetryPolicy?.MaximumEventAgeInSeconds, 'target.retryPolicy.maximumEventAgeInSeconds', {
      range: [60, 86400],
    })
    .enforce();
}

function checkWindow({ FlexibleTimeWindow: window }: CreateScheduleCommandInput | UpdateScheduleCommandInput): void {
  const given = window?.MaximumWindowInMinutes !== undefined;
  if (window?.Mode === 'FLEXIBLE' && !given) {
    throw invalid('MaximumWindowInMinutes must be provided when FlexibleTimeWindow Mode is FLEXIBLE.');
  }
  if (window?.Mode === 'OFF' && given) {
    throw invalid('MaximumWindowInMinutes can only be provided when FlexibleTimeWindow Mode is FLEXIBLE.');
  }
}

function checkDates(
  { StartDate: start, EndDate: end }: CreateScheduleCommandInput | UpdateScheduleCommandInput,
  now: number,
): void {
  if (start && start.getTime() < now - FIVE_MINUTES) {
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  }
  if (end && end.getTime() <= now) throw invalid('The EndDate you specify must be in the future.');
  if (start && end && end <= start) throw invalid('The EndDate you specify must be later than the StartDate.');
}
