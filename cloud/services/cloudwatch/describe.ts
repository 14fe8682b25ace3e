/** An alarm as DescribeAlarms and the history tell it. */
import type { MetricAlarm, Statistic as StatisticName } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm.ts';
import { timestamp } from './reason.ts';
import { percentage } from './statistics.ts';

export function describeAlarm(alarm: Alarm): MetricAlarm {
  const { configuration: of, state } = alarm;
  return {
    AlarmName: of.name,
    AlarmArn: alarm.arn,
    AlarmDescription: of.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...of.actions.OK],
    AlarmActions: [...of.actions.ALARM],
    InsufficientDataActions: [...of.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.data,
    StateUpdatedTimestamp: new Date(state.at),
    StateTransitionedTimestamp: new Date(alarm.transitionedAt),
    MetricName: of.metricName,
    Namespace: of.namespace,
    ...(percentage(of.stat) === undefined ? { Statistic: of.stat as StatisticName } : { ExtendedStatistic: of.stat }),
    Dimensions: [...of.dimensions],
    Period: of.period,
    Unit: of.unit,
    EvaluationPeriods: of.evaluationPeriods,
    DatapointsToAlarm: of.datapointsToAlarm,
    Threshold: of.threshold,
    ComparisonOperator: of.operator as NonNullable<MetricAlarm['ComparisonOperator']>,
    TreatMissingData: of.missingData,
    EvaluateLowSampleCountPercentile: of.lowSamples,
    ...(of.wallClock ? { EvaluationWindow: { WallClockWindow: {} } } : {}),
  };
}

/** The alarm in a history item's data: small first letters, times as text. */
export function historyOf(alarm: Alarm): Record<string, unknown> {
  const told = Object.entries(describeAlarm(alarm)).map(([name, value]) => [
    name.startsWith('OK') ? name.replace('OK', 'ok') : name.charAt(0).toLowerCase() + name.slice(1),
    value instanceof Date ? timestamp(value.getTime()) : value,
  ]);
  const dimensions = alarm.configuration.dimensions.map(({ Name, Value }) => ({ name: Name, value: Value }));
  return { ...Object.fromEntries(told), dimensions };
}
