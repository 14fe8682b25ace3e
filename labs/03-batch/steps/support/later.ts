/** Has functions start by themselves, while the grader waits for something else. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
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

/**
 * Fires once, so many milliseconds from now, whatever goes on then. Where seconds are real the grader does it itself: schedules are
 * good to the minute there, if they fire at all.
 */
export async function fireLater(t: Check, of: Deployed, event: unknown, ms: number): Promise<void> {
  if (t.pace < 1) {
    const started = { FunctionName: of.name, InvocationType: 'Event', Payload: JSON.stringify(event) } as const;
    // A check that has come to its end meanwhile has taken the function with it.
    setTimeout(() => void t.aws.lambda.send(new InvokeCommand(started)).catch(() => undefined), ms).unref();
    return;
  }
  const at = Math.ceil(((await t.clock.now()) + ms) / SECOND) * SECOND;
  await fire(t, of, event, { ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})` });
}
