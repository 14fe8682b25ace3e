import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';

// Errors has a number for each run, 0 for a good one, and none where nothing ran. So one alarm sees both: a job whose runs
// all fail, and a job that does not run. CloudWatch looks back over some more periods before it takes numbers for missing.
await new CloudWatchClient().send(
  new PutMetricAlarmCommand({
    AlarmName: setting('ALARM'),
    AlarmDescription: `${setting('FUNCTION_NAME')} has not run, or has not succeeded.`,
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: setting('FUNCTION_NAME') }],
    // A run that succeeds at its second attempt has succeeded.
    Statistic: 'Minimum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    Period: 240,
    EvaluationPeriods: 1,
    TreatMissingData: 'breaching',
  }),
);
console.log(`${setting('ALARM')} watches ${setting('FUNCTION_NAME')}`);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: watchdog.ts is told everything by its environment.`);
  return value;
}
