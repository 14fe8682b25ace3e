/**
 * From the datapoints of an alarm's evaluation range to its state: M of N, and what to make of missing data.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import type { Millis, TraceId } from '../../contract.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface Datapoint {
  readonly time: Millis;
  readonly value: number;
  readonly samples: number;
  readonly cause?: TraceId;
}

export interface Rule {
  /** N */
  readonly evaluationPeriods: number;
  /** M */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  readonly breaches: (value: number) => boolean;
}

export interface Evaluation {
  /** `unchanged`: the alarm keeps the state it has. */
  readonly state: StateValue | 'unchanged';
  /** What was evaluated, newest first: at most N. */
  readonly evaluated: readonly Datapoint[];
  /** How many of the N are missing. */
  readonly filled: number;
}

/** AWS names no figure for the range; its examples fetch five datapoints where three are evaluated. */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/** `range`: newest first, nothing where a datapoint is missing. */
export function evaluate(range: readonly (Datapoint | undefined)[], rule: Rule): Evaluation {
  const { evaluationPeriods: n, datapointsToAlarm: m } = rule;
  const evaluated = range.filter((point) => point !== undefined).slice(0, n);
  const filled = n - evaluated.length;
  const breaching = evaluated.filter(({ value }) => rule.breaches(value)).length;
  return { state: stateOf(), evaluated, filled };

  function stateOf(): Evaluation['state'] {
    const considered = rule.missingData === 'breaching' ? breaching + filled : breaching;
    if (considered >= m) return 'ALARM';
    const allBreach = breaching === evaluated.length;
    if (filled === 0 || !allBreach || rule.missingData === 'breaching' || rule.missingData === 'notBreaching')
      return 'OK';
    if (rule.missingData === 'ignore') return 'unchanged';
    if (evaluated.length === 0) return 'INSUFFICIENT_DATA';
    // Breaching, and silent ever since: once it is as old as M datapoints, no later one can come to its rescue.
    const oldest = range.findLastIndex((point) => point !== undefined);
    return oldest + 1 >= m ? 'ALARM' : 'OK';
  }
}

const operators: Readonly<
  Record<string, readonly [words: string, test: (value: number, threshold: number) => boolean]>
> = {
  GreaterThanOrEqualToThreshold: ['greater than or equal to', (value, threshold) => value >= threshold],
  GreaterThanThreshold: ['greater than', (value, threshold) => value > threshold],
  LessThanThreshold: ['less than', (value, threshold) => value < threshold],
  LessThanOrEqualToThreshold: ['less than or equal to', (value, threshold) => value <= threshold],
};

export const comparisonOperators: readonly string[] = Object.keys(operators);

export const compare = (operator: string, value: number, threshold: number): boolean =>
  operators[operator]![1](value, threshold);

export const comparisonWords = (operator: string): string => operators[operator]![0];
