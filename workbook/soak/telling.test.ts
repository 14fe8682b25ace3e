import { expect, test } from 'vitest';
import type { CheckVerdict, Verdict } from '../run/verdict.ts';
import { complaints, differences } from './telling.ts';

const check = (id: string, more: Partial<CheckVerdict> = {}): CheckVerdict => ({
  id,
  title: id,
  status: 'passed',
  did: [],
  output: [],
  ...more,
});
const verdict = (...checks: CheckVerdict[]): Verdict => ({
  formatVersion: 1,
  lab: '02-tiny',
  title: 'Tiny',
  answer: 'solution',
  engine: 'embedded',
  sandbox: 'process',
  seed: 7,
  versions: { workbook: '0', node: '20' },
  status: checks.every(({ status }) => status === 'passed') ? 'passed' : 'failed',
  points: { earned: 0, possible: 1 },
  steps: [{ id: 'one', number: '2.1', title: 'One', status: 'passed', points: 1, earned: 1, checks }],
  errors: [],
});
const failed = (what: string, seen: string) =>
  check('two', { status: 'failed', did: ['killed it'], failure: { fault: 'code', what, expected: '1', seen } });

test('two verdicts differ in the status of a check, or in what a failure speaks of; not in what was done or seen', () => {
  const passed = verdict(check('one'), check('two'));
  expect(differences(passed, verdict(check('one'), check('two', { did: ['killed it at call 7'] })))).toEqual([]);
  expect(differences(passed, verdict(check('one'), failed('the pages', '2')))).toEqual([
    'the whole: failed',
    '2.1 two: failed (the pages)',
  ]);
  expect(differences(verdict(failed('the pages', '2')), verdict(failed('the pages', '3')))).toEqual([]);
  expect(differences(verdict(failed('the pages', '2')), verdict(failed('the files', '2')))).toEqual([
    '2.1 two: failed (the files)',
  ]);
});

test('a complaint says what was done, expected and seen', () => {
  expect(complaints(verdict(check('one'), failed('the pages', '2')))).toBe(
    '  2.1 two: failed\n    killed it\n    of the pages\n    expected 1\n    seen     2',
  );
});
