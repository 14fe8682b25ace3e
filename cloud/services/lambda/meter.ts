/**
 * What Lambda measures of its functions, as of when each invocation began.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
import { AwsError, type Core, type Measurement, type TraceId } from '../../contract.ts';
import type { Result } from './environment.ts';
import type { LambdaFunction } from './store.ts';

export class Meter {
  private readonly running = new Map<LambdaFunction, number>();

  constructor(private readonly core: Core) {}

  /** Measures an invocation. One that is throttled counts as nothing else. */
  async measure<T extends Result>(
    of: LambdaFunction,
    qualifier: string | undefined,
    cause: TraceId,
    run: () => Promise<T>,
  ): Promise<T> {
    const time = this.core.clock.now();
    const concurrent = (this.running.get(of) ?? 0) + 1;
    this.running.set(of, concurrent);
    try {
      const result = await run();
      this.put(of, qualifier, time, cause, [
        ['Count', 'Invocations', 1],
        ['Count', 'Errors', result.outcome.ok ? 0 : 1],
        ['Count', 'Throttles', 0],
        ['Milliseconds', 'Duration', result.duration],
        ['Count', 'ConcurrentExecutions', concurrent],
      ]);
      return result;
    } catch (error) {
      const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
      if (throttled) this.put(of, qualifier, time, cause, [['Count', 'Throttles', 1]]);
      throw error;
    } finally {
      this.end(of);
    }
  }

  private end(of: LambdaFunction): void {
    const left = this.running.get(of)! - 1;
    if (left === 0) this.running.delete(of);
    else this.running.set(of, left);
  }

  /** Once for the function, once for the version or alias that was called, once for all functions together. */
  private put(
    of: LambdaFunction,
    qualifier: string | undefined,
    time: number,
    cause: TraceId,
    measured: readonly (readonly [unit: string, name: string, value: number])[],
  ): void {
    const resource = qualifier === undefined ? of.name : `${of.name}:${qualifier}`;
    const seen: Measurement['dimensions'][] = [
      { FunctionName: of.name },
      { FunctionName: of.name, Resource: resource },
      {},
    ];
    this.core.metrics.put(
      of.accountId,
      'AWS/Lambda',
      seen.flatMap((dimensions) =>
        measured.map(([unit, name, value]): Measurement => ({ name, unit, values: [value], dimensions, time, cause })),
      ),
    );
  }
}
