/** Datapoints of a metric over a stretch of time: what GetMetricStatistics and GetMetricData have in common. */
import type { Millis } from '../../contract.ts';
import type { Aggregate } from './aggregate.ts';
import { invalidValue, missing } from './errors.ts';
import type { Series } from './series.ts';

export interface Range {
  readonly from: Millis;
  readonly to: Millis;
}

export interface Point {
  readonly time: Millis;
  readonly unit: string;
  readonly aggregate: Aggregate;
}

/** Throws `MissingParameter`, and `InvalidParameterValue` where the end does not lie after the start. */
export function readRange(start: Date | undefined, end: Date | undefined): Range {
  if (!start) throw missing('StartTime');
  if (!end) throw missing('EndTime');
  if (start.getTime() >= end.getTime()) {
    throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  }
  return { from: start.getTime(), to: end.getTime() };
}

/** Periods begin at the start, which AWS rounds down to the minute, or to the period where that is shorter. */
export const alignedStart = (from: Millis, period: Millis): Millis => {
  const grain = Math.min(period, 60_000);
  return Math.floor(from / grain) * grain;
};

/** How many periods there are. */
export const periods = ({ from, to }: Range, period: Millis): number =>
  Math.ceil((to - alignedStart(from, period)) / period);

/** A point per period and unit that has data, oldest first. */
export function points(series: Series, units: readonly string[], range: Range, period: Millis): Point[] {
  const found: Point[] = [];
  const start = alignedStart(range.from, period);
  // Only where there is data: somebody may well ask for all time since 1970 by the second.
  const first = Math.max(start, start + Math.floor((series.earliest - start) / period) * period);
  const end = Math.min(range.to, series.latest + 1);
  for (let time = first; time < end; time += period) {
    for (const unit of units) {
      const aggregate = series.aggregate(unit, time, Math.min(time + period, range.to));
      if (aggregate) found.push({ time, unit, aggregate });
    }
  }
  return found;
}
