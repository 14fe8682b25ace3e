import { describe, expect, test } from 'vitest';
import type { Seeded } from './contract.ts';
import { seeded } from './seeded.ts';

const draw = (from: Seeded): unknown[] => [
  from.integer(0, 1e9),
  from.pick(['a', 'b', 'c', 'd']),
  from.shuffle([1, 2, 3, 4, 5, 6, 7, 8]),
  from.name('bucket'),
];

test('the same seed at the same place draws the same', () => {
  expect(draw(seeded(42, 'lab step check'))).toEqual(draw(seeded(42, 'lab step check')));
});

test('another seed or another place draws otherwise', () => {
  const one = draw(seeded(42, 'here'));
  expect(draw(seeded(43, 'here'))).not.toEqual(one);
  expect(draw(seeded(42, 'there'))).not.toEqual(one);
});

describe('over a thousand seeds', () => {
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed);

  test('whole numbers lie between the bounds, both included, and are spread over them', () => {
    const drawn = seeds.map((seed) => seeded(seed, 'place').integer(3, 7));
    for (const value of [3, 4, 5, 6, 7]) {
      const times = drawn.filter((one) => one === value).length;
      expect([value, times > 140 && times < 260]).toEqual([value, true]);
    }
    expect(drawn.every((one) => Number.isInteger(one) && one >= 3 && one <= 7)).toBe(true);
  });

  test('a shuffled list keeps its items and leaves the given one alone', () => {
    const items = [1, 2, 3, 4, 5];
    const firsts = new Set<number>();
    for (const seed of seeds) {
      const shuffled = seeded(seed, 'place').shuffle(items);
      expect([...shuffled].sort()).toEqual(items);
      firsts.add(shuffled[0]!);
    }
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(firsts.size).toBe(5);
  });

  test('names may name buckets and functions, and hardly ever meet', () => {
    const names = seeds.map((seed) => seeded(seed, 'place').name('reports'));
    for (const name of names) expect(name).toMatch(/^reports-[a-z2-9]{6}$/);
    expect(new Set(names).size).toBe(1000);
  });
});
