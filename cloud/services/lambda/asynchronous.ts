/**
 * Asynchronous invocations: events wait in a queue of Lambda's own, are tried again when the function fails or is throttled,
 * and are dropped in the end, after whoever is to learn of it has been told.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type Core, type Millis, type Timer, type TraceId } from '../../contract.ts';
import type { Condition, Destinations } from './destinations.ts';
import { throttled } from './errors.ts';
import type { Invoked, Invoker } from './invoker.ts';
import type { Meter } from './meter.ts';
import type { FunctionStore, LambdaFunction } from './store.ts';

const RETRY_AFTER: readonly Millis[] = [60_000, 120_000];
const MAXIMUM_AGE: Millis = 6 * 3_600_000;
const FIRST_BACKOFF: Millis = 1000;
const LONGEST_BACKOFF: Millis = 5 * 60_000;

export interface AsyncEvent {
  readonly accountId: string;
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly payload: string;
  readonly receivedAt: Millis;
  readonly requestId: string;
  readonly cause: TraceId;
  /** How often the function has run. */
  invocations: number;
  throttles: number;
  /** How the last run ended. */
  last?: Invoked;
  /** What kept it from running, since then. */
  refused?: AwsError;
}

export class AsyncQueue {
  private readonly waiting = new Map<Timer, string>();

  constructor(
    private readonly core: Core,
    private readonly store: FunctionStore,
    private readonly invoker: Invoker,
    private readonly meter: Meter,
    private readonly destinations: Destinations,
  ) {}

  /** Queues an event; Lambda invokes the function soon, and twice more when it fails. */
  enqueue(
    of: LambdaFunction,
    qualifier: string | undefined,
    payload: string,
    cause: TraceId,
    requestId: string = randomUUID(),
  ): void {
    this.meter.count(of, qualifier, 'AsyncEventsReceived', cause);
    this.schedule(
      {
        accountId: of.accountId,
        name: of.name,
        qualifier,
        payload,
        receivedAt: this.core.clock.now(),
        requestId,
        cause,
        invocations: 0,
        throttles: 0,
      },
      0,
    );
  }

  private schedule(event: AsyncEvent, delay: Millis): void {
    const timer = this.core.clock.at(this.core.clock.now() + delay, () => {
      this.waiting.delete(timer);
      // Not awaited: it may wait for the clock itself.
      void this.attempt(event);
    });
    this.waiting.set(timer, event.accountId);
  }

  /** Forgets the events that wait. */
  reset(accountId?: string): void {
    for (const [timer, of] of this.waiting) {
      if (accountId !== undefined && of !== accountId) continue;
      timer.cancel();
      this.waiting.delete(timer);
    }
  }

  private async attempt(event: AsyncEvent): Promise<void> {
    const of = this.store.find(event.accountId, event.name);
    if (!of) return;
    if (of.reservedConcurrency === 0) {
      event.refused = throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
      await this.giveUp(of, event, 'ZeroReservedConcurrency');
      return;
    }
    const { clock } = this.core;
    const { qualifier, cause } = event;
    this.meter.put(of, qualifier, clock.now(), cause, [
      ['Milliseconds', 'AsyncEventAge', clock.now() - event.receivedAt],
    ]);
    try {
      event.last = await this.invoker.invoke(of, qualifier, event.payload, cause, event.requestId);
    } catch (error) {
      // Throttled, or not yet ready: such attempts do not count as tries.
      if (!(error instanceof AwsError)) throw error;
      event.refused = error;
      const delay = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** event.throttles++);
      await this.again(of, event, delay);
      return;
    }
    delete event.refused;
    event.invocations++;
    if (event.last.outcome.ok) await this.destinations.tell(of, event, 'Success', cause);
    else if (event.invocations > this.retries(of, event)) await this.giveUp(of, event, 'RetriesExhausted');
    else await this.again(of, event, RETRY_AFTER[event.invocations - 1]!);
  }

  private retries(of: LambdaFunction, { qualifier }: AsyncEvent): number {
    return of.asynchronous.get(qualifier ?? '$LATEST')?.retries ?? RETRY_AFTER.length;
  }

  /** Tries again later, unless the event would be too old by then. */
  private async again(of: LambdaFunction, event: AsyncEvent, delay: Millis): Promise<void> {
    const seconds = of.asynchronous.get(event.qualifier ?? '$LATEST')?.maximumAge;
    const age = this.core.clock.now() + delay - event.receivedAt;
    if (age >= (seconds === undefined ? MAXIMUM_AGE : seconds * 1000)) {
      await this.giveUp(of, event, 'EventAgeExceeded');
    } else this.schedule(event, delay);
  }

  private async giveUp(of: LambdaFunction, event: AsyncEvent, why: Condition): Promise<void> {
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId: of.accountId,
      service: 'lambda',
      operation: 'DropEvent',
      resource: of.arn,
      cause: event.cause,
      detail: { requestId: event.requestId, why },
    });
    this.meter.count(of, event.qualifier, 'AsyncEventsDropped', hop);
    await this.destinations.tell(of, event, why, hop);
  }
}
