import { describe, expect, test } from 'vitest';
import { UserError } from '../files.ts';
import { findTarget, nearest } from '../labs/find.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { readWords } from './words.ts';

const labs = loadLabs();
const [lab] = labs as [Lab];
const read = (words: string) => readWords(words.split(' ').filter(Boolean), labs);
const refusal = (words: string): string => {
  try {
    read(words);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'taken';
};

describe('a lab and a step', () => {
  test.each(['1', '01', '001', '01-faas', 'faas'])('%s names lab 1', (word) => {
    expect(findTarget(labs, word)).toEqual({ lab });
    expect(read(word)).toMatchObject({ command: 'grade', target: { lab } });
  });

  test.each(['1.3', '01.3', '01-faas.3', 'faas.3', '1.state', 'faas.state'])('%s names step 3', (word) => {
    expect(findTarget(labs, word)).toEqual({ lab, step: lab.steps[2] });
  });

  test.each(['9', 'x', '', '1x', 'labs', '-1', '1,3', 'constructor'])('‘%s’ names none', (word) => {
    expect(findTarget(labs, word)).toBeUndefined();
  });

  test('a step that is not there is answered with those there are', () => {
    expect(() => findTarget(labs, '1.9')).toThrow(/Lab 1 has no step 9\. It has: 1\.1 handler, 1\.2 package/);
    expect(() => findTarget(labs, '1.')).toThrow(UserError);
  });

  test('of words that are near the nearest is meant, and no word that is far', () => {
    expect(nearest('wacth', ['watch', 'hint'])).toBe('watch');
    expect(nearest('solutoin', ['solution', 'seed'])).toBe('solution');
    expect(nearest('banana', ['watch', 'hint', 'faas'])).toBeUndefined();
  });
});

describe('what the words ask for', () => {
  test.each([
    ['', { command: 'where', sealed: false, json: false, all: false }],
    ['all', { command: 'grade', all: true }],
    ['1.2 all watch', { command: 'watch', all: true }],
    ['1 solution all json', { command: 'solution', all: true, json: true }],
    ['help', { command: 'help' }],
    ['--help', { command: 'help' }],
    ['-h', { command: 'help' }],
    ['doctor', { command: 'doctor' }],
    ['json', { command: 'grade', json: true }],
    ['1 watch', { command: 'watch', target: { lab } }],
    ['watch 1', { command: 'watch', target: { lab } }],
    ['WATCH 1', { command: 'watch' }],
    ['1.2 hint', { command: 'hint', target: { lab, step: lab.steps[1] } }],
    ['1.2 hint 3', { command: 'hint', hint: 3 }],
    ['hint 1', { command: 'hint', target: { lab } }],
    ['1 seed 42', { command: 'grade', seed: 42 }],
    ['1 seed 0', { seed: 0 }],
    ['1 seed 4294967295', { seed: 4_294_967_295 }],
    ['1 solution sealed json', { command: 'solution', sealed: true, json: true }],
    ['1 --json', { command: 'grade', json: true }],
    ['1 reset', { command: 'reset', target: { lab } }],
  ])('‘%s’', (words, request) => {
    expect(read(words)).toMatchObject(request);
  });
});

describe('words that mean nothing, or that do not go together', () => {
  test.each([
    ['9', 'There is no lab 9.'],
    ['9.1', 'There is no lab 9.'],
    ['x', '‘x’ is no lab and no word'],
    ['wacth', 'Did you mean ‘watch’?'],
    ['1.1 1.2', 'One lab or step at a time.'],
    ['1 watch hint', '‘watch’ and ‘hint’ do not go together'],
    ['1 hint json', '‘json’ is for grading'],
    ['1 watch json', '‘json’ is for grading'],
    ['1 hint all', '‘all’ is for grading'],
    ['1 debug all', '‘all’ is for grading'],
    ['1 reset sealed', '‘sealed’ is for grading'],
    ['1 debug sealed', '‘sealed’ is for grading'],
    ['1 hint seed 4', '‘seed’ is for grading'],
    ['reset', 'Which lab shall begin anew?'],
    ['1.2 reset', 'A lab begins anew as a whole: npm run lab 1 reset'],
    ['1 seed', 'After ‘seed’ comes a whole number'],
    ['1 seed x', 'not ‘x’'],
    ['1 seed -1', 'not ‘-1’'],
    ['1 seed 1.5', 'not ‘1.5’'],
    ['1 seed 4294967296', 'not ‘4294967296’'],
  ])('‘%s’', (words, said) => {
    expect(refusal(words)).toContain(said);
  });
});
