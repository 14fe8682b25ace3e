import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { lateControls, type Take } from './late.ts';

const ask = (url: string) => [{ url } as IncomingMessage, {} as ServerResponse] as const;

test('controls are loaded by the first request for them, once, and time stands still meanwhile', async () => {
  let [loads, busy] = [0, 0];
  const taken: string[] = [];
  const clock = {
    busy: () => {
      busy++;
      return () => void busy--;
    },
  };
  let loaded: (controls: Take) => void = () => undefined;
  const take = lateControls(clock, () => {
    loads++;
    return new Promise((resolve) => {
      loaded = resolve;
    });
  });

  expect(take(...ask('/bucket'))).toBe(false);
  expect([loads, busy]).toEqual([0, 0]);
  expect(take(...ask('/_cloud/clock'))).toBe(true);
  expect(take(...ask('/_cloud/trace'))).toBe(true);
  expect([loads, busy, taken]).toEqual([1, 2, []]);

  loaded(({ url }) => taken.push(url!) > 0);
  await expect.poll(() => busy).toBe(0);
  expect([loads, taken]).toEqual([1, ['/_cloud/clock', '/_cloud/trace']]);
});
