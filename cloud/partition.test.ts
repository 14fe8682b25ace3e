/** Two parties that cannot reach each other, one way or both, while everybody else reaches either. */
import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from './contract.ts';
import { openTestCloud, setFault, type TestCloud } from './testing.ts';

/** Calls another function by its URL and by its name, and the queue service. */
const CALLER = `
  const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
  const { SQSClient, ListQueuesCommand } = require('@aws-sdk/client-sqs');
  const [lambda, sqs] = [new LambdaClient({ maxAttempts: 1 }), new SQSClient({ maxAttempts: 1 })];
  exports.handler = async (event) => {
    if (event.requestContext || event.asked) return 'here';
    const begun = Date.now();
    const outcome = (call) => call.then(() => 'reached', (error) => /Timeout|Abort/.test(error.name) && Date.now() > begun ? 'waited' : 'cut off');
    const abortSignal = () => ({ abortSignal: AbortSignal.timeout(2000) });
    return {
      url: await outcome(fetch(process.env.OTHER_URL, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.text())),
      name: await outcome(lambda.send(new InvokeCommand({ FunctionName: process.env.OTHER, Payload: '{"asked":true}' }), abortSignal())),
      sqs: await outcome(sqs.send(new ListQueuesCommand({}), abortSignal())),
    };
  };`;

let t: TestCloud;
const arn = (name: string) => `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;

beforeAll(async () => {
  t = await openTestCloud();
  const Role = await t.role('service', { Effect: 'Allow', Action: ['lambda:*', 'sqs:*'], Resource: '*' });
  const urls: Record<string, string> = {};
  for (const name of ['feed', 'chat']) {
    await t.deploy(name, CALLER, { Role, Timeout: 60 });
    const made = await t.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: 'NONE' }));
    urls[name] = made.FunctionUrl!;
    for (const Action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      await t.lambda.send(
        new AddPermissionCommand({ FunctionName: name, StatementId: Action.slice(7), Action, Principal: '*' }),
      );
    }
  }
  for (const [name, other] of [
    ['feed', 'chat'],
    ['chat', 'feed'],
  ] as const) {
    await t.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: name,
        Environment: { Variables: { OTHER: other, OTHER_URL: urls[other]! } },
      }),
    );
  }
  await t.cloud.clock.advance(10_000);
}, 60_000);
afterAll(async () => {
  expect(t.cloud.internalErrors).toEqual([]);
  await t.close();
});
beforeEach(() => t.cloud.core.faults.clear());

const cut = (between: NonNullable<Fault['between']>, effect: Fault['effect'] = { kind: 'reset' }) =>
  setFault(t, { service: '*', between, effect });
const seenBy = async (name: string) => (await t.invoke(name)).payload;
const reached = { url: 'reached', name: 'reached', sqs: 'reached' };

describe('a partition', () => {
  test('goes one way: by URL and by name', async () => {
    const id = await cut({ from: arn('feed'), to: arn('chat') });
    expect(await seenBy('feed')).toEqual({ url: 'cut off', name: 'cut off', sqs: 'reached' });
    expect(await seenBy('chat')).toEqual(reached);
    const met = t.cloud.core.trace.entries().filter(({ fault }) => fault === id);
    expect(met.map(({ operation, resource }) => [operation, resource])).toEqual([
      ['InvokeFunctionUrl', 'chat'],
      ['Invoke', 'chat'],
    ]);
  });

  test('or both, and who waits does so for its own time limit', async () => {
    await cut({ from: arn('feed'), to: arn('chat'), bothWays: true }, { kind: 'hang' });
    const before = t.cloud.clock.now();
    expect(await seenBy('feed')).toEqual({ url: 'waited', name: 'waited', sqs: 'reached' });
    expect(t.cloud.clock.now() - before).toBe(4000);
    expect(await seenBy('chat')).toEqual({ url: 'waited', name: 'waited', sqs: 'reached' });
  });

  test('cuts nobody else off', async () => {
    await cut({ from: arn('feed'), to: arn('chat'), bothWays: true });
    const answer = await t.lambda.send(new InvokeCommand({ FunctionName: 'chat', Payload: '{"asked":true}' }));
    expect(Buffer.from(answer.Payload!).toString()).toBe('"here"');
  });

  test('names a service, and who calls by its role or its session', async () => {
    const id = await cut({ from: `arn:aws:sts::${t.accountId}:assumed-role/service/feed`, to: 'sqs' });
    expect(await seenBy('feed')).toEqual({ ...reached, sqs: 'cut off' });
    expect(await seenBy('chat')).toEqual(reached);
    t.cloud.core.faults.remove(id);
    await cut({ from: `arn:aws:iam::${t.accountId}:role/*`, to: 'sqs' });
    expect(await seenBy('chat')).toEqual({ ...reached, sqs: 'cut off' });
  });

  test('heals when it is taken away', async () => {
    const id = await cut({ from: arn('*'), to: arn('*') });
    expect(await seenBy('feed')).toEqual({ url: 'cut off', name: 'cut off', sqs: 'reached' });
    t.cloud.core.faults.remove(id);
    expect(await seenBy('feed')).toEqual(reached);
  });
});
