/** A Node program that a shell has started, while something in the tree sleeps: has it not answered yet, or can it not answer? */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createClock } from '../clock.ts';
import { readOnce } from './proc-files.ts';
import { readProcess } from './process-tree.ts';
import { TreeClock } from './tree-clock.ts';

const NOW = 1_000_000;
/** Answers with a timer of its own, after what is in NAP. */
const program = (nap: string): string => `
  const { connect } = require('node:net');
  const link = connect(process.argv[1]);
  link.on('data', async (data) => {
    const { ask } = JSON.parse(String(data).split('\\n')[0]);
    if (ask === undefined) return;
    ${nap};
    link.write(JSON.stringify({ idle: ask, open: [], due: ${NOW + 5} }) + '\\n');
  });`;

let [server, child, clock]: [Server?, ChildProcess?, ReturnType<typeof createClock>?] = [];
let folder = '';
afterEach(() => {
  child?.kill('SIGKILL');
  server?.close();
  clock?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** With a `sleep` of a minute beside it. */
async function treeOf(nap: string): Promise<TreeClock> {
  folder = mkdtempSync(join(tmpdir(), 'tree-clock-'));
  const path = join(folder, 'link.sock');
  server = createServer().listen(path);
  const connected = once(server, 'connection') as Promise<[Socket]>;
  child = spawn(process.execPath, ['-e', program(nap), path], { stdio: 'ignore' });
  const { pid } = child;
  clock = createClock({ heldAt: NOW });
  const tree = new TreeClock({
    name: 'tree',
    clock,
    tree: () => [readProcess(pid!)].filter((one) => one !== undefined),
    files: readOnce,
    openRequests: new Set<string>(),
    skew: 0,
    settings: () => ({}),
  });
  tree.ask({ verb: 'sleep', words: ['60'], answer: () => undefined, alive: () => true });
  const [socket] = await connected;
  tree.connect('node', socket);
  return tree;
}

describe.runIf(process.platform === 'linux')('the tree is settled', () => {
  test('only once a program has answered that was between two looks at itself', async () => {
    const tree = await treeOf('await new Promise((done) => setTimeout(done, 300))');
    expect(await tree.settled()).toBe(true);
    expect(tree.nextDue()).toBe(NOW + 5);
  });

  test('without the answer of a program that waits for the one that sleeps', async () => {
    const tree = await treeOf('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)');
    expect(await tree.settled()).toBe(true);
    expect(tree.nextDue()).toBe(NOW + 60_000);
  });
});
