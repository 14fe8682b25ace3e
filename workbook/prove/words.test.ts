import { expect, test } from 'vitest';
import { loadLabs } from '../labs/load.ts';
import { readWords } from './words.ts';

const labs = loadLabs();
const read = (words: string) => {
  const { labs: wanted, ...request } = readWords(words.split(' ').filter(Boolean), labs);
  return { ...request, labs: wanted.map(({ number }) => number).join(' ') };
};
const plain = { labs: labs.map(({ number }) => number).join(' '), parts: [], every: false, update: false };

test.each([
  ['', {}],
  ['every', { every: true }],
  ['3', { labs: '3' }],
  ['batch 1 update', { labs: '1 3', update: true }],
  ['raw-keys', { parts: ['raw-keys'] }],
  ['3 alt-plain seed 361743 every', { labs: '3', parts: ['alt-plain'], seed: 361_743, every: true }],
  ['seed 7 mutant starter', { parts: ['mutant', 'starter'], seed: 7 }],
])('“%s” is understood', (words, expected) => {
  expect(read(words)).toEqual({ ...plain, ...expected });
});

test.each([
  ['3 seed', 'After seed comes a number'],
  ['seed many', 'After seed comes a number'],
  ['9 starter', 'There is no lab 9.'],
  ['3.7 starter', 'proved whole'],
  ['3 starter update seed 7', 'kept of one seed'],
])('“%s” is refused', (words, expected) => {
  expect(() => read(words)).toThrow(expected);
});
