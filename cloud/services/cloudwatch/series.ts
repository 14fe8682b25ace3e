/**
 * One metric's data: what was put, summed up by minute (or second, for a high resolution) and by unit.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
import type { Feed, Millis, Stretch } from '../../contract.ts';
import { type Aggregate, merge } from './aggregate.ts';
import { clipped, endOf, joined, MINUTE, type Run, sumOf } from './run.ts';

interface Bucket extends Aggregate {
  readonly time: Millis;
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What all metrics of one resource share. */
export interface Origin {
  /** Nothing while nobody measures it each minute. */
  feed?: Feed;
  /** Called whenever something is put, or may come to be. */
  readonly watchers: Set<() => void>;
}

/** Buckets that a series keeps per unit: fifteen days of minutes. */
const KEPT = 15 * 24 * 60;
const SLACK = 1000;

export class Series {
  /** Start of the newest bucket. */
  latest: Millis = Number.NEGATIVE_INFINITY;
  private readonly byUnit = new Map<string, Bucket[]>();
  private readonly runsByUnit = new Map<string, Run[]>();

  constructor(
    readonly accountId: string,
    readonly namespace: string,
    readonly name: string,
    readonly dimensions: readonly Dimension[],
    readonly origin: Origin,
  ) {}

  /** `resolution` in milliseconds: what falls into one stretch of it is one bucket. */
  put(time: Millis, unit: string, sample: Aggregate, resolution: Millis): void {
    const start = Math.floor(time / resolution) * resolution;
    const buckets = listOf(this.byUnit, unit);
    const at = firstFrom(buckets, start);
    const there = buckets[at];
    if (there?.time === start) buckets[at] = { ...merge([there, sample])!, time: start };
    else buckets.splice(at, 0, { ...sample, time: start });
    if (buckets.length > KEPT + SLACK) buckets.splice(0, buckets.length - KEPT);
    this.latest = Math.max(this.latest, start);
    for (const watcher of [...this.origin.watchers]) watcher();
  }

  /** Adds minutes that come after all that are there. */
  extend({ unit, time, minutes, value, slope, cause }: Stretch): void {
    const runs = listOf(this.runsByUnit, unit);
    const run: Run = { time, minutes, value, slope, ...(cause === undefined ? {} : { cause }) };
    const longer = runs.length > 0 ? joined(runs.at(-1)!, run) : undefined;
    if (longer) runs[runs.length - 1] = longer;
    else runs.push(run);
    this.latest = Math.max(this.latest, endOf(run) - MINUTE);
    const oldest = this.latest - (KEPT - 1) * MINUTE;
    if (runs[0]!.time >= oldest - SLACK * MINUTE) return;
    runs.splice(0, firstFrom(runs, oldest) - 1);
    const first = clipped(runs[0]!, oldest, endOf(runs[0]!));
    if (first) runs[0] = first;
    else runs.shift();
  }

  /** Start of the oldest bucket that is kept. */
  get earliest(): Millis {
    const all = [...this.byUnit.values(), ...this.runsByUnit.values()];
    return Math.min(...all.map((list) => list[0]?.time ?? Number.POSITIVE_INFINITY));
  }

  /** Units in which there is data from `from` until before `to`, by the alphabet. */
  units(from: Millis, to: Millis): string[] {
    const all = new Set([...this.byUnit.keys(), ...this.runsByUnit.keys()]);
    return [...all].filter((unit) => this.runs(unit, from, to).length + this.buckets(unit, from, to).length > 0).sort();
  }

  /** What was put in this unit from `from` until before `to`; nothing where nothing was. */
  aggregate(unit: string, from: Millis, to: Millis): Aggregate | undefined {
    return merge([...this.runs(unit, from, to).map(sumOf), ...this.buckets(unit, from, to)]);
  }

  /** The run that is all there is from `from` until before `to`, without a gap, if there is one. */
  runOver(from: Millis, to: Millis): Run | undefined {
    const [unit, ...others] = this.units(from, to);
    if (unit === undefined || others.length > 0) return undefined;
    const [run, ...more] = this.runs(unit, from, to);
    if (!run || more.length > 0 || this.buckets(unit, from, to).length > 0) return undefined;
    return run.minutes * MINUTE === to - from ? run : undefined;
  }

  private buckets(unit: string, from: Millis, to: Millis): Bucket[] {
    const buckets = this.byUnit.get(unit) ?? [];
    return buckets.slice(firstFrom(buckets, from), firstFrom(buckets, to));
  }

  private runs(unit: string, from: Millis, to: Millis): Run[] {
    const runs = this.runsByUnit.get(unit) ?? [];
    // The one before the first that begins in time may reach into it.
    const near = runs.slice(Math.max(0, firstFrom(runs, from) - 1), firstFrom(runs, to));
    return near.map((run) => clipped(run, from, to)).filter((run) => run !== undefined);
  }
}

function listOf<T>(lists: Map<string, T[]>, unit: string): T[] {
  const list = lists.get(unit) ?? [];
  lists.set(unit, list);
  return list;
}

/** Index of the first that does not begin before `time`. */
function firstFrom(list: readonly { readonly time: Millis }[], time: Millis): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
