import { expect, test } from 'vitest';
import type { Session } from './session.ts';
import { clockOf, eventually, paceOf } from './time.ts';

const session = (virtualTime: boolean, moved: number[] = []): Session =>
  ({ run: { virtualTime }, control: { advance: async (by: number) => void moved.push(by) } }) as unknown as Session;

test('time that can be moved is moved, at once and whole', async () => {
  const moved: number[] = [];
  const until = async (): Promise<boolean> => true;
  expect(await clockOf(session(true, moved)).advance(3_600_000, { wall: 10, until })).toBe(3_600_000);
  expect(moved).toEqual([3_600_000]);
  expect(paceOf(session(true))).toBe(1);
});

test('real time is waited out, no longer than the check says', async () => {
  const went = await clockOf(session(false)).advance(3_600_000, { wall: 150 });
  expect(went).toBeGreaterThanOrEqual(150);
  expect(went).toBeLessThan(2000);
  expect(paceOf(session(false))).toBeLessThan(1);
});

test('and ends when what was waited for is there', async () => {
  const begun = Date.now();
  await clockOf(session(false)).advance(60_000, { wall: 60_000, until: async () => Date.now() - begun > 150 });
  expect(Date.now() - begun).toBeLessThan(2000);
});

test('a check that cannot live without virtual time has to say so in lab.json', async () => {
  await expect(clockOf(session(false)).advance(1000)).rejects.toThrow('needs virtual-time');
});

test('what is on no clock is looked for until it is there', async () => {
  let looks = 0;
  expect(await eventually(async () => (++looks === 3 ? 'found' : undefined), 60_000)).toBe('found');
  expect(looks).toBe(3);
});

test('and no longer than the check says', async () => {
  const begun = Date.now();
  expect(await eventually(async () => undefined, 300)).toBeUndefined();
  expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
  expect(Date.now() - begun).toBeLessThan(5000);
});
