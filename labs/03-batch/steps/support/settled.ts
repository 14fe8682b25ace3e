/** Waits until Lambda is through with a change: a moment of its own where time can be moved, until it says so where seconds are real. */
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { Check } from '../../../../workbook/kit/contract.ts';

/** Milliseconds that a change takes; where seconds are real, at most. */
const CHANGE = 2000;
const AT_MOST = 60_000;

const settled = (t: Check, until: () => Promise<boolean>): Promise<number> =>
  t.clock.advance(CHANGE, { wall: AT_MOST, until });

/** No event source mapping of the account is being made, changed or removed. */
export async function mappingsSettled(t: Check): Promise<void> {
  await settled(t, async () => {
    const { EventSourceMappings = [] } = await t.aws.lambda.send(new ListEventSourceMappingsCommand({}));
    return EventSourceMappings.every(({ State }) => !State?.endsWith('ing'));
  });
}

/** The function is as it was last told to be. */
export async function functionSettled(t: Check, FunctionName: string): Promise<void> {
  await settled(t, async () => {
    const { LastUpdateStatus } = await t.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return LastUpdateStatus === 'Successful';
  });
}
