import { setImmediate as turn } from 'node:timers/promises';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Call, Operation } from '../contract.ts';
import { openTestCloud, type TestCloud } from '../testing.ts';

let t: TestCloud;
beforeEach(async () => {
  t = await openTestCloud();
});
afterEach(async () => {
  await t.close();
});

/** Milliseconds of the clock, driven on by itself, that go by while an operation does what is given. */
async function takes(act: (call: Call) => Promise<void>): Promise<number> {
  const { clock, services } = t.cloud;
  let taken = Number.NaN;
  const operation: Operation<object, object> = async (_, call) => {
    clock.at(clock.now() + 10_000, () => undefined);
    const began = clock.now();
    const stop = clock.drive();
    await act(call);
    stop();
    taken = clock.now() - began;
    return {};
  };
  Object.assign(services.find(({ name }) => name === 's3')!.handlers, { ListBuckets: operation });
  await t.s3.send(new ListBucketsCommand({}));
  return taken;
}

test('time stands still while an operation is at work, also when that takes many turns of the event loop', async () => {
  const work = async () => {
    for (let turns = 0; turns < 50; turns++) await turn();
  };
  expect(await takes(work)).toBe(0);
});

test('and goes on while it waits for time', async () => {
  expect(await takes((call) => call.wait(() => call.core.clock.sleep(5000)))).toBe(5000);
});

test('also when what it waited for went wrong, it is at work again afterwards', async () => {
  const fails = async (call: Call) => {
    await expect(call.wait(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    for (let turns = 0; turns < 50; turns++) await turn();
  };
  expect(await takes(fails)).toBe(0);
});
