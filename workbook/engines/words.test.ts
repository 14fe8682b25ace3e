/** What `npm run test:localstack` makes of its words. */
import { expect, test } from 'vitest';
import { loadLabs } from '../labs/load.ts';
import { readWords } from './words.ts';

const labs = loadLabs();
const ANSWERS = ['starter', 'solution', 'alternate alt-plain'];
const read = (line: string) => {
  const { labs: wanted, ...rest } = readWords(line.split(' ').filter(Boolean), labs, ANSWERS);
  return { steps: wanted.flatMap(({ lab, steps }) => steps.map(({ id }) => `${lab.number}.${id}`)), ...rest };
};
const stepsOf = (number: number) =>
  labs.filter((lab) => lab.number === number).flatMap(({ steps }) => steps.map(({ id }) => `${number}.${id}`));

test('without words it is everything', () => {
  expect(read('')).toEqual({
    steps: labs.flatMap(({ number }) => stepsOf(number)),
    behaviours: true,
    answers: [],
  });
});

test('a seed changes the inputs, and not what is done', () => {
  expect(read('seed 42')).toEqual({ ...read(''), seed: 42 });
});

test('labs and steps, as npm run lab reads them, are graded alone, in their own order', () => {
  expect(read('3')).toMatchObject({ steps: stepsOf(3), behaviours: false });
  expect(read('3.failures 3.7 seed 7')).toEqual({
    steps: ['3.record', '3.failures'],
    behaviours: false,
    answers: [],
    seed: 7,
  });
  expect(read('batch.7 1').steps).toEqual([...stepsOf(1), '3.record']);
});

test('other words are parts of the names of answers', () => {
  expect(read('3.7 solution plain')).toMatchObject({ steps: ['3.record'], answers: ['solution', 'plain'] });
  expect(read('starter')).toMatchObject({ steps: read('').steps, behaviours: false, answers: ['starter'] });
});

test.each([
  ['99', 'There is no lab 99'],
  ['3.99', 'Lab 3 has no step 99'],
  ['3 seed', 'After seed comes a number'],
  ['3 seed many', 'After seed comes a number'],
  ['3.7 mutant', 'No answer’s name has ‘mutant’ in it. There are: starter, solution, alternate alt-plain'],
])('%s is refused', (line, why) => {
  expect(() => read(line)).toThrow(why);
});
