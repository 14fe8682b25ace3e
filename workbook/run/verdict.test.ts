import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../kit/failure.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { verdictText } from '../report/verdict.ts';
import { exitCode, type RunError, type Seen, type StepSeen, type Verdict, verdictOf } from './verdict.ts';

const [lab] = loadLabs() as [Lab];
const step = lab.steps[0]!;
const ids = step.checks.map(({ id }) => id);
const passed = (id: string): Seen => ({ id, passed: true, report: { did: ['did'], output: ['said'] } });

function verdict(
  checks: readonly Seen[],
  more: { errors?: string[]; run?: RunError[]; stopAtFailure?: boolean; first?: string } = {},
): Verdict {
  const seen = new Map<string, StepSeen>([[step.id, { checks, errors: more.errors ?? [] }]]);
  return verdictOf({
    lab,
    steps: [step],
    answer: 'src',
    sandbox: 'process',
    seed: 42,
    version: '1.2.3',
    stopAtFailure: more.stopAtFailure ?? false,
    ...(more.first === undefined ? {} : { first: { step: step.id, check: more.first } }),
    seen,
    errors: more.run ?? [],
  });
}
const failing = (report?: CheckReport['failure']): Verdict =>
  verdict([
    { id: ids[0]!, passed: false, ...(report ? { report: { did: [], output: [], failure: report } } : { error: 'x' }) },
    ...ids.slice(1).map(passed),
  ]);

test('every check once and passed: all points', () => {
  const all = verdict(ids.map(passed));
  expect(all).toMatchObject({
    formatVersion: 1,
    lab: '01-faas',
    answer: 'src',
    engine: 'embedded',
    seed: 42,
    versions: { workbook: '1.2.3', node: process.versions.node },
    status: 'passed',
    points: { earned: step.points, possible: step.points },
    errors: [],
  });
  expect(all.steps[0]).toMatchObject({ number: '1.1', id: step.id, status: 'passed', earned: step.points });
  expect(all.steps[0]!.checks.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, 'passed']));
  expect(all.steps[0]!.checks[0]).toMatchObject({ title: step.checks[0]!.title, did: ['did'], output: ['said'] });
  expect(exitCode(all)).toBe(0);
});

test('the learner’s own mistake is a failure, and costs the step’s points', () => {
  const one = failing({ fault: 'code', expected: 'this', seen: 'that' });
  expect(one).toMatchObject({ status: 'failed', points: { earned: 0 } });
  expect(one.steps[0]!.checks[0]).toMatchObject({ status: 'failed', failure: { expected: 'this', seen: 'that' } });
  expect(exitCode(one)).toBe(1);
});

describe('an error, never a pass and never held against the learner', () => {
  test.each<[string, Verdict, string]>([
    ['a check that did not run', verdict(ids.slice(1).map(passed)), 'did not run it'],
    ['no check at all', verdict([]), 'did not run it'],
    ['a check that ran twice', verdict([passed(ids[0]!), ...ids.map(passed)]), 'ran 2 times'],
    [
      'a check that failed first and then passed',
      verdict([{ id: ids[0]!, passed: false }, ...ids.map(passed)]),
      'ran 2 times',
    ],
    ['a grader that threw', failing({ fault: 'grader', expected: 'a verdict', seen: 'TypeError' }), 'TypeError'],
    ['a failure without a report', failing(), 'x'],
    ['a grader’s file that does not load', verdict([], { errors: ['SyntaxError: boom'] }), 'SyntaxError: boom'],
  ])('%s', (_, { status, points, steps, ...rest }, told) => {
    expect([status, points.earned]).toEqual(['error', 0]);
    expect(exitCode({ status, points, steps, ...rest })).toBe(2);
    const wrong = steps[0]!.checks.filter((check) => check.status !== 'passed');
    expect(wrong[0]).toMatchObject({ status: 'error', failure: { fault: 'grader' } });
    expect(wrong[0]!.failure!.seen).toContain(told);
  });

  test('a check that lab.json does not list', () => {
    const stray = verdict([...ids.map(passed), passed('smuggled-in')]);
    expect(stray).toMatchObject({ status: 'error', points: { earned: 0 } });
    expect(stray.steps[0]!.checks.map(({ id }) => id)).toEqual(ids);
    expect(stray.errors).toEqual([
      { fault: 'grader', message: `${step.test} has a check ‘smuggled-in’ that lab.json does not list.` },
    ]);
  });

  test('what went wrong beside the checks', () => {
    const run: RunError[] = [{ fault: 'grader', message: 'the cloud broke' }];
    expect(verdict(ids.map(passed), { run })).toMatchObject({ status: 'error', errors: run });
  });

  test('a machine that cannot: every check says so', () => {
    const none = verdict([], { run: [{ fault: 'machine', message: 'no bubblewrap' }] });
    expect(none.status).toBe('error');
    for (const { failure } of none.steps[0]!.checks) {
      expect(failure).toMatchObject({ fault: 'machine', seen: 'no bubblewrap' });
    }
  });
});

describe('a run that ends a step at its first failing check', () => {
  const failed = (id: string): Seen => ({
    id,
    passed: false,
    report: { did: [], output: [], failure: { fault: 'code', expected: 'this', seen: 'that' } },
  });
  const statuses = ({ steps }: Verdict): string[] => steps[0]!.checks.map(({ status }) => status);

  test('what comes after it is not run, and nobody’s fault', () => {
    const one = verdict([passed(ids[0]!), failed(ids[1]!)], { stopAtFailure: true });
    expect(statuses(one)).toEqual(['passed', 'failed', ...ids.slice(2).map(() => 'not-run')]);
    expect(one).toMatchObject({ status: 'failed', points: { earned: 0 } });
  });

  test('says the same however much ran side by side with it', () => {
    const alone = verdict([passed(ids[0]!), failed(ids[1]!)], { stopAtFailure: true });
    const beside = verdict([failed(ids[3]!), passed(ids[2]!), failed(ids[1]!), passed(ids[0]!)], {
      stopAtFailure: true,
    });
    expect(beside).toEqual(alone);
  });

  test('a check that goes first and fails is the only one that ran, whatever its place', () => {
    const one = verdict([failed(ids[2]!)], { stopAtFailure: true, first: ids[2]! });
    expect(statuses(one)).toEqual(ids.map((_, index) => (index === 2 ? 'failed' : 'not-run')));
    expect(one).toMatchObject({ status: 'failed', points: { earned: 0 } });
    const report = verdictText(one, lab, { width: 80 });
    expect(report).toContain('The check that failed last time goes first.');
    expect(report).toContain(`${ids.length - 1} other checks of this`);
  });

  test('where every check was run, each that fails is told in full', () => {
    const one = verdict(ids.map((id, index) => (index % 2 === 0 ? passed(id) : failed(id))));
    const report = stripVTControlCharacters(verdictText(one, lab, { width: 80 }));
    expect(report.match(/^ {6}expected {2}this$/gm)).toHaveLength(Math.floor(ids.length / 2));
  });

  test('once it passes, the step ends at the first failing check in the order of the lab', () => {
    const seen = [passed(ids[2]!), passed(ids[0]!), failed(ids[1]!)];
    expect(verdict(seen, { stopAtFailure: true, first: ids[2]! })).toEqual(verdict(seen, { stopAtFailure: true }));
    const all = ids.map(passed);
    expect(verdict(all, { stopAtFailure: true, first: ids[2]! })).toEqual(verdict(all));
  });

  test('a check that did not run before it, or without any failure, is an error', () => {
    expect(statuses(verdict([failed(ids[1]!)], { stopAtFailure: true }))[0]).toBe('error');
    expect(statuses(verdict([passed(ids[0]!)], { stopAtFailure: true }))[1]).toBe('error');
  });
});
