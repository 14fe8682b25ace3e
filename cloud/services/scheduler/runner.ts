/** Fires schedules: one timer each, at the next firing. */
import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type Core, type Millis, type Principal, type TraceId } from '../../contract.ts';
import { type Dispatcher, type Failure, LONGEST_AGE, MOST_RETRIES } from '../../core/dispatch.ts';
import { nextFiring } from '../../core/schedule/firing.ts';
import { NOT_ASSUMABLE } from './errors.ts';
import type { Schedule, ScheduleStore } from './store.ts';
import { callOf } from './target.ts';

const isoSeconds = (at: Millis): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export class Runner {
  constructor(
    private readonly core: Core,
    private readonly store: ScheduleStore,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Sets the timer of a schedule that is new or has changed. A rate without a start fires at once. */
  start(schedule: Schedule): void {
    const { expression, input } = schedule.definition;
    const now = this.core.clock.now();
    const from = expression.kind === 'rate' && schedule.anchor === now ? now - 1 : now;
    const start = expression.kind === 'at' ? undefined : input.StartDate?.getTime();
    this.arm(schedule, Math.max(from, (start ?? Number.NEGATIVE_INFINITY) - 1));
  }

  /** Returns whether there is a firing to come. Dates of start and end do not concern one-time schedules. */
  private arm(schedule: Schedule, after: Millis): boolean {
    schedule.timer?.cancel();
    delete schedule.timer;
    const { definition, anchor } = schedule;
    const { expression, zone, input } = definition;
    const due = nextFiring(expression, after, { zone, anchor });
    const end = expression.kind === 'at' ? undefined : input.EndDate?.getTime();
    if (due === undefined || due > (end ?? Number.POSITIVE_INFINITY)) return false;
    if (!definition.enabled) return true;
    const { clock } = this.core;
    schedule.timer = clock.at(Math.max(clock.now(), due + this.shift(schedule, due)), () => {
      this.fire(schedule, due);
      if (!this.arm(schedule, due) && definition.deletesItself) this.complete(schedule);
    });
    return true;
  }

  /** Where in its flexible window a firing falls: anywhere, but the same for the same schedule and moment. */
  private shift(schedule: Schedule, due: Millis): Millis {
    const { Mode: mode, MaximumWindowInMinutes: minutes = 0 } = schedule.definition.input.FlexibleTimeWindow ?? {};
    if (mode !== 'FLEXIBLE') return 0;
    const hash = createHash('sha256').update(`${schedule.arn} ${due}`).digest();
    return Math.floor((hash.readUInt32BE() / 2 ** 32) * minutes * 60) * 1000;
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html, automatic deletion. */
  private complete(schedule: Schedule): void {
    this.store.remove(schedule);
    this.core.trace.add({
      kind: 'hop',
      accountId: schedule.group.accountId,
      service: 'scheduler',
      operation: 'DeleteAfterCompletion',
      resource: schedule.arn,
      cause: schedule.cause,
    });
  }

  private fire(schedule: Schedule, due: Millis): void {
    const { accountId } = schedule.group;
    const { target } = schedule.definition;
    const scheduledTime = isoSeconds(due);
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId,
      service: 'scheduler',
      operation: 'ScheduledEvent',
      resource: schedule.arn,
      cause: schedule.cause,
      detail: { scheduledTime },
    });
    const call = callOf(target, { region: this.core.region, accountId });
    const payload = 'payload' in call ? call.payload : this.event(schedule, scheduledTime);
    const executionId = (attempt: number) =>
      createHash('sha256').update(`${schedule.arn} ${due} ${attempt}`).digest('hex').slice(0, 16);
    const filled = (text: string, attempt: number) =>
      fillIn(text, {
        'schedule-arn': schedule.arn,
        'scheduled-time': scheduledTime,
        'execution-id': executionId(attempt),
        'attempt-number': String(attempt),
      });
    const as = (cause: TraceId) => this.assume(schedule, cause);
    const deadLetter = {
      as,
      message: (failure: Failure) => ({
        payload: filled(target.Input ?? payload, failure.retries + 1),
        attributes: {
          ...attributesOf(failure),
          EXECUTION_ID: executionId(failure.retries + 1),
          SCHEDULED_TIME: scheduledTime,
          SCHEDULE_ARN: schedule.arn,
          TARGET_ARN: target.Arn,
        },
      }),
    };
    const queue = target.DeadLetterConfig?.Arn;
    this.dispatcher.send({
      service: 'scheduler',
      accountId,
      source: schedule.name,
      sourceArn: schedule.arn,
      target: target.Arn,
      cause: hop,
      retries: target.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES,
      maximumAge: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? LONGEST_AGE / 1000) * 1000,
      message: (attempt) => ({ arn: call.arn, payload: filled(payload, attempt) }),
      as,
      ...(queue ? { deadLetter: { arn: queue, ...deadLetter } } : {}),
    });
  }

  /** What a target without input gets. */
  private event(schedule: Schedule, time: string): string {
    return JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: schedule.group.accountId,
      time,
      region: this.core.region,
      resources: [schedule.arn],
      detail: '{}',
    });
  }

  private assume(schedule: Schedule, cause: TraceId): Principal {
    const principal = this.core.identity.assumeFor(schedule.definition.target.RoleArn, {
      service: 'scheduler.amazonaws.com',
      sourceArn: schedule.group.arn,
      sourceAccount: schedule.group.accountId,
      sessionName: schedule.name,
      cause,
    });
    if (!principal) throw new AwsError('AccessDeniedException', NOT_ASSUMABLE, 403);
    return principal;
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const fillIn = (text: string, attributes: Readonly<Record<string, string>>): string =>
  text.replace(/<aws\.scheduler\.([a-z-]+)>/g, (token, name: string) => attributes[name] ?? token);

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
const attributesOf = ({ error, retries, exhausted }: Failure) => ({
  ERROR_CODE: error.code === 'QueueDoesNotExist' ? 'AWS.SimpleQueueService.NonExistentQueue' : error.code,
  ERROR_MESSAGE: error.message,
  IS_PAYLOAD_TRUNCATED: 'false',
  RETRY_ATTEMPTS: String(retries),
  ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
});
