/** Small periods, and all of several of them: breaching when none has a run that succeeded. */
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';

const { ALARM, FUNCTION_NAME, WITHIN_MINUTES } = process.env as Record<string, string>;
const periods = Math.floor(Number(WITHIN_MINUTES) / 5) - 4;

await new CloudWatchClient().send(
  new PutMetricAlarmCommand({
    AlarmName: ALARM,
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: FUNCTION_NAME }],
    Statistic: 'Minimum',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    Period: 5 * 60,
    EvaluationPeriods: periods,
    DatapointsToAlarm: periods,
    TreatMissingData: 'breaching',
  }),
);
