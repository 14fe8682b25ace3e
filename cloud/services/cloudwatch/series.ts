/**
 * One metric's data: what was put, summed up by minute (or second, for a high resolution) and by unit.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
import type { Millis, TraceId } from '../../contract.ts';

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

interface Bucket extends Aggregate {
  readonly time: Millis;
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** Buckets that a series keeps per unit: fifteen days of minutes. */
const KEPT = 15 * 24 * 60;
const SLACK = 1000;

export class Series {
  /** Start of the newest bucket. */
  latest: Millis = Number.NEGATIVE_INFINITY;
  /** Called whenever something is put. */
  readonly watchers = new Set<() => void>();
  private readonly byUnit = new Map<string, Bucket[]>();

  constructor(
    readonly accountId: string,
    readonly namespace: string,
    readonly name: string,
    readonly dimensions: readonly Dimension[],
  ) {}

  /** `resolution` in milliseconds: what falls into one stretch of it is one bucket. */
  put(time: Millis, unit: string, sample: Aggregate, resolution: Millis): void {
    const start = Math.floor(time / resolution) * resolution;
    const buckets = this.byUnit.get(unit) ?? [];
    this.byUnit.set(unit, buckets);
    const at = firstFrom(buckets, start);
    const there = buckets[at];
    if (there?.time === start) buckets[at] = { ...merge([there, sample])!, time: start };
    else buckets.splice(at, 0, { ...sample, time: start });
    if (buckets.length > KEPT + SLACK) buckets.splice(0, buckets.length - KEPT);
    this.latest = Math.max(this.latest, start);
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Start of the oldest bucket that is kept. */
  get earliest(): Millis {
    return Math.min(...[...this.byUnit.values()].map((buckets) => buckets[0]?.time ?? Number.POSITIVE_INFINITY));
  }

  /** Units in which there is data from `from` until before `to`, by the alphabet. */
  units(from: Millis, to: Millis): string[] {
    return [...this.byUnit.keys()].filter((unit) => this.aggregate(unit, from, to)).sort();
  }

  /** What was put in this unit from `from` until before `to`; nothing where nothing was. */
  aggregate(unit: string, from: Millis, to: Millis): Aggregate | undefined {
    const buckets = this.byUnit.get(unit) ?? [];
    return merge(buckets.slice(firstFrom(buckets, from), firstFrom(buckets, to)));
  }
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

function merge(parts: readonly Aggregate[]): Aggregate | undefined {
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

/** Index of the first bucket that does not lie before `time`. */
function firstFrom(buckets: readonly Bucket[], time: Millis): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (buckets[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
