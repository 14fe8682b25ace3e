/**
 * What a topic is told of an alarm. The form is not in the documentation; it is that of AWS's recorded messages
 * (test_enable_disable_alarm_actions, test_breaching_alarm_actions).
 */
import type { Alarm, State } from './alarm.ts';
import { timestamp } from './reason.ts';
import { percentage } from './statistics.ts';

/** The one region of this cloud, as AWS writes it out. */
const REGION = 'US East (N. Virginia)';
const LONGEST_SUBJECT = 100;

export const subjectOf = ({ configuration, state }: Alarm): string =>
  `${state.value}: "${configuration.name}" in ${REGION}`.slice(0, LONGEST_SUBJECT);

export function notificationOf(alarm: Alarm, previous: State): object {
  const { configuration: of, state } = alarm;
  return {
    AlarmName: of.name,
    AlarmDescription: of.description ?? null,
    AWSAccountId: alarm.accountId,
    AlarmConfigurationUpdatedTimestamp: timestamp(alarm.configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: timestamp(state.at),
    Region: REGION,
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: of.actions.OK,
    AlarmActions: of.actions.ALARM,
    InsufficientDataActions: of.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: of.metricName,
      Namespace: of.namespace,
      ...(percentage(of.stat) === undefined
        ? { StatisticType: 'Statistic', Statistic: wordOf(of.stat) }
        : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: of.stat }),
      Unit: of.unit ?? null,
      Dimensions: of.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: of.period,
      EvaluationPeriods: of.evaluationPeriods,
      ...(of.datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: of.datapointsToAlarm }),
      ComparisonOperator: of.operator,
      Threshold: of.threshold,
      TreatMissingData: of.missingData ?? '',
      EvaluateLowSampleCountPercentile: of.lowSamples ?? '',
    },
  };
}

/** `SampleCount` is told as `SAMPLE_COUNT`. */
const wordOf = (statistic: string): string => statistic.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
