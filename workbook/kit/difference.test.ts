import { describe, expect, test } from 'vitest';
import { difference, show } from './difference.ts';

describe('the smallest difference', () => {
  test.each<[string, unknown, unknown, string[]]>([
    ['equal values', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    ['plain values', 3, 4, ['- 3', '+ 4']],
    ['texts', 'a', 'b', ['- ‘a’', '+ ‘b’']],
    ['a number and its text', 3, '3', ['- 3', '+ ‘3’']],
    ['a field deep inside', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ['- a.c: 2', '+ a.c: 3']],
    ['a field that is missing', { a: 1, b: 2 }, { a: 1 }, ['- b: 2']],
    ['a field too many', { a: 1 }, { a: 1, b: 2 }, ['+ b: 2']],
    ['a list’s items', ['a', 'b', 'c'], ['b', 'c', 'd'], ['- ‘a’', '+ ‘d’']],
    ['a list in another order', [1, 2], [2, 1], ['- [ 1, 2 ]', '+ [ 2, 1 ]']],
    ['a list with an item twice', [1, 2], [1, 2, 2], ['+ [2]: 2']],
    ['a list of structures', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ['- [1].a: 2', '+ [1].a: 3']],
    ['a list within a structure', { keys: ['a'] }, { keys: [] }, ['- keys: ‘a’']],
    ['a list and a structure', [1], { 0: 1 }, ['- [ 1 ]', "+ { '0': 1 }"]],
    ['nothing seen', 'x', undefined, ['- ‘x’']],
    ['null', { a: null }, { a: {} }, ['- a: null', '+ a: {}']],
    ['times', new Date(0), new Date(1), ['- 1970-01-01T00:00:00.000Z', '+ 1970-01-01T00:00:00.001Z']],
  ])('%s', (_, expected, seen, lines) => {
    expect(difference(expected, seen)).toEqual(lines);
  });

  test('of many lines the first are enough', () => {
    const lines = difference(
      Array.from({ length: 40 }, (_, index) => index),
      [],
    );
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe('  … and 28 lines more');
  });
});

test('a value is shown at bearable length', () => {
  expect(show('text')).toBe('‘text’');
  expect(show(['x'.repeat(1000)]).length).toBeLessThan(400);
  expect(show(Array.from({ length: 1000 }, () => 1))).toContain('980 more items');
});
