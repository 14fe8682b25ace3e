/** Work that a handler leaves behind does not run between invocations, however it was started. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Program, ProgramSpec } from '../../sandbox/contract.ts';
import { openTestCloud, type TestCloud } from '../../testing.ts';

const LOOP = 'while :; do printf x >> "$FILE"; sleep 0.01; done';

/** How a handler leaves work behind: JavaScript that makes `file` grow. */
const ways: Readonly<Record<string, string>> = {
  'a timer of its own': "setInterval(() => appendFileSync(file, 'x'), 10);",
  'a detached child': `spawn('sh', ['-c', loop], { detached: true, stdio: 'ignore', env }).unref();`,
  'nohup setsid': `spawn('sh', ['-c', "nohup setsid sh -c '" + loop + "' >/dev/null 2>&1 &"], { stdio: 'ignore', env });`,
  'env -i setsid': `spawn('sh', ['-c', "cd /; env -i FILE=" + file + " setsid sh -c '" + loop + "' >/dev/null 2>&1 &"], { stdio: 'ignore', env });`,
  'a double fork': `spawn('sh', ['-c', "(sh -c '" + loop + "' & exit 0) & exit 0"], { stdio: 'ignore', env });`,
};

const handler = (leaveBehind: string): string => `
  const { appendFileSync, readFileSync } = require('node:fs');
  const { spawn } = require('node:child_process');
  const file = process.env.TMPDIR + '/counter';
  const loop = ${JSON.stringify(LOOP)};
  const env = { PATH: process.env.PATH, FILE: file };
  appendFileSync(file, '');
  let started = false;
  exports.handler = async () => {
    if (!started) { started = true; ${leaveBehind} }
    const before = readFileSync(file).length;
    while (readFileSync(file).length < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
    return { file, before };
  };`;

let open: TestCloud | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** Fails unless the work grows during the calls and stands between them. */
async function expectFrozen(
  leaveBehind: string,
  change: (cloud: TestCloud) => Promise<void> | void = () => undefined,
): Promise<void> {
  open = await openTestCloud({ held: false });
  await change(open);
  await open.deploy('worker', handler(leaveBehind), { Timeout: 60 });
  const first = (await open.invoke('worker')).payload as { file: string; before: number };
  const size = () => readFileSync(first.file).length;
  const states = () => open!.cloud.lambda.environments().flatMap((environment) => environment.processes());

  expect(size()).toBeGreaterThanOrEqual(3);
  expect(
    states()
      .map(({ command, state }) => ({ command, state }))
      .filter(({ state }) => !'TZ'.includes(state)),
  ).toEqual([]);
  const standing = size();
  // As long as the same work takes for twenty turns outside of the sandbox, nothing happens inside.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(size()).toBe(standing);

  const second = (await open.invoke('worker')).payload as { before: number };
  expect(second.before).toBeGreaterThanOrEqual(standing);
  expect(size()).toBeGreaterThanOrEqual(second.before + 3);
  expect(states().every(({ state }) => 'TZ'.includes(state))).toBe(true);
}

describe.skipIf(process.platform !== 'linux')('between two invocations', () => {
  test.each(Object.entries(ways))('%s stands still', async (_, leaveBehind) => {
    await expectFrozen(leaveBehind);
  });

  test('this test notices when freezing is switched off', async () => {
    const withoutFreeze = async ({ cloud }: TestCloud): Promise<void> => {
      const sandbox = (await cloud.sandbox()) as { start(spec: ProgramSpec): Promise<Program> };
      const start = sandbox.start.bind(sandbox);
      sandbox.start = async (spec) => ({ ...(await start(spec)), freeze: async () => undefined });
    };
    await expect(expectFrozen(ways['nohup setsid']!, withoutFreeze)).rejects.toThrow(/state/);
  });
});

test('an environment that is given up leaves no process, stopped ones neither', async () => {
  open = await openTestCloud({ held: false });
  await open.deploy('worker', handler(ways['a detached child']!), { Timeout: 60 });
  await open.invoke('worker');
  const pids = open.cloud.lambda.environments().flatMap((environment) => environment.processes().map(({ pid }) => pid));
  expect(pids.length).toBeGreaterThan(0);
  await open.cloud.clock.advance(20 * 60_000);
  await expect.poll(() => pids.filter((pid) => alive(pid))).toEqual([]);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
