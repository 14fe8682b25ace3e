/**
 * Step 3.9, the tail: a schedule that starts the drain
 *
 * Below the threshold the alarm is silent, and the last few documents of a week would lie in the queue until SQS throws them away.
 * This script makes the schedule that starts the drain every so many minutes, whatever lies there. It is run with each deployment.
 *
 *   NAME             the schedule is called NAME-sweep
 *   DRAIN            the name of the function to start; it exists
 *   SWEEP_MINUTES    minutes from one start to the next
 *   SWEEP_ROLE_ARN   the role with which EventBridge Scheduler may invoke it; it exists
 *
 *   - A document is never older than SWEEP_MINUTES when a drain begins that will find it.
 *   - Run again, the script ends well; run again with other SWEEP_MINUTES, these hold.
 */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';

const lambda = new LambdaClient();
const { FunctionArn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: setting('DRAIN') }));

// Your part: the schedule, with the client of @aws-sdk/client-scheduler.
console.log(`${FunctionArn} is to be started every ${setting('SWEEP_MINUTES')} minutes`);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`The environment variable ${variable} is not set.`);
  return value;
}
