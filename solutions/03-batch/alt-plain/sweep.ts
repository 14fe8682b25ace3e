/** The plain way: an earlier schedule is removed, and a new one made. */
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';

const { NAME, DRAIN, SWEEP_MINUTES, SWEEP_ROLE_ARN } = process.env;
const scheduler = new SchedulerClient();
const { Configuration } = await new LambdaClient().send(new GetFunctionCommand({ FunctionName: DRAIN }));
const Name = `${NAME}-sweep`;

try {
  await scheduler.send(new DeleteScheduleCommand({ Name }));
} catch (error) {
  if ((error as Error).name !== 'ResourceNotFoundException') throw error;
}
await scheduler.send(
  new CreateScheduleCommand({
    Name,
    ScheduleExpression: `rate(${SWEEP_MINUTES} minutes)`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: Configuration!.FunctionArn!, RoleArn: SWEEP_ROLE_ARN },
  }),
);
