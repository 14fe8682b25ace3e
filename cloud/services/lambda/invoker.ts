/** One invocation, from the function's name to what its environment answers: with its trace and its metrics. */
import { randomUUID } from 'node:crypto';
import type { Core, TraceId } from '../../contract.ts';
import type { Result } from './environment.ts';
import { conflict, entityTooLarge } from './errors.ts';
import type { Meter } from './meter.ts';
import type { Pool } from './pool.ts';
import { type LambdaFunction, resolveVersion, type Version } from './store.ts';

export type Invoked = Result & { readonly version: Version; readonly logStream: string; readonly requestId: string };

/** Bytes: no function is invoked with more while somebody waits. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LARGEST_EVENT = 6 * 1024 * 1024;

/** `bytes` of UTF-8. Throws `RequestEntityTooLargeException`. */
export function assertEventSize(bytes: number): void {
  if (bytes <= LARGEST_EVENT) return;
  throw entityTooLarge(`Request must be smaller than ${LARGEST_EVENT} bytes for the InvokeFunction operation`);
}

export class Invoker {
  constructor(
    private readonly core: Core,
    private readonly pool: Pool,
    private readonly meter: Meter,
  ) {}

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
}

export function errorType(body: string): string {
  try {
    return (JSON.parse(body) as { errorType?: string }).errorType ?? 'Unhandled';
  } catch {
    return 'Unhandled';
  }
}
