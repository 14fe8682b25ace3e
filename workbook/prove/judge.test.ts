import { expect, test } from 'vitest';
import { type Lab, loadLabs } from '../labs/load.ts';
import { type Seen, verdictOf } from '../run/verdict.ts';
import { judge } from './judge.ts';

const [lab] = loadLabs() as [Lab];
const step = lab.steps[0]!;
const [first, ...others] = step.checks.map(({ id }) => id) as [string, ...string[]];
const passed = (id: string): Seen => ({ id, passed: true, report: { did: [], output: [] } });
const failed = (id: string, hint: number): Seen => ({
  id,
  passed: false,
  report: { did: [], output: [], failure: { fault: 'code', expected: 'this', seen: 'that', hint } },
});
const judged = (checks: readonly Seen[]) =>
  judge(
    verdictOf({
      lab,
      steps: [step],
      answer: 'mutant',
      sandbox: 'process',
      seed: 42,
      version: '1.2.3',
      stopAtFailure: false,
      seen: new Map([[step.id, { checks, errors: [] }]]),
      errors: [],
    }),
    { kind: 'rejected', by: [first] },
    [step],
  );

test('a mutant that its check rejects', () => {
  expect(judged([failed(first, 1), ...others.map(passed)])).toMatchObject({ status: 'passed' });
});

test('a failure that leads to a hint which is not there', () => {
  expect(judged([failed(first, 9), ...others.map(passed)])).toEqual({
    status: 'failed',
    says: `check ${first} leads to hint 9, and step ${step.id} has ${step.hints.length}`,
  });
});

test('a check that lab.json does not list is named', () => {
  expect(judged([failed(first, 1), ...others.map(passed), passed('smuggled-in')])).toEqual({
    status: 'failed',
    says: `no verdict: ${step.test} has a check ‘smuggled-in’ that lab.json does not list.`,
  });
});
