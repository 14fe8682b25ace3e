/** Invocations, synchronous and asynchronous: who waits, who retries. */
import { randomUUID } from 'node:crypto';
import { AwsError, type Core, type TraceId } from '../../contract.ts';
import type { Result } from './environment.ts';
import { conflict } from './errors.ts';
import { Meter } from './meter.ts';
import type { Pool } from './pool.ts';
import { type FunctionStore, type LambdaFunction, resolveVersion, type Version } from './store.ts';

export type Invoked = Result & { readonly version: Version; readonly logStream: string; readonly requestId: string };

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_AFTER = [60_000, 120_000];
const MAXIMUM_AGE = 6 * 3_600_000;
const FIRST_BACKOFF = 1000;
const LONGEST_BACKOFF = 5 * 60_000;

interface AsyncEvent {
  readonly accountId: string;
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly payload: string;
  readonly receivedAt: number;
  readonly requestId: string;
  readonly cause: TraceId;
  failures: number;
  throttles: number;
}

export class Invoker {
  private readonly meter: Meter;

  constructor(
    private readonly core: Core,
    private readonly store: FunctionStore,
    private readonly pool: Pool,
  ) {
    this.meter = new Meter(core);
  }

  /** Runs a function and waits for its end. Throws for what keeps it from starting; a failing function is a result. */
  async invoke(
    of: LambdaFunction,
    qualifier: string | undefined,
    payload: string,
    cause: TraceId,
    requestId: string = randomUUID(),
  ): Promise<Invoked> {
    if (of.state === 'Pending') {
      throw conflict(
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
      );
    }
    const version = resolveVersion(of, qualifier, Math.random);
    const functionArn = qualifier === undefined ? of.arn : `${of.arn}:${qualifier}`;
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId: of.accountId,
      service: 'lambda',
      operation: 'Invocation',
      resource: functionArn,
      cause,
      detail: { requestId, version: version.name },
    });
    const result = await this.meter.measure(of, qualifier, hop, () =>
      this.pool.run(of, version, { requestId, payload, functionArn, cause: hop }),
    );
    this.core.trace.amend(hop, {
      detail: { environment: result.logStream },
      ...(result.outcome.ok ? {} : { error: errorType(result.outcome.failure.body) }),
    });
    return { ...result, version, requestId };
  }

  /** Queues an event; Lambda invokes the function soon, and twice more when it fails. */
  enqueue(
    of: LambdaFunction,
    qualifier: string | undefined,
    payload: string,
    cause: TraceId,
    requestId: string = randomUUID(),
  ): void {
    const event: AsyncEvent = {
      accountId: of.accountId,
      name: of.name,
      qualifier,
      payload,
      receivedAt: this.core.clock.now(),
      requestId,
      cause,
      failures: 0,
      throttles: 0,
    };
    this.schedule(event, 0);
  }

  private schedule(event: AsyncEvent, delay: number): void {
    this.core.clock.at(this.core.clock.now() + delay, () => {
      // Not awaited: it may wait for the clock itself.
      void this.attempt(event);
    });
  }

  private async attempt(event: AsyncEvent): Promise<void> {
    const of = this.store.find(event.accountId, event.name);
    if (!of) return;
    const options = of.asynchronous.get(event.qualifier ?? '$LATEST');
    const retries = options?.retries ?? RETRY_AFTER.length;
    const expires = event.receivedAt + Math.min(MAXIMUM_AGE, (options?.maximumAge ?? MAXIMUM_AGE / 1000) * 1000);
    const again = (delay: number) => {
      if (this.core.clock.now() + delay > expires) this.giveUp(of, event, 'EventAgeExceeded');
      else this.schedule(event, delay);
    };
    try {
      const result = await this.invoke(of, event.qualifier, event.payload, event.cause, event.requestId);
      if (result.outcome.ok) return;
      if (event.failures >= retries) this.giveUp(of, event, 'RetriesExhausted');
      else again(RETRY_AFTER[event.failures++]!);
    } catch (error) {
      // Throttled, or not yet ready: such attempts do not count as tries.
      if (!(error instanceof AwsError)) throw error;
      again(Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** event.throttles++));
    }
  }

  private giveUp(of: LambdaFunction, event: AsyncEvent, why: string): void {
    this.core.trace.add({
      kind: 'hop',
      accountId: of.accountId,
      service: 'lambda',
      operation: 'DropEvent',
      resource: of.arn,
      cause: event.cause,
      detail: { requestId: event.requestId, why },
    });
  }
}

export function errorType(body: string): string {
  try {
    return (JSON.parse(body) as { errorType?: string }).errorType ?? 'Unhandled';
  } catch {
    return 'Unhandled';
  }
}
