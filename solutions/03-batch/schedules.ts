import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';

const scheduler = new SchedulerClient();
const prefix = setting('PREFIX');
const zone = setting('ZONE');

await schedule('berlin', 'cron(30 2 * * ? *)', 'Europe/Berlin');
await schedule('new-york', 'cron(30 2 * * ? *)', 'America/New_York');
await schedule('weekdays', `cron(${at('WEEKDAYS_AT')} ? * MON-FRI *)`, zone);
await schedule('month-end', `cron(${at('MONTH_END_AT')} L * ? *)`, zone);

/** Creates the schedule, or makes the one that is there what it should be: an update replaces all of it. */
async function schedule(job: string, expression: string, timezone: string): Promise<void> {
  const wanted: CreateScheduleCommandInput = {
    Name: `${prefix}-${job}`,
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: setting('JOB_ARN'),
      RoleArn: setting('ROLE_ARN'),
      Input: JSON.stringify({ job, scheduledTime: '<aws.scheduler.scheduled-time>' }),
      // As many attempts as fit into the time: it is the age that makes an attempt pointless, not their number.
      RetryPolicy: { MaximumEventAgeInSeconds: Number(setting('RETRY_MINUTES')) * 60, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: setting('DEAD_LETTERS_ARN') },
    },
  };
  try {
    await scheduler.send(new CreateScheduleCommand(wanted));
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
    await scheduler.send(new UpdateScheduleCommand(wanted));
  }
  console.log(`${prefix}-${job}: ${expression} in ${timezone}`);
}

/** Minute and hour, as cron wants them, of a time of day like 06:45. */
function at(variable: string): string {
  const [hour, minute] = setting(variable).split(':').map(Number);
  return `${minute} ${hour}`;
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: schedules.ts is told everything by its environment.`);
  return value;
}
