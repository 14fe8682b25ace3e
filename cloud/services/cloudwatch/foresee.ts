/**
 * Which edges an alarm may leave out. Where all that it looks back on is one straight line (a depth that stays, an age that
 * grows) which goes on if nobody does anything, each coming evaluation has the outcome of this one, until the line crosses
 * the threshold or ends.
 */
import type { Millis } from '../../contract.ts';
import type { Configuration } from './alarm.ts';
import { compare } from './evaluation.ts';
import { clipped, MINUTE, sumOf } from './run.ts';
import type { Series } from './series.ts';
import { statistic } from './statistics.ts';

export interface Look {
  readonly edge: Millis;
  readonly every: Millis;
  /** Of the periods that were evaluated, newest first. */
  readonly starts: readonly Millis[];
  /** Where the newest period ends that is evaluated at an edge. */
  readonly endAt: (edge: Millis) => Millis;
}

/** The next edge at which the outcome may be another; it may also be called off by an action on what is measured. */
export function foresee(series: Series, of: Configuration, { edge, every, starts, endAt }: Look): Millis {
  const next = edge + every;
  const period = of.period * 1000;
  const until = series.origin.feed?.straightUntil() ?? next;
  if (until <= next || period % MINUTE !== 0) return next;
  // Up to this edge: a period that follows the clock may have ended before, and the line with it.
  const run = series.runOver(starts.at(-1)!, edge);
  if (!run) return next;
  const line = { ...run, minutes: Number.POSITIVE_INFINITY };
  const breaches = (start: Millis): boolean => {
    const value = statistic(of.stat)!(sumOf(clipped(line, start, start + period)!));
    return compare(of.operator, value!, of.threshold);
  };
  const now = breaches(starts[0]!);
  if (starts.some((start) => breaches(start) !== now)) return next;
  // All statistics of a straight line rise, fall or stay with it: the outcome changes once at most.
  let [same, other] = [0, Math.ceil((until - edge) / every)];
  while (other - same > 1) {
    const middle = (same + other) >> 1;
    if (breaches(endAt(edge + middle * every) - period) === now) same = middle;
    else other = middle;
  }
  return edge + other * every;
}
