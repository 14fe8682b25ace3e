/** Starts the drain every so many minutes, for what stays below the alarm's threshold. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';

const scheduler = new SchedulerClient();
const lambda = new LambdaClient();
const minutes = Number(setting('SWEEP_MINUTES'));
const { FunctionArn: drain } = await lambda.send(
  new GetFunctionConfigurationCommand({ FunctionName: setting('DRAIN') }),
);

const schedule: CreateScheduleCommandInput = {
  Name: `${setting('NAME')}-tail`,
  Description: 'Counts the documents that are too few for the alarm.',
  ScheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: drain!,
    RoleArn: setting('SWEEP_ROLE_ARN'),
    Input: JSON.stringify({ sweep: '<aws.scheduler.scheduled-time>' }),
    // A sweep that could not be delivered before the next one is due has nothing to do any more.
    RetryPolicy: { MaximumEventAgeInSeconds: Math.max(60, minutes * 60), MaximumRetryAttempts: 5 },
  },
};

try {
  await scheduler.send(new CreateScheduleCommand(schedule));
} catch (error) {
  if (!(error instanceof ConflictException)) throw error;
  await scheduler.send(new UpdateScheduleCommand(schedule));
}
console.log(`${schedule.Name}: ${schedule.ScheduleExpression}`);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: sweep.ts is told everything by its environment.`);
  return value;
}
