/** What the kernel shows of a process, and whether that is rest. Linux only: elsewhere nothing is shown. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { descendants, readProcess } from './process-tree.ts';
import { atRest } from './rest.ts';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** The main thread ends while another one computes: for a moment every program with threads looks like that when it exits. */
const DYING = `import ctypes, threading
def compute():
    while True: pass
threading.Thread(target=compute).start()
ctypes.CDLL(None).pthread_exit(None)
`;

async function started(command: string, ...words: string[]): Promise<number> {
  child = spawn(command, words, { stdio: 'ignore' });
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

const rests = (pid: number): Promise<boolean> => atRest(() => [readProcess(pid)!]);

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
      const pid = await started('python3', '-c', DYING);
      await inState(pid, 'Z');
      expect(await rests(pid)).toBe(false);
    },
  );

  test('rests when a process of it is dead, and nobody has asked for its status yet', async () => {
    const pid = await started('/bin/sh', '-c', ': & exec /bin/sleep 600');
    await reached('Z', () => descendants(pid)[0]?.state);
    expect(await atRest(() => descendants(pid))).toBe(true);
  });
});
