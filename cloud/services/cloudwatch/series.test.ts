import { expect, test } from 'vitest';
import type { Stretch } from '../../contract.ts';
import { aggregateOf } from './aggregate.ts';
import { Series } from './series.ts';

const MINUTE = 60_000;
const series = () => new Series('111122223333', 'tests', 'm', [], { watchers: new Set() });
/** `value` in each of `minutes` from minute `from` on. */
const stretch = (from: number, minutes: number, value: number, slope = 0): Stretch => ({
  name: 'm',
  unit: 'Count',
  time: from * MINUTE,
  minutes,
  value,
  slope,
});
const over = (of: Series, from: number, to: number) => of.aggregate('Count', from * MINUTE, to * MINUTE);

test('a stretch is summed up as its minutes would be, whole or in part', () => {
  const of = series();
  of.extend(stretch(10, 5, 3));
  of.extend(stretch(15, 4, 60, 60));
  expect(over(of, 0, 10)).toBeUndefined();
  expect(over(of, 19, 30)).toBeUndefined();
  expect(over(of, 12, 14)).toMatchObject({ count: 2, sum: 6, min: 3, max: 3 });
  expect(over(of, 14, 17)).toEqual({
    ...aggregateOf([3, 60, 120]),
    values: new Map([
      [3, 1],
      [60, 1],
      [120, 1],
    ]),
  });
  expect(over(of, 0, 100)).toMatchObject({ count: 9, sum: 615, min: 3, max: 240 });
  expect([of.earliest, of.latest]).toEqual([10 * MINUTE, 18 * MINUTE]);
});

test('what goes on is one run; what does not, has a gap or has something beside it, is none', () => {
  const of = series();
  const over = (from: number, to: number) => of.runOver(from * MINUTE, to * MINUTE)?.minutes;
  of.extend(stretch(10, 5, 3));
  of.extend(stretch(15, 1, 3));
  expect(over(10, 16)).toBe(6);
  expect(over(9, 16)).toBeUndefined();
  of.extend(stretch(16, 2, 4));
  of.extend(stretch(20, 2, 4));
  expect([over(15, 17), over(16, 18), over(17, 21), over(20, 22)]).toEqual([undefined, 2, undefined, 2]);
  of.put(21 * MINUTE, 'Count', aggregateOf([4]), MINUTE);
  of.put(16 * MINUTE, 'Bytes', aggregateOf([4]), MINUTE);
  expect([over(16, 18), over(20, 22)]).toEqual([undefined, undefined]);
});

test('minutes are kept for fifteen days, also of one long run', () => {
  const of = series();
  of.extend(stretch(0, 1, 1));
  of.extend(stretch(1, 40_000, 2));
  of.extend(stretch(40_001, 1, 3));
  // One more than that: they are thrown away by the thousand.
  expect(over(of, 0, 50_000)?.count).toBe(21_601);
  expect(of.earliest).toBe((40_000 - 21_599) * MINUTE);
});
