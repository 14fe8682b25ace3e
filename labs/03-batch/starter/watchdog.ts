/**
 * Step 3.4: the job that did not run (runs that were missed are in catch-up.ts)
 *
 * A job that fails makes noise. A job that is not started at all makes none. Write the script that sets up one CloudWatch alarm
 * for a Lambda function that is to succeed every PERIOD_MINUTES.
 *
 *   ALARM            the alarm's name
 *   FUNCTION_NAME    the function that is watched
 *   PERIOD_MINUTES   how often it is fired
 *   WITHIN_MINUTES   how soon the alarm has to tell; a little more than four times PERIOD_MINUTES
 *
 *   - When no run has succeeded for WITHIN_MINUTES, the alarm is in the state ALARM: because none was started, or because all
 *     that were started failed.
 *   - While every firing succeeds, at most two minutes late, it is not.
 *   - When runs succeed again, it goes back to OK by itself.
 *   - The script may be run any number of times.
 *
 * Whom the alarm tells is the matter of step 3.5. This one has no actions.
 */
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';

// Your part. What does this alarm see when nothing runs? What is this metric then: 0, or nothing?
await new CloudWatchClient().send(
  new PutMetricAlarmCommand({
    AlarmName: setting('ALARM'),
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: setting('FUNCTION_NAME') }],
    Statistic: 'Sum',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    Period: 60,
    EvaluationPeriods: 1,
  }),
);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: watchdog.ts is told everything by its environment.`);
  return value;
}
