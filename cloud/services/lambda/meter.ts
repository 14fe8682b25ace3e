/**
 * What Lambda measures of its functions, as of when each invocation began.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
import { AwsError, type Core, type Measurement, type Millis, type TraceId } from '../../contract.ts';
import type { Result } from './environment.ts';
import type { LambdaFunction } from './store.ts';

type Measured = readonly [unit: string, name: string, value: number];
type Dimensions = Measurement['dimensions'];

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
    const [together, unreserved] = this.together(of.accountId);
    try {
      const result = await run();
      this.put(of, qualifier, time, cause, [
        ['Count', 'Invocations', 1],
        ['Count', 'Errors', result.outcome.ok ? 0 : 1],
        ['Count', 'Throttles', 0],
        ['Milliseconds', 'Duration', result.duration],
      ]);
      this.put(of, qualifier, time, cause, [['Count', 'ConcurrentExecutions', concurrent]], ofFunction(of, qualifier));
      const all: Measured[] = [['Count', 'ConcurrentExecutions', together]];
      if (of.reservedConcurrency === undefined) all.push(['Count', 'UnreservedConcurrentExecutions', unreserved]);
      this.put(of, qualifier, time, cause, all, ALL_FUNCTIONS);
      return result;
    } catch (error) {
      const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
      if (throttled) this.put(of, qualifier, time, cause, [['Count', 'Throttles', 1]]);
      throw error;
    } finally {
      this.end(of);
    }
  }

  /** Counts something that happened just now. */
  count(of: LambdaFunction, qualifier: string | undefined, name: string, cause: TraceId): void {
    this.put(of, qualifier, this.core.clock.now(), cause, [['Count', name, 1]]);
  }

  /** How many invocations of an account run now, and how many of functions without reserved concurrency. */
  private together(accountId: string): readonly [all: number, unreserved: number] {
    const running = [...this.running].filter(([of]) => of.accountId === accountId);
    const sum = (some: typeof running) => some.reduce((total, [, count]) => total + count, 0);
    return [sum(running), sum(running.filter(([of]) => of.reservedConcurrency === undefined))];
  }

  private end(of: LambdaFunction): void {
    const left = this.running.get(of)! - 1;
    if (left === 0) this.running.delete(of);
    else this.running.set(of, left);
  }

  /** Once for the function, once for the version or alias that was called, once for all functions together. */
  put(
    of: LambdaFunction,
    qualifier: string | undefined,
    time: Millis,
    cause: TraceId,
    measured: readonly Measured[],
    seen: readonly Dimensions[] = [...ofFunction(of, qualifier), ...ALL_FUNCTIONS],
  ): void {
    this.core.metrics.put(
      of.accountId,
      'AWS/Lambda',
      seen.flatMap((dimensions) =>
        measured.map(([unit, name, value]): Measurement => ({ name, unit, values: [value], dimensions, time, cause })),
      ),
    );
  }
}

const ALL_FUNCTIONS: readonly Dimensions[] = [{}];

const ofFunction = (of: LambdaFunction, qualifier: string | undefined): readonly Dimensions[] => [
  { FunctionName: of.name },
  { FunctionName: of.name, Resource: qualifier === undefined ? of.name : `${of.name}:${qualifier}` },
];
