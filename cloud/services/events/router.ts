/** From an event to the targets of the rules that it matches, and from a rule's schedule to an event. */
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError, type Core, type Principal, type TraceId } from '../../contract.ts';
import { type Dispatcher, type Failure, LONGEST_AGE, MOST_RETRIES } from '../../core/dispatch.ts';
import { nextFiring } from '../../core/schedule/firing.ts';
import { zoneOf } from '../../core/schedule/zone.ts';
import { type BusEvent, newEvent } from './event.ts';
import { inputOf } from './input.ts';
import { matches } from './pattern.ts';
import type { Bus, Rule } from './store.ts';

export class Router {
  constructor(
    private readonly core: Core,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Sends an event to all whose rules it matches. Returns at once. */
  publish(bus: Bus, event: BusEvent, cause: TraceId): void {
    for (const rule of bus.rules.values()) {
      if (rule.state !== 'DISABLED' && rule.pattern && matches(rule.pattern.parsed, event))
        this.send(rule, event, cause);
    }
  }

  /**
   * Sets a rule's timer to its next firing, or takes it away. A rate counts from when the rule got it; cron is in UTC.
   * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
   */
  arm(rule: Rule): void {
    const { schedule } = rule;
    schedule?.timer?.cancel();
    if (!schedule || rule.state === 'DISABLED') return;
    const zone = zoneOf('UTC')!;
    const due = nextFiring(schedule.parsed, Math.max(this.core.clock.now(), schedule.anchor), {
      zone,
      anchor: schedule.anchor,
    });
    if (due === undefined) return;
    schedule.timer = this.core.clock.at(due, () => {
      this.arm(rule);
      this.fire(rule, due, schedule.cause);
    });
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html shows the event. */
  private fire(rule: Rule, due: number, cause: TraceId): void {
    const { accountId } = rule.bus;
    const event = newEvent(
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: accountId,
        region: this.core.region,
        resources: [rule.arn],
        detail: {},
      },
      due,
    );
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId,
      service: 'events',
      operation: 'ScheduledEvent',
      resource: rule.arn,
      cause,
      detail: { eventId: event.id, time: event.time },
    });
    this.send(rule, event, hop);
  }

  private send(rule: Rule, event: BusEvent, cause: TraceId): void {
    for (const target of rule.targets.values()) this.sendTo(rule, target, event, cause);
  }

  private sendTo(rule: Rule, target: Target, event: BusEvent, cause: TraceId): void {
    const arn = target.Arn!;
    const { accountId } = rule.bus;
    const subject = { event, ruleArn: rule.arn, ruleName: rule.name, receivedAt: this.core.clock.now() };
    const queue = target.DeadLetterConfig?.Arn;
    const { RoleArn: role, SqsParameters: { MessageGroupId: groupId } = {} } = target;
    this.dispatcher.send({
      service: 'events',
      accountId,
      source: rule.name,
      sourceArn: rule.arn,
      target: arn,
      cause,
      retries: target.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES,
      maximumAge: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? LONGEST_AGE / 1000) * 1000,
      message: () => ({ arn, payload: inputOf(target, subject), ...(groupId ? { groupId } : {}) }),
      ...(role ? { as: (hop: TraceId) => this.assume(role, rule, hop) } : {}),
      ...(queue
        ? {
            deadLetter: {
              arn: queue,
              // The event as it was: what the target would have got is made from it.
              message: (failure: Failure) => ({
                payload: JSON.stringify(event),
                attributes: deadLetterAttributes(rule, arn, failure),
              }),
            },
          }
        : {}),
    });
  }

  private assume(role: string, rule: Rule, cause: TraceId): Principal {
    const principal = this.core.identity.assumeFor(role, {
      service: 'events.amazonaws.com',
      sourceArn: rule.arn,
      sourceAccount: rule.bus.accountId,
      sessionName: rule.name.slice(0, 64),
      cause,
    });
    if (!principal) throw new AwsError('FAILED_TO_ASSUME_ROLE', `EventBridge may not assume the role ${role}.`, 403);
    return principal;
  }
}

const deadLetterAttributes = (rule: Rule, target: string, { error, retries, exhausted }: Failure) => ({
  RULE_ARN: rule.arn,
  TARGET_ARN: target,
  ERROR_CODE: deadLetterCode(error),
  ERROR_MESSAGE: error.message,
  RETRY_ATTEMPTS: String(retries),
  ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
});

/** EventBridge has names of its own for what went wrong. */
function deadLetterCode({ code, status }: AwsError): string {
  if (/^[A-Z_]+$/.test(code)) return code;
  if (/AccessDenied/.test(code)) return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist/.test(code)) return 'NO_RESOURCE';
  if (status === 429 || /Throttl|TooManyRequests/.test(code)) return 'THROTTLING';
  return code === 'ConnectionFailure' ? 'CONNECTION_FAILURE' : 'ERROR_FROM_TARGET';
}
