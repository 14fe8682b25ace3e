/** However a run ends, by Ctrl-C or by kill -9 of any single process of ours, nothing of it is left. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, type Started, until } from '../testing/copy.ts';
import { answers, type Found, portsOf, processesOf } from '../testing/processes.ts';

const HANDLER = 'labs/07-tiny/src/handler.ts';
const VERDICT = '.workbook/verdicts/07-tiny.json';
const MARK = '4321.0625';
/** Leaves a process of another session and a stopped one behind, and then waits as long as it is let, on nobody's clock. */
const STANDING = `import { execFileSync, spawn } from 'node:child_process';
export async function handler(event: { readonly number: number }) {
  spawn('sh', ['-c', 'env -i setsid /bin/sleep ${MARK} & kill -STOP $$'], { stdio: 'ignore' });
  execFileSync('/bin/sleep', ['${MARK}']);
  return 2 * event.number;
}
`;

let copy: Copy;
let solution: string;
let started: Started | undefined;

beforeAll(async () => {
  copy = copyRepository();
  solution = await copy.read('solutions/07-tiny/handler.ts');
});
beforeEach(async () => {
  // A test that has failed may have left more than processes.
  for (const name of ['.workbook', ...(await copy.leavings()).map((one) => join('.temporary', one))]) {
    await rm(join(copy.root, name), { recursive: true, force: true });
  }
  await copy.run('7 reset');
});
afterEach(() => {
  // Only for a test that has failed: what it left is in the way of the next one.
  for (const { pid } of processesOf(copy.root)) process.kill(pid, 'SIGKILL');
});
afterAll(() => copy.remove());

const ours = (): Found[] => processesOf(copy.root);
const left = (): string[] => ours().map(({ pid, state, command }) => `${pid} ${state} ${command}`);

/** The one process that is meant. */
function find(what: string, is: (one: Found) => boolean): Found {
  const found = ours().filter(is);
  if (found.length === 0) throw new Error(`There is no ${what} among:\n${left().join('\n')}`);
  return found[0]!;
}

/** Starts grading code that stands still, and waits until it does. */
async function standing(words: string): Promise<Started> {
  await copy.write(HANDLER, STANDING);
  started = copy.lab(words);
  await stands();
  return started;
}
const stands = (): Promise<unknown> =>
  until(
    'the learner’s code',
    () => {
      const sleeping = ours().filter(({ command }) => command === `/bin/sleep ${MARK}`);
      return sleeping.length >= 2 && ours().some(({ name, state }) => name === 'sh' && state === 'T');
    },
    { told: () => [left(), started?.printed()] },
  );

/** Nothing is left: no process, no port, no half-written file, no folder. */
async function nothing(ports: readonly number[]): Promise<void> {
  await until('the end of every process', () => ours().length === 0, { told: left, seconds: 30 });
  await until('the end of temporary folders', async () => (await copy.leavings()).length === 0, {
    told: () => copy.leavings(),
    seconds: 30,
  });
  for (const port of ports) expect([port, await answers(port)]).toEqual([port, false]);
}

const isNpm = ({ command }: Found): boolean => /^npm |npm-cli\.js/.test(command);
const isProgram = (one: Found): boolean => /^\S*node workbook\/bin\/lab\.mjs/.test(one.command);
describe('while a lab is graded', () => {
  test('Ctrl-C', async () => {
    const { child, ended } = await standing('7.1');
    const ports = portsOf(ours());
    if (process.platform === 'linux') expect(ports.length).toBeGreaterThan(0);
    process.kill(-child.pid!, 'SIGINT');
    expect((await ended).code).not.toBe(0);
    await nothing(ports);
    expect(existsSync(join(copy.root, VERDICT))).toBe(false);
  });

  test.each([
    ['npm', isNpm],
    ['the program', isProgram],
  ] as const)('kill -9 of %s', async (name, is) => {
    const { ended } = await standing('7.1');
    const ports = portsOf(ours());
    process.kill(find(name, is).pid, 'SIGKILL');
    await ended;
    await nothing(ports);
    expect(existsSync(join(copy.root, VERDICT))).toBe(false);
  });
});

describe('while watching', () => {
  /** Starts with the solution, and waits until it has passed. */
  async function watching(): Promise<Started> {
    await copy.write(HANDLER, solution);
    started = copy.lab('7.1 watch');
    await until('the solution to pass', () => verdict('passed'), { told: () => [left(), started?.printed()] });
    return started;
  }

  async function verdict(status: Verdict['status']): Promise<Verdict | undefined> {
    if (!existsSync(join(copy.root, VERDICT))) return undefined;
    const found = (await copy.json(VERDICT)) as Verdict;
    return found.status === status ? found : undefined;
  }
  const ofLearner = ({ command, name }: Found): boolean => name === 'node' && command.includes('bootstrap.mjs');

  test('kill -9 of what runs the learner’s code fails that run only; of our helpers, nothing; then Ctrl-C', async () => {
    const { child, ended } = await watching();
    const told = { told: () => [left(), started?.printed().slice(-2000)] };
    /** From the learner's process up to the last launcher below the program. */
    const launchers = (one: Found): Found[] => {
      const parent = find(`parent of ${one.command}`, ({ pid }) => pid === one.parent);
      return isProgram(parent) ? [one] : [one, ...launchers(parent)];
    };
    for (let level = 0, levels = 1; level < levels; level++) {
      await copy.write(HANDLER, `${STANDING}// ${level}\n`);
      await stands();
      const up = launchers(find('the learner’s process', (one) => ofLearner(one) && one.state !== 'T'));
      levels = up.length;
      await rm(join(copy.root, VERDICT));
      process.kill(up[level]!.pid, 'SIGKILL');
      const { steps } = await until(`a verdict after the end of ${up[level]!.command}`, () => verdict('failed'), told);
      const failure = { fault: 'code', seen: expect.stringMatching(/Runtime exited/) };
      expect(steps[0]!.checks[0]!.failure).toMatchObject(failure);
    }
    await copy.write(HANDLER, solution);
    await until('the solution to pass', () => verdict('passed'), told);

    await copy.write(HANDLER, STANDING);
    await stands();
    const isHelper = ({ name, command }: Found): boolean =>
      name === 'esbuild' || command.includes('serverless-cloud-cleanup');
    expect(ours().filter(isHelper).length).toBeGreaterThan(1);
    for (const { pid } of ours().filter(isHelper)) process.kill(pid, 'SIGKILL');
    const ports = portsOf(ours());
    process.kill(-child.pid!, 'SIGINT');
    await ended;
    await nothing(ports);
  });

  test.each([
    // Some shells become the program that they are to start: then this is the program.
    ['what npm has started', ({ parent }: Found) => parent === find('npm', isNpm).pid],
    ['the program', isProgram],
  ] as const)('kill -9 of %s', async (name, is) => {
    const { ended } = await watching();
    const ports = portsOf(ours());
    process.kill(find(name, is).pid, 'SIGKILL');
    await ended;
    await nothing(ports);
  });
});
