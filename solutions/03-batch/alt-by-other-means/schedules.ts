/** Looks at what is there first, and deletes and makes anew what is not as wanted; the week in numbers. */
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';

const scheduler = new SchedulerClient();
const { PREFIX, JOB_ARN, ROLE_ARN, DEAD_LETTERS_ARN, RETRY_MINUTES, WEEKDAYS_AT, MONTH_END_AT, ZONE } =
  process.env as Record<string, string>;

const backwards = (time: string): string => time.split(':').map(Number).reverse().join(' ');

const table = [
  ['berlin', '30 2 ? * * *', 'Europe/Berlin'],
  ['new-york', '30 2 ? * * *', 'America/New_York'],
  ['weekdays', `${backwards(WEEKDAYS_AT!)} ? * 2-6 *`, ZONE!],
  ['month-end', `${backwards(MONTH_END_AT!)} L * ? *`, ZONE!],
] as const;

for (const [job, fields, zone] of table) {
  const wanted: CreateScheduleCommandInput = {
    Name: `${PREFIX}-${job}`,
    ScheduleExpression: `cron(${fields})`,
    ScheduleExpressionTimezone: zone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: JOB_ARN,
      RoleArn: ROLE_ARN,
      Input: `{"scheduledTime":"<aws.scheduler.scheduled-time>","job":"${job}"}`,
      RetryPolicy: { MaximumEventAgeInSeconds: Number(RETRY_MINUTES) * 60 },
      DeadLetterConfig: { Arn: DEAD_LETTERS_ARN },
    },
  };
  if (await exists(wanted.Name!)) await scheduler.send(new DeleteScheduleCommand({ Name: wanted.Name }));
  await scheduler.send(new CreateScheduleCommand(wanted));
}

async function exists(Name: string): Promise<boolean> {
  try {
    await scheduler.send(new GetScheduleCommand({ Name }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
