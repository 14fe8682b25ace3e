/** Has functions start by themselves, while the grader waits for something else. */
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { schedulerRole } from './roles.ts';

const SECOND = 1000;

/** Fires a function by a schedule of its own, and returns the schedule's name, which faults of `InvokeTarget` match. */
export async function fire(
  t: Check,
  of: Deployed,
  event: unknown,
  when: { ScheduleExpression: string; StartDate?: Date; EndDate?: Date },
): Promise<string> {
  const Name = t.seeded.name('firing');
  await t.client(SchedulerClient).send(
    new CreateScheduleCommand({
      Name,
      ...when,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: of.arn,
        RoleArn: await schedulerRole(t, [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: of.arn }]),
        Input: JSON.stringify(event),
      },
    }),
  );
  return Name;
}

/** Fires once, so many milliseconds from now, whatever goes on then. */
export async function fireLater(t: Check, of: Deployed, event: unknown, ms: number): Promise<void> {
  const at = Math.ceil(((await t.clock.now()) + ms) / SECOND) * SECOND;
  await fire(t, of, event, { ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})` });
}
