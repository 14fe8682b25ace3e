/** What the kernel shows of a process, and whether that is rest. Linux only: elsewhere nothing is shown. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { descendants, readProcess } from './process-tree.ts';
import { isAsleep, watchRest } from './rest.ts';

let child: ChildProcess | undefined;
afterEach(() => {
  if (child) process.kill(-child.pid!, 'SIGKILL');
});

/** The main thread ends while another one computes: for a moment every program with threads looks like that when it exits. */
const DYING = `import ctypes, threading
def compute():
    while True: pass
threading.Thread(target=compute).start()
ctypes.CDLL(None).pthread_exit(None)
`;

async function started(command: string, ...words: string[]): Promise<number> {
  child = spawn(command, words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  return child.pid!;
}

async function inState(pid: number, state: string): Promise<void> {
  await reached(state, () => readProcess(pid)?.state);
}

async function reached(state: string, seen: () => string | undefined): Promise<void> {
  for (const end = Date.now() + 30_000; seen() !== state; ) {
    if (Date.now() > end) throw new Error(`The process is ${seen() ?? 'gone'}, and not ${state}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const watch = (pid: number) =>
  watchRest(() => [readProcess(pid), ...descendants(pid)].filter((one) => one !== undefined));
const rests = (pid: number): Promise<boolean> => watch(pid).atRest();

describe.runIf(process.platform === 'linux')('a tree', () => {
  test('rests while it waits', async () => {
    const pid = await started('/bin/sleep', '600');
    await inState(pid, 'S');
    expect(await rests(pid)).toBe(true);
  });

  test('does not rest while it computes', async () => {
    const pid = await started('/bin/sh', '-c', 'while :; do :; done');
    await inState(pid, 'R');
    expect(await rests(pid)).toBe(false);
  });

  test.skipIf(spawnSync('python3', ['--version']).status !== 0 && process.env.WORKBOOK_REQUIRE_PYTHON !== '1')(
    'does not rest while a thread of it goes on whose first one has ended',
    async () => {
      const pid = await started('/bin/sh', '-c', 'python3 -c "$0"; exit', DYING);
      await reached('Z', () => descendants(pid)[0]?.state);
      expect(await rests(pid)).toBe(false);
    },
  );

  test('rests when a process of it is dead, and nobody has asked for its status yet', async () => {
    const pid = await started('/bin/sh', '-c', ': & exec /bin/sleep 600');
    await reached('Z', () => descendants(pid)[0]?.state);
    expect(await rests(pid)).toBe(true);
  });

  test('asked again, rests still, until something of it has run', async () => {
    const pid = await started('/bin/sh', '-c', 'read -r _; while :; do :; done');
    await inState(pid, 'S');
    const { atRest, still } = watch(pid);
    expect([still(), await atRest(), await atRest(), still()]).toEqual([false, true, true, true]);
    child!.stdin!.write('go\n');
    await inState(pid, 'R');
    expect([still(), await atRest()]).toEqual([false, false]);
  });

  test.each([
    { asleep: true, visible: '1', wchan: 'do_wait' },
    { asleep: false, visible: '1', wchan: '0' },
    { asleep: true, visible: '0', wchan: '0' },
  ])('whose thread shows as asleep, and waits at $wchan (may be seen: $visible): asleep $asleep', async (seen) => {
    const own = readFileSync('/proc/self/stat', 'latin1');
    // The command may have blanks and brackets; the 33 fields from the state on are as the kernel prints them.
    const after = own.slice(own.lastIndexOf(')') + 2).split(' ');
    const stat = `7 (a) b) ${after.with(0, 'S').with(32, seen.visible).join(' ')}`;
    expect(isAsleep(stat, seen.wchan)).toBe(seen.asleep);
  });

  test('does not rest when its launcher is dead: its end has still to be told', async () => {
    expect(await watchRest(() => []).atRest()).toBe(false);
  });
});
