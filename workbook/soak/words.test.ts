import { expect, test } from 'vitest';
import { loadLabs } from '../labs/load.ts';
import { readWords, type Target } from './words.ts';

const labs = loadLabs();
const nameOf = ({ lab, step }: Target): string => `${lab.number}${step ? `.${step.id}` : ''}`;
const read = (words: string) => {
  const request = readWords(words.split(' ').filter(Boolean), labs);
  if (request.kind === 'soak') return { ...request, ...(request.lab ? { lab: request.lab.number } : {}) };
  if (request.kind === 'solution') return { ...request, target: nameOf(request.target) };
  return { ...request, targets: request.targets.map(nameOf) };
};

test.each([
  ['', { kind: 'soak' }],
  ['3', { kind: 'soak', lab: 3 }],
  ['4 kills', { kind: 'soak', lab: 4, name: 'kills' }],
  ['batch seed 42', { kind: 'soak', seed: 42, lab: 3 }],
  ['solution 3 100', { kind: 'solution', count: 100, target: '3' }],
  ['3.11 solution seed 7', { kind: 'solution', count: 20, seed: 7, target: '3.mapping' }],
  ['load 4', { kind: 'load', count: 50, targets: ['4'] }],
  ['4 load 5 seed 7', { kind: 'load', count: 5, seed: 7, targets: ['4'] }],
  ['load 3.11 4.9 2', { kind: 'load', count: 2, targets: ['3.mapping', '4.one'] }],
])('“%s” is understood', (words, expected) => {
  expect(read(words)).toEqual(expected);
});

test.each([
  ['solution', 'Of which lab?'],
  ['load', 'Of which lab?'],
  ['9', 'There is no lab 9.'],
  ['load 4 9.1', 'There is no lab 9.1.'],
  ['3.11', 'A soak is of a lab'],
  ['3 documents 5', '“5” is not understood'],
  ['solution 3 many', '“many” is not understood'],
  ['solution 3 0', '“0” is not understood'],
  ['solution 3 5 6', '“5” is not understood'],
  ['3 seed', 'After seed comes a number'],
])('“%s” is refused', (words, expected) => {
  expect(() => read(words)).toThrow(expected);
});
