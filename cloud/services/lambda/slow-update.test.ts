/** Lambda answers a change before it has carried it out; a fault makes that take longer. */
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { openTestCloud, setFault, type TestCloud } from '../../testing.ts';

let open: TestCloud | undefined;
afterEach(() => open?.close());

test('an update takes as long as a fault says, and other changes are refused meanwhile', async () => {
  open = await openTestCloud();
  const { cloud, lambda } = open;
  const FunctionName = 'slow';
  await open.deploy(FunctionName, 'exports.handler = async () => undefined;');
  await setFault(open, {
    service: 'lambda',
    operation: 'FinishUpdate',
    resource: FunctionName,
    effect: { kind: 'latency', ms: 20_000 },
  });
  const status = async () =>
    (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).LastUpdateStatus;
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  await cloud.clock.advance(20_500);
  expect(await status()).toBe('InProgress');
  await expect(lambda.send(new PublishVersionCommand({ FunctionName }))).rejects.toThrow(/update is in progress/);
  await cloud.clock.advance(1000);
  expect(await status()).toBe('Successful');
  expect(await lambda.send(new PublishVersionCommand({ FunctionName }))).toMatchObject({ Timeout: 9 });
});
