/** Step 3.4: a function that is fired again and again, and the alarm that the learner's watchdog.ts sets on it. */
import { CloudWatchClient, DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Check } from '../../../../workbook/kit/contract.ts';
import { endsWell } from '../../../support/scripts.ts';
import { counting } from './counting.ts';
import { fire } from './later.ts';
import { toSeconds } from './wall-clock.ts';

const MINUTE = 60_000;

export async function watched(t: Check) {
  const office = await counting(t, [15, 18, 20]);
  const { minutes, period, counted } = office;
  const alarm = t.seeded.name('missed');
  const within = 4 * minutes + t.seeded.integer(5, 9);
  // Given by the reference answer: any function would do.
  const job = await t.deploy('report.ts', office);

  async function state(): Promise<string> {
    const { MetricAlarms = [] } = await t.client(CloudWatchClient).send(new DescribeAlarmsCommand({}));
    t.equal(
      MetricAlarms.map(({ AlarmName }) => AlarmName),
      [alarm],
      { what: 'the alarms of the account', cause: 'There is none of the name in ALARM, or more than one.' },
    );
    return MetricAlarms[0]!.StateValue!;
  }

  return {
    period,
    within: within * MINUTE,
    /** Runs watchdog.ts, which has to end well. */
    async set(): Promise<void> {
      const run = await t.run('watchdog.ts', {
        environment: {
          ALARM: alarm,
          FUNCTION_NAME: job.name,
          PERIOD_MINUTES: String(minutes),
          WITHIN_MINUTES: String(within),
        },
      });
      endsWell(t, 'watchdog.ts', run);
    },
    /** Fires the function every period, the first time in one. Returns the schedule's name. */
    async switchOn(): Promise<string> {
      const StartDate = new Date((await t.clock.now()) + period);
      const event = { scheduledTime: '<aws.scheduler.scheduled-time>' };
      return await fire(t, job, event, { ScheduleExpression: `rate(${minutes} minutes)`, StartDate });
    },
    async switchOff(schedule: string): Promise<void> {
      await t.client(SchedulerClient).send(new DeleteScheduleCommand({ Name: schedule }));
    },
    /** The nth firing from now on comes so much later. */
    async late(schedule: string, nth: number, ms: number): Promise<void> {
      await t.faults.add({
        service: 'scheduler',
        operation: 'InvokeTarget',
        resource: schedule,
        nth,
        effect: { kind: 'latency', ms },
      });
    },
    /** Makes every run fail. */
    breakIt: () =>
      t.faults.add({
        service: 'dynamodb',
        resource: counted,
        effect: { kind: 'error', code: 'AccessDeniedException', status: 403, message: 'Refused by the grader.' },
      }),
    async expectState(wanted: 'OK' | 'ALARM', when: string, cause: string): Promise<void> {
      const seen = await state();
      t.that(seen === wanted, {
        expected: `the alarm is in the state ${wanted} ${when}`,
        seen: `it is in the state ${seen}`,
        cause,
        hint: 3,
      });
    },
    /** It has been OK ever since that moment. */
    async expectQuiet(since: number, cause: string): Promise<void> {
      const { AlarmHistoryItems: changes = [] } = await t.client(CloudWatchClient).send(
        new DescribeAlarmHistoryCommand({
          AlarmName: alarm,
          HistoryItemType: 'StateUpdate',
          StartDate: new Date(since),
          ScanBy: 'TimestampAscending',
        }),
      );
      t.that(changes.length === 0 && (await state()) === 'OK', {
        expected: `the alarm stays in the state OK from ${toSeconds(since)} on, while all runs succeed`,
        seen:
          changes.length > 0
            ? `at ${toSeconds(changes[0]!.Timestamp!.getTime())}: ${changes[0]!.HistorySummary}`
            : `it is in the state ${await state()}`,
        cause,
        hint: 3,
      });
    },
  };
}
