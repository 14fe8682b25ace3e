import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { descendants, readProcess, watchTree } from './process-tree.ts';

const linux = process.platform === 'linux';

test.skipIf(!linux)('who watches a tree sees what starts in it later, and what each process takes now', async () => {
  const shell = spawn('sh', ['-c', 'read line; sleep 100 & read line; kill $!; wait; read line']);
  try {
    let walks = 0;
    const look = watchTree(() => {
      walks++;
      const root = readProcess(shell.pid!);
      return root ? [root, ...descendants(shell.pid!)] : [];
    });
    const names = () => look().map(({ command }) => command);
    await expect.poll(names, { timeout: 20_000 }).toEqual(['sh']);
    const before = walks;
    for (let count = 0; count < 10; count++) names();
    expect(walks - before).toBeLessThan(10);
    shell.stdin.write('\n');
    await expect.poll(names, { timeout: 20_000 }).toEqual(['sh', 'sleep']);
    expect(look()).toEqual([readProcess(shell.pid!), ...descendants(shell.pid!)]);
    shell.stdin.write('\n');
    await expect.poll(names, { timeout: 20_000 }).toEqual(['sh']);
  } finally {
    shell.kill('SIGKILL');
  }
});

test.skipIf(!linux)('the children of every thread are found', async () => {
  const program = spawn(process.execPath, [
    '-e',
    `const { Worker } = require('node:worker_threads');
     new Worker("require('node:child_process').spawn('sleep', ['100'])", { eval: true });`,
  ]);
  try {
    await expect
      .poll(() => descendants(program.pid!).map(({ command }) => command), { timeout: 20_000 })
      .toEqual(['sleep']);
  } finally {
    for (const { pid } of descendants(program.pid!)) process.kill(pid, 'SIGKILL');
    program.kill('SIGKILL');
  }
});
