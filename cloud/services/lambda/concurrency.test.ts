/** Reserved concurrency, as AWS gives it out. */
import * as api from '@aws-sdk/client-lambda';
import { beforeEach, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { deployed, functionArn, t, useCloud } from './testing.ts';

useCloud();

let FunctionName: string;
beforeEach(async () => {
  FunctionName = await deployed(`exports.handler = () => new Promise((resolve) => setTimeout(resolve, 1000));`);
});

const put = (ReservedConcurrentExecutions: number, name = FunctionName) =>
  t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }));
const get = async () =>
  (await t.lambda.send(new api.GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions;
const clear = () => t.lambda.send(new api.DeleteFunctionConcurrencyCommand({ FunctionName }));

test('as many run at a time as are reserved; the others are told why they may not', async () => {
  expect(await get()).toBeUndefined();
  await put(2);
  expect(await get()).toBe(2);
  const calls = await Promise.allSettled([1, 2, 3].map(() => t.invoke(FunctionName)));
  const refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []));
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    name: 'TooManyRequestsException',
    message: 'Rate Exceeded.',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
  expect((await clear()).$metadata.httpStatusCode).toBe(204);
  expect(await get()).toBeUndefined();
});

test('a hundred stay unreserved, and the account is told what is left', async () => {
  const least =
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].";
  for (const wanted of [901, 1001]) {
    expect(await refusal(put(wanted))).toEqual({ name: 'InvalidParameterValueException', status: 400, message: least });
  }
  await put(900);
  const { AccountLimit, AccountUsage } = await t.lambda.send(new api.GetAccountSettingsCommand({}));
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 });
  expect(AccountUsage).toMatchObject({ FunctionCount: expect.any(Number), TotalCodeSize: expect.any(Number) });
  await put(1);
});

test.each([
  ['nobody', 'ResourceNotFoundException', 404, () => `Function not found: ${functionArn('nobody')}:$LATEST`],
  [
    'some:1',
    'InvalidParameterValueException',
    400,
    () =>
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  ],
])('refuses %s', async (name, code, status, message) => {
  expect(await refusal(put(1, name))).toEqual({ name: code, status, message: message() });
});
