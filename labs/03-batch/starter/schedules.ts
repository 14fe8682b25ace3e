/**
 * Step 3.1: schedules that mean what they say
 *
 * Write the script that makes four schedules in EventBridge Scheduler, in the group `default`. Each of them starts the same
 * job and tells it which of the four it is, and for which time.
 *
 *   name               job          when
 *   PREFIX-berlin      berlin       every day at 02:30 in Berlin
 *   PREFIX-new-york    new-york     every day at 02:30 in New York
 *   PREFIX-weekdays    weekdays     Monday to Friday at WEEKDAYS_AT in the zone ZONE
 *   PREFIX-month-end   month-end    on the last day of each month at MONTH_END_AT in the zone ZONE
 *
 * The script is told everything by environment variables (AWS region, endpoint and credentials too; the SDK reads those):
 *
 *   PREFIX             begins the schedules' names
 *   JOB_ARN            what is started: a Lambda function, or a queue that somebody reads
 *   ROLE_ARN           the role that EventBridge Scheduler assumes; it exists, and may do all that is needed
 *   DEAD_LETTERS_ARN   a queue for firings that did not reach the job
 *   RETRY_MINUTES      for how long a firing is tried again
 *   WEEKDAYS_AT        a time of day, like 06:45
 *   MONTH_END_AT       another
 *   ZONE               a time zone, like Australia/Sydney
 *
 * What is asked of it:
 *
 *   - The job is handed JSON: { "job": "berlin", "scheduledTime": "2027-01-05T01:30:00Z" }. The time is the one that the
 *     firing was planned for, however late it arrives: EventBridge Scheduler puts it in place of
 *     `<aws.scheduler.scheduled-time>`.
 *   - A firing begins within its minute, not somewhere in an hour.
 *   - While the job cannot be reached, a firing is tried again, for RETRY_MINUTES. After that it is in the queue of dead
 *     letters, and the job is not bothered with it any more.
 *   - The script is run again and again: with nothing changed, with other times, after a run that broke off. It ends with
 *     these four schedules as they should be, and no others. When a call fails for good, its exit code is not 0.
 *
 * And fill in predictions.json, before you look it up in a run: at which moments do the two 02:30 jobs fire, on the days
 * around the clock changes of 2027? One list for each day of the job's own calendar, with moments in UTC; an empty list
 * for a day without a firing. The first one is done. In 2027 the clocks of Berlin change on 28 March (02:00 becomes 03:00)
 * and 31 October (03:00 becomes 02:00), those of New York on 14 March and 7 November (02:00 becomes 03:00, 02:00 becomes
 * 01:00).
 */
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';

const scheduler = new SchedulerClient();

// Your part: all four, each at its own times, and in a way that bears to be run twice.
await schedule('berlin', 'rate(1 day)');

async function schedule(job: string, expression: string): Promise<void> {
  await scheduler.send(
    new CreateScheduleCommand({
      Name: `${setting('PREFIX')}-${job}`,
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: setting('JOB_ARN'),
        RoleArn: setting('ROLE_ARN'),
        Input: JSON.stringify({ job }),
      },
    }),
  );
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: schedules.ts is told everything by its environment.`);
  return value;
}
