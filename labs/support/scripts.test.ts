import { expect, test } from 'vitest';
import type { Check, ScriptRun } from '../../workbook/kit/contract.ts';
import { endsInFailure, endsWell } from './scripts.ts';

/** What is told to be seen when the judgement fails. */
function seen(judge: (t: Check) => void): string | undefined {
  let told: string | undefined;
  const that: Check['that'] = (condition, message) => {
    if (!condition) told = message.seen;
  };
  judge({ that } as Check);
  return told;
}

const well: ScriptRun = { exitCode: 0, output: ['done'] };
const thrown: ScriptRun = { exitCode: 1, output: [], error: { type: 'Error', message: 'no', at: 'a.ts:1:2' } };
const left: ScriptRun = { exitCode: 3, output: ['first', 'last'] };
const killed: ScriptRun = { exitCode: null, signal: 'SIGKILL', output: ['first', 'last'] };
const stopped: ScriptRun = { ...killed, error: { type: 'Stopped', message: 'it used too much' } };

test('a script that is to end well says how else it ended', () => {
  expect([well, thrown, left, killed, stopped].map((run) => seen((t) => endsWell(t, 'deploy.ts', run)))).toEqual([
    undefined,
    'exit code 1, Error: no (a.ts:1:2)',
    'exit code 3; its last line was: last',
    'it was killed by SIGKILL; its last line was: last',
    'it was stopped: it used too much',
  ]);
});

test('a script that is to tell of a failure has to end by itself', () => {
  expect([well, left, killed, stopped].map((run) => seen((t) => endsInFailure(t, 'deploy.ts', run, '')))).toEqual([
    'exit code 0',
    undefined,
    'it was killed by SIGKILL; its last line was: last',
    'it was stopped: it used too much',
  ]);
});
