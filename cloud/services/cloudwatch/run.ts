/**
 * What was measured once in each of many successive minutes and changed in a straight line (mostly: not at all), kept as
 * one thing. So a queue that nobody touches costs as much for a year as for a minute.
 */
import type { Millis, Stretch } from '../../contract.ts';
import { type Aggregate, aggregateOf } from './aggregate.ts';

export const MINUTE: Millis = 60_000;

/** `time`: the start of the first minute. */
export type Run = Pick<Stretch, 'time' | 'minutes' | 'value' | 'slope' | 'cause'>;

/** Start of the minute after the last one. */
export const endOf = ({ time, minutes }: Run): Millis => time + minutes * MINUTE;

/** Both as one run, where the second goes on as the first one does. */
export function joined(first: Run, second: Run): Run | undefined {
  const goesOn =
    endOf(first) === second.time &&
    first.value + first.minutes * first.slope === second.value &&
    first.slope === second.slope &&
    first.cause === second.cause;
  return goesOn ? { ...first, minutes: first.minutes + second.minutes } : undefined;
}

/** The minutes that begin from `from` until before `to`; nothing where there are none. */
export function clipped(run: Run, from: Millis, to: Millis): Run | undefined {
  const skipped = Math.max(0, Math.ceil((from - run.time) / MINUTE));
  const minutes = Math.min(run.minutes, Math.ceil((to - run.time) / MINUTE)) - skipped;
  if (minutes <= 0) return undefined;
  if (minutes === run.minutes) return run;
  return { ...run, time: run.time + skipped * MINUTE, value: run.value + skipped * run.slope, minutes };
}

/** All of a run, summed up. */
export function sumOf({ value, slope, minutes, cause }: Run): Aggregate {
  if (slope === 0) return aggregateOf([value], [minutes], cause);
  return aggregateOf(
    Array.from({ length: minutes }, (_, minute) => value + minute * slope),
    undefined,
    cause,
  );
}
