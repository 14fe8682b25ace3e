/** Measured numbers, summed up: all that CloudWatch keeps of them. */
import type { TraceId } from '../../contract.ts';

/** Numbers of one stretch of time, summed up. */
export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Each value and how often; nothing where only sums were put, and percentiles cannot be told. */
  readonly values: ReadonlyMap<number, number> | undefined;
  readonly cause?: TraceId;
}

/** Values, and how often each was measured; once unless told. */
export function aggregateOf(values: readonly number[], counts?: readonly number[], cause?: TraceId): Aggregate {
  const seen = new Map<number, number>();
  let [count, sum] = [0, 0];
  values.forEach((value, index) => {
    const times = counts?.[index] ?? 1;
    seen.set(value, (seen.get(value) ?? 0) + times);
    count += times;
    sum += value * times;
  });
  return {
    count,
    sum,
    min: Math.min(...values),
    max: Math.max(...values),
    values: seen,
    ...(cause === undefined ? {} : { cause }),
  };
}

/** Nothing of nothing. */
export function merge(parts: readonly Aggregate[]): Aggregate | undefined {
  if (parts.length <= 1) return parts[0];
  const values = parts.every((part) => part.values) ? new Map<number, number>() : undefined;
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    count += part.count;
    sum += part.sum;
    min = Math.min(min, part.min);
    max = Math.max(max, part.max);
    if (values) for (const [value, times] of part.values!) values.set(value, (values.get(value) ?? 0) + times);
  }
  const cause = parts.findLast((part) => part.cause !== undefined)?.cause;
  return { count, sum, min, max, values, ...(cause === undefined ? {} : { cause }) };
}
