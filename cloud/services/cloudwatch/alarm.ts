/**
 * A metric alarm: what it is told to watch, and the state that it is in.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { randomUUID } from 'node:crypto';
import type { PutMetricAlarmCommandInput, StandardUnit, Statistic as StatisticName } from '@aws-sdk/client-cloudwatch';
import type { Millis, TraceId } from '../../contract.ts';
import { constraint, invalidValue, missing, notBuilt, validation } from './errors.ts';
import { comparisonOperators, type MissingData, type StateValue } from './evaluation.ts';
import { readAlarmName, readDimensions, readUnit } from './input.ts';
import type { Dimension } from './series.ts';
import { percentage, simpleStatistics, statistic } from './statistics.ts';

export interface Configuration {
  readonly name: string;
  readonly description: string | undefined;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly Dimension[];
  readonly stat: string;
  readonly unit: StandardUnit | undefined;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number;
  readonly operator: string;
  readonly missingData: MissingData | undefined;
  readonly lowSamples: 'evaluate' | 'ignore' | undefined;
  /** Evaluated periods end with the clock's own (the hour, the day), not with the moment of evaluation. */
  readonly wallClock: boolean;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
}

export interface State {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly data?: string;
  readonly at: Millis;
}

export interface Alarm {
  readonly accountId: string;
  readonly arn: string;
  /** Names its metric in what Lambda is told. */
  readonly metricId: string;
  configuration: Configuration;
  configuredAt: Millis;
  /** The call that configured it. */
  configuredBy: TraceId;
  actionsEnabled: boolean;
  state: State;
  transitionedAt: Millis;
}

export const newMetricId = (): string => randomUUID();

const DAY = 86_400;
const MOST_ACTIONS = 5;
const missingData: readonly string[] = ['breaching', 'notBreaching', 'ignore', 'missing'];
const wallClockPeriods: readonly number[] = [60, 300, 3600, DAY, 7 * DAY];

/** Throws `ValidationError`, `InvalidParameterValue`, `MissingParameter`; 501 for metric math, bands and PromQL. */
export function readConfiguration(input: PutMetricAlarmCommandInput): Configuration {
  const name = readAlarmName(input.AlarmName);
  if (input.Metrics || input.EvaluationCriteria)
    throw notBuilt('Alarms on metric math, PromQL and Metrics Insights are');
  if (input.ThresholdMetricId || /Upper|Lower/.test(input.ComparisonOperator ?? ''))
    throw notBuilt('Alarms on bands are');
  if (input.WarmUpConfiguration || input.ActionConfiguration) throw notBuilt('Warm-up and configured actions are');
  const { EvaluationPeriods: n, DatapointsToAlarm: m, Threshold: threshold, ComparisonOperator: operator } = input;
  if (n === undefined || n < 1)
    throw constraint(n, 'evaluationPeriods', n === undefined ? 'not be null' : 'have value greater than or equal to 1');
  if (m !== undefined && m < 1) throw constraint(m, 'datapointsToAlarm', 'have value greater than or equal to 1');
  if (m !== undefined && m > n)
    throw validation(`DatapointsToAlarm (${m}) must be less than or equal to EvaluationPeriods (${n}).`);
  if (operator === undefined || !comparisonOperators.includes(operator)) {
    throw constraint(
      operator,
      'comparisonOperator',
      operator === undefined ? 'not be null' : `satisfy enum value set: [${comparisonOperators.join(', ')}]`,
    );
  }
  if (!input.MetricName) throw missing('MetricName');
  if (!input.Namespace) throw missing('Namespace');
  if (threshold === undefined) throw missing('Threshold');
  const period = readAlarmPeriod(input.Period, n);
  const treat = input.TreatMissingData;
  if (treat !== undefined && !missingData.includes(treat)) {
    throw validation(
      `The value ${treat} is not supported for TreatMissingData parameter. Supported values are [${missingData.join(', ')}].`,
    );
  }
  const stat = readStatistic(input.Statistic, input.ExtendedStatistic);
  return {
    name,
    description: input.AlarmDescription,
    namespace: input.Namespace,
    metricName: input.MetricName,
    dimensions: readDimensions(input.Dimensions),
    stat,
    unit: readUnit(input.Unit),
    period,
    evaluationPeriods: n,
    datapointsToAlarm: m,
    threshold,
    operator,
    missingData: treat as MissingData | undefined,
    lowSamples: readLowSamples(input.EvaluateLowSampleCountPercentile, stat),
    wallClock: readWindow(input.EvaluationWindow, period),
    actions: {
      OK: readActions(input.OKActions, 'OKActions'),
      ALARM: readActions(input.AlarmActions, 'AlarmActions'),
      INSUFFICIENT_DATA: readActions(input.InsufficientDataActions, 'InsufficientDataActions'),
    },
  };
}

function readStatistic(simple: StatisticName | undefined, extended: string | undefined): string {
  if (simple !== undefined && extended !== undefined) {
    throw validation('Only one of Statistic and ExtendedStatistic may be specified.');
  }
  if (simple !== undefined) {
    if (simpleStatistics.includes(simple)) return simple;
    throw constraint(simple, 'statistic', `satisfy enum value set: [${simpleStatistics.join(', ')}]`);
  }
  if (extended === undefined) throw missing('Statistic');
  if (!statistic(extended) || simpleStatistics.includes(extended)) {
    throw invalidValue(`The value ${extended} for parameter ExtendedStatistic is invalid.`);
  }
  return extended;
}

function readAlarmPeriod(period: number | undefined, evaluationPeriods: number): number {
  if (period === undefined) throw missing('Period');
  if (period < 1 || (![10, 20, 30].includes(period) && period % 60 !== 0)) {
    throw validation('Period must be 10, 20, 30 or a multiple of 60');
  }
  const longest = period >= 3600 ? 7 * DAY : DAY;
  if (period * evaluationPeriods > longest) {
    throw validation(
      `Metrics cannot be checked across more than ${longest > DAY ? 'seven days' : 'a day'} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  return period;
}

function readLowSamples(given: string | undefined, stat: string): Configuration['lowSamples'] {
  if (given === undefined) return undefined;
  if (given !== 'evaluate' && given !== 'ignore') {
    throw validation(
      `Option ${given} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  }
  if (percentage(stat) === undefined) {
    throw validation('EvaluateLowSampleCountPercentile is only supported with percentile statistics.');
  }
  return given;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html: sliding unless told. */
function readWindow(window: PutMetricAlarmCommandInput['EvaluationWindow'], period: number): boolean {
  const wall = window?.WallClockWindow;
  if (!wall) return false;
  if (!wallClockPeriods.includes(period)) {
    throw validation(`A wall clock window needs a period of ${wallClockPeriods.join(', ')} seconds.`);
  }
  if (wall.Timezone !== undefined && !/^(UTC|GMT|Etc\/UTC)$/.test(wall.Timezone)) {
    throw notBuilt('Wall clock windows of other time zones than UTC are');
  }
  if (period > DAY) throw notBuilt('Wall clock windows of a week are');
  return true;
}

function readActions(given: readonly string[] | undefined, path: string): readonly string[] {
  const actions = given ?? [];
  if (actions.length > MOST_ACTIONS) {
    throw invalidValue(`The collection ${path} must not have a size greater than ${MOST_ACTIONS}.`);
  }
  const wrong = actions.find((action) => !/^arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+$/.test(action));
  if (wrong !== undefined) throw validation(`Invalid arn syntax: ${wrong}`);
  return [...actions];
}
