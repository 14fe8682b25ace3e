/** What Lambda measures of asynchronous events and of all functions together; of single invocations, CloudWatch's tests do. */
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as api from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { deployed, ECHO, FAILING, MINUTE, queue, roleFor, sendEvent, t, useCloud } from './testing.ts';

useCloud();

/** Of the last hour: sums, and the greatest. */
async function measured(MetricName: string, dimensions: Record<string, string>) {
  const now = t.cloud.clock.now();
  const { Datapoints = [] } = await t.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now - 60 * MINUTE),
      EndTime: new Date(now + MINUTE),
      Period: 3600 * 24,
      Statistics: ['Sum', 'Maximum'],
    }),
  );
  const sum = Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  return Datapoints.length > 0 ? [sum, Math.max(...Datapoints.map(({ Maximum = 0 }) => Maximum))] : undefined;
}

test('events are counted as they come and as they are dropped, and their age is told at each try', async () => {
  const name = await deployed(FAILING);
  const of = (metric: string, more = {}) => measured(metric, { FunctionName: name, ...more });
  await sendEvent(name, {}, 1000);
  expect(await of('AsyncEventsReceived')).toEqual([1, 1]);
  expect(await of('AsyncEventsDropped')).toBeUndefined();
  await t.cloud.clock.advance(10 * MINUTE);
  expect(await of('AsyncEventsDropped')).toEqual([1, 1]);
  expect(await of('AsyncEventsDropped', { Resource: name })).toEqual([1, 1]);
  expect(await of('AsyncEventAge')).toEqual([4 * MINUTE, 3 * MINUTE]);
});

test('what cannot be told is counted', async () => {
  const { arn } = await queue();
  const Role = await roleFor('sqs:SendMessage');
  const name = await deployed(FAILING, { Role, DeadLetterConfig: { TargetArn: arn } });
  const config = {
    FunctionName: name,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: arn } },
  };
  await t.lambda.send(new api.PutFunctionEventInvokeConfigCommand(config));
  const of = (metric: string) => measured(metric, { FunctionName: name });
  await sendEvent(name, {}, 1000);
  expect([await of('DestinationDeliveryFailures'), await of('DeadLetterErrors')]).toEqual([undefined, undefined]);
  const Statement = [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await t.iam.send(new PutRolePolicyCommand({ RoleName: Role.split('/').at(-1), PolicyName: 'no', PolicyDocument }));
  await sendEvent(name, {}, 1000);
  expect([await of('DestinationDeliveryFailures'), await of('DeadLetterErrors')]).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test('the account is told how many of all functions run, and how many of those without a reserve', async () => {
  await t.cloud.clock.advance(2 * 60 * MINUTE);
  const waiting = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 1000));`;
  const [first, second] = [await deployed(waiting), await deployed(waiting)];
  await t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: first, ReservedConcurrentExecutions: 5 }));
  await Promise.all([first, first, second].map((name) => t.invoke(name)));
  const greatest = async (metric: string, dimensions = {}) => (await measured(metric, dimensions))![1];
  expect(await greatest('ConcurrentExecutions')).toBe(3);
  expect(await greatest('UnreservedConcurrentExecutions')).toBe(1);
  expect(await greatest('ConcurrentExecutions', { FunctionName: first })).toBe(2);
  expect(await greatest('ConcurrentExecutions', { FunctionName: second, Resource: second })).toBe(1);
});

test('a function that succeeds drops nothing', async () => {
  const name = await deployed(ECHO);
  await sendEvent(name, {}, 1000);
  expect(await measured('AsyncEventsDropped', { FunctionName: name })).toBeUndefined();
  expect(await measured('AsyncEventAge', { FunctionName: name })).toEqual([0, 0]);
});
