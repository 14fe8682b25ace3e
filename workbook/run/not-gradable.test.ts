/** What becomes of checks that an engine cannot judge: in the verdict, in points, exit codes and on the terminal. */
import { expect, test } from 'vitest';
import { type Capabilities, capabilityNames } from '../../cloud/engine/capabilities.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { verdictText } from '../report/verdict.ts';
import { gradable } from './needs.ts';
import { exitCode, type Seen, type StepSeen, type Verdict, verdictOf } from './verdict.ts';

const [first] = loadLabs() as [Lab];
const check = (id: string, needs: Step['needs'] = []): Step['checks'][number] => ({
  id,
  title: `The check ${id}`,
  needs,
});
const step = (id: string, needs: Step['needs'], ...checks: Step['checks']): Step => ({
  ...first.steps[0]!,
  id,
  title: `Step ${id}`,
  points: 10,
  needs,
  checks,
});
const lab: Lab = {
  ...first,
  steps: [
    step('all', [], check('plain'), check('faulty', ['faults'])),
    step('partly', [], check('here'), check('timed', ['virtual-time'])),
    step('none', ['iam'], check('allowed')),
  ],
};
const all = Object.fromEntries(capabilityNames.map((name) => [name, true])) as Capabilities;
const capabilities: Capabilities = { ...all, 'virtual-time': 'no clock', iam: 'anyone may' };
const passed = (id: string): Seen => ({ id, passed: true });
const failed = (id: string): Seen => ({
  id,
  passed: false,
  report: { did: [], output: [], failure: { fault: 'code', expected: 'a', seen: 'b' } },
});

function verdict(seen: Record<string, Seen[]>, steps = lab.steps, stopAtFailure = false): Verdict {
  return verdictOf({
    lab,
    steps,
    answer: 'src',
    engine: { name: 'LocalStack 4.14.0', capabilities },
    sandbox: 'process',
    seed: 1,
    version: '1',
    stopAtFailure,
    seen: new Map(Object.entries(seen).map(([id, checks]) => [id, { checks, errors: [] } satisfies StepSeen])),
    errors: [],
  });
}
const statuses = ({ steps }: Verdict) =>
  steps.map(({ status, earned, checks }) => [status, earned, ...checks.map((one) => one.status)]);
const good = { all: [passed('plain'), passed('faulty')], partly: [passed('here')] };

test('what is needed and lacking is not run', () => {
  expect(gradable(lab.steps, capabilities).map(({ id, checks }) => [id, checks.map((one) => one.id)])).toEqual([
    ['all', ['plain', 'faulty']],
    ['partly', ['here']],
  ]);
  expect(gradable(lab.steps, all)).toEqual(lab.steps);
});

test('it earns nothing and loses nothing: what could be judged decides', () => {
  const result = verdict(good);
  expect(statuses(result)).toEqual([
    ['passed', 10, 'passed', 'passed'],
    ['not-gradable', 0, 'passed', 'not-gradable'],
    ['not-gradable', 0, 'not-gradable'],
  ]);
  expect(result).toMatchObject({
    engine: 'LocalStack 4.14.0',
    capabilities,
    status: 'passed',
    points: { earned: 10, possible: 10 },
  });
  expect(exitCode(result)).toBe(0);
});

test('a step fails by what could be judged of it', () => {
  const result = verdict({ ...good, partly: [failed('here')] });
  expect(statuses(result)[1]).toEqual(['failed', 0, 'failed', 'not-gradable']);
  expect(result).toMatchObject({ status: 'failed', points: { earned: 10, possible: 20 } });
  expect(exitCode(result)).toBe(1);
});

test('a run that ends steps at their first failing check does not end them at one that it cannot judge', () => {
  const [all, partly, none] = [lab.steps[0]!, lab.steps[1]!, lab.steps[2]!];
  const turned = [all, { ...partly, checks: [partly.checks[1]!, partly.checks[0]!] }, none];
  expect(statuses(verdict({ ...good, partly: [failed('here')] }, turned, true))[1]).toEqual([
    'failed',
    0,
    'not-gradable',
    'failed',
  ]);
  expect(statuses(verdict({ ...good, all: [failed('plain')] }, turned, true))[0]).toEqual([
    'failed',
    0,
    'failed',
    'not-run',
  ]);
  expect(statuses(verdict({ ...good, partly: [failed('here')] }, lab.steps, true))[1]).toEqual([
    'failed',
    0,
    'failed',
    'not-gradable',
  ]);
});

test('a check that could have run and did not is an error all the same', () => {
  expect(statuses(verdict({ ...good, partly: [] }))[1]).toEqual(['error', 0, 'error', 'not-gradable']);
});

test('one that ran though it was not to is judged by what it said', () => {
  expect(statuses(verdict({ ...good, none: [failed('allowed')] }))[2]).toEqual(['failed', 0, 'failed']);
});

test('a run of nothing but such steps ends well, and says so', () => {
  const result = verdict({}, [lab.steps[2]!]);
  expect([result.status, result.points, exitCode(result)]).toEqual(['not-gradable', { earned: 0, possible: 0 }, 0]);
});

test('the terminal says which engine judged, and what it could not judge', () => {
  const text = verdictText(verdict(good), lab, { width: 200 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are not what this is about
  expect(text.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual([
    '✓ 1.1 Step all  10/10',
    '    ✓ The check plain',
    '    ✓ The check faulty',
    '',
    '○ 1.2 Step partly  not gradable here',
    '    ✓ The check here',
    '    ○ The check timed',
    '      not gradable here: it needs time that can be moved (no clock)',
    '',
    '○ 1.3 Step none  not gradable here',
    '    ○ The check allowed',
    '      not gradable here: it needs policies that are enforced (anyone may)',
    '',
    'Lab 1, Functions as a service: everything that could be judged here passes, 10 of 10 points.',
    'Judged on LocalStack 4.14.0. 2 checks could not be judged there: without CLOUD the workbook’s own cloud judges all of them.',
  ]);
});
