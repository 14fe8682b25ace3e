import { expect, test } from 'vitest';
import { loadLabs } from '../labs/load.ts';
import { readWords } from './words.ts';

const labs = loadLabs();
const read = (words: string) => {
  const { target, ...rest } = readWords(words.split(' ').filter(Boolean), labs);
  return { ...rest, ...(target ? { lab: target.lab.number, step: target.step?.id } : {}) };
};

test.each([
  ['', { solution: false, count: 1 }],
  ['3', { solution: false, count: 1, lab: 3, step: undefined }],
  ['batch seed 42', { solution: false, count: 1, seed: 42, lab: 3, step: undefined }],
  ['solution 3 100', { solution: true, count: 100, lab: 3, step: undefined }],
  ['3.11 solution seed 7', { solution: true, count: 20, seed: 7, lab: 3, step: 'mapping' }],
])('“%s” is understood', (words, expected) => {
  expect(read(words)).toEqual(expected);
});

test.each([
  ['solution', 'Of which lab?'],
  ['9', 'There is no lab 9.'],
  ['3 100', 'A soak is of a lab'],
  ['3.11', 'A soak is of a lab'],
  ['solution 3 many', '“many” is not understood'],
  ['solution 3 0', '“0” is not understood'],
  ['solution 3 5 6', '“6” is not understood'],
  ['3 seed', 'After seed comes a number'],
])('“%s” is refused', (words, expected) => {
  expect(() => read(words)).toThrow(expected);
});
