/**
 * Calls to targets, at least once: what EventBridge, EventBridge Scheduler and SNS share. A call that fails for a while is made
 * again, later and later; what cannot succeed, or has failed too often or for too long, goes to the dead-letter queue.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
import {
  AwsError,
  type Core,
  type Delivery,
  type Fault,
  type Millis,
  type Principal,
  type Timer,
  type TraceId,
} from '../contract.ts';
import { assertPasses, latencyOf, metBy } from './faults.ts';

export interface Shipment {
  /** `events`, `scheduler` or `sns`: for the trace and for faults. */
  readonly service: string;
  /** For these too: `InvokeTarget` unless told. */
  readonly operation?: string;
  readonly accountId: string;
  /** Name of the rule, the schedule or the topic, which faults match. */
  readonly source: string;
  readonly sourceArn: string;
  /** ARN of the target. */
  readonly target: string;
  readonly cause: TraceId;
  readonly retries: number;
  readonly maximumAge: Millis;
  /** How long after the nth attempt has failed the next one is made, unless the usual delays do. */
  delayAfter?(attempts: number): Millis;
  /** The delivery that an attempt makes. Throws `AwsError` where none can be made. */
  message(attempt: number): { readonly arn: string } & Content;
  /** The role session that calls the target, where one does. Throws `AwsError`. */
  as?(cause: TraceId): Principal;
  readonly deadLetter?: DeadLetter;
}

export interface DeadLetter {
  /** ARN of the queue. */
  readonly arn: string;
  message(failure: Failure): Content;
  /** The role session that sends to the queue, where one does. Throws `AwsError`. */
  as?(cause: TraceId): Principal;
}

type Content = Pick<Delivery, 'payload' | 'attributes' | 'messageAttributes' | 'groupId'>;

export interface Failure {
  readonly error: AwsError;
  readonly retries: number;
  /** The limit that ended it; nothing where a retry would have been in vain. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** AWS's defaults, which are its greatest values too. */
export const MOST_RETRIES = 185;
export const LONGEST_AGE = 24 * 3_600_000;

/** Delays double from the first to the longest. With these, 185 retries take just less than the 24 hours that AWS gives them. */
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 8 * 60_000;

export class Dispatcher {
  private readonly waiting = new Map<Timer, string>();

  constructor(private readonly core: Core) {}

  /** Starts delivering. The rest happens by itself, on the cloud's clock. */
  send(shipment: Shipment): void {
    this.attempt(shipment, 1, this.core.clock.now());
  }

  reset(accountId?: string): void {
    for (const [timer, of] of this.waiting) {
      if (accountId !== undefined && of !== accountId) continue;
      timer.cancel();
      this.waiting.delete(timer);
    }
  }

  private attempt(shipment: Shipment, attempt: number, since: Millis): void {
    const { core } = this;
    const { service, operation = 'InvokeTarget', accountId, source, target, cause } = shipment;
    const hop = core.trace.add({
      kind: 'hop',
      accountId,
      service,
      operation,
      resource: target,
      cause,
      detail: { source, attempt },
    });
    const faults = metBy(hop, core, { accountId, service, operation, resource: source });
    const latency = latencyOf(faults);
    const act = () => void this.tryOnce(shipment, attempt, since, hop, faults);
    if (latency > 0) this.later(shipment, latency, act);
    else act();
  }

  private async tryOnce(
    shipment: Shipment,
    attempt: number,
    since: Millis,
    hop: TraceId,
    faults: readonly Fault[],
  ): Promise<void> {
    const { core } = this;
    const done = core.clock.busy('a call to a target');
    try {
      await this.deliver(shipment, attempt, hop, faults);
    } catch (thrown) {
      const error = thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', String(thrown), 400);
      core.trace.amend(hop, { error: error.code });
      await this.failed(shipment, attempt, since, error);
    } finally {
      done();
    }
  }

  private async deliver(shipment: Shipment, attempt: number, hop: TraceId, faults: readonly Fault[]): Promise<void> {
    assertPasses(faults, connectionFailure);
    const has = (kind: string) => faults.some(({ effect }) => effect.kind === kind);
    const as = shipment.as?.(hop);
    const { arn, ...content } = shipment.message(attempt);
    for (let times = has('duplicate-delivery') ? 2 : 1; times > 0; times--) {
      await this.core.targets.get(arn).deliver(arn, {
        ...content,
        from: `${shipment.service}.amazonaws.com`,
        sourceArn: shipment.sourceArn,
        sourceAccount: shipment.accountId,
        cause: hop,
        ...(as ? { as } : {}),
      });
    }
    if (has('lost-reply')) throw connectionFailure();
  }

  private async failed(shipment: Shipment, attempt: number, since: Millis, error: AwsError): Promise<void> {
    const { clock } = this.core;
    const retries = attempt - 1;
    const delay = shipment.delayAfter?.(attempt) ?? Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** retries);
    if (retries >= shipment.retries) {
      await this.giveUp(shipment, { error, retries, exhausted: 'MaximumRetryAttempts' });
    } else if (!isPassing(error)) {
      await this.giveUp(shipment, { error, retries });
    } else if (clock.now() + delay > since + shipment.maximumAge) {
      await this.giveUp(shipment, { error, retries, exhausted: 'MaximumEventAgeInSeconds' });
    } else {
      this.later(shipment, delay, () => this.attempt(shipment, attempt + 1, since));
    }
  }

  private later(shipment: Shipment, delay: Millis, act: () => void): void {
    const { clock } = this.core;
    const timer = clock.at(clock.now() + delay, () => {
      this.waiting.delete(timer);
      act();
    });
    this.waiting.set(timer, shipment.accountId);
  }

  private async giveUp(shipment: Shipment, failure: Failure): Promise<void> {
    const { core } = this;
    const { service, accountId, source, sourceArn, deadLetter } = shipment;
    const hop = core.trace.add({
      kind: 'hop',
      accountId,
      service,
      operation: deadLetter ? 'SendToDeadLetterQueue' : 'DropEvent',
      resource: deadLetter?.arn ?? shipment.target,
      cause: shipment.cause,
      detail: { source, retries: failure.retries, why: failure.error.code },
    });
    if (!deadLetter) return;
    try {
      const as = deadLetter.as?.(hop);
      await core.targets.get(deadLetter.arn).deliver(deadLetter.arn, {
        ...deadLetter.message(failure),
        from: `${service}.amazonaws.com`,
        sourceArn,
        sourceAccount: accountId,
        cause: hop,
        ...(as ? { as } : {}),
      });
    } catch (error) {
      // AWS counts it in a metric (InvocationsFailedToBeSentToDlq) and drops the event.
      core.trace.amend(hop, { error: error instanceof Error ? error.name : String(error) });
    }
  }
}

const connectionFailure = (): AwsError => new AwsError('ConnectionFailure', 'The connection to the target broke.', 503);

/** Throttling and failures of the target pass; a missing permission or target stays until somebody acts. */
const isPassing = ({ code, status }: AwsError): boolean =>
  status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
