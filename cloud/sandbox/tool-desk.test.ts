/** What a program does to the pipe at which its tools ask the cloud is its own loss alone. */
import { afterEach, describe, expect, test } from 'vitest';
import { available } from './available.ts';
import { type Bench, openBench } from './testing.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const root = process.getuid?.() === 0;
/** Finds the pipe as a learner would, in the text of a tool. */
const prelude = `
  import { execFileSync, execSync } from 'node:child_process';
  import { chmodSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
  const date = () => execSync('date +%s', { encoding: 'utf8' }).trim();
  const tool = readFileSync(execSync('command -v date', { encoding: 'utf8' }).trim(), 'utf8');
  const pipe = />(\\S+)\\nread/.exec(tool)[1];
  const attempt = (what) => { try { what(); return 'done'; } catch ({ code }) { return code; } };`;

describe.skipIf(process.platform !== 'linux').each(available)('in the sandbox %s', (name) => {
  test('a request is heard after what is none', async () => {
    bench = await openBench(name, { heldAt: 5000 });
    const { ended, lines } = await bench.node(`${prelude}
      const fd = openSync(pipe, 'w');
      writeSync(fd, 'x'.repeat(300));
      console.log(date());
      writeSync(fd, 'x'.repeat(30_000) + '\\n\\n' + 'y'.repeat(5000));
      console.log(date());`);
    await ended;
    expect(lines).toEqual(['5', '5']);
  });

  test('a program has a pipe of its own', async () => {
    bench = await openBench(name, { heldAt: 5000 });
    const told = `${prelude}\nconsole.log(pipe);`;
    const [one, other] = await Promise.all([bench.node(told), bench.node(told)]);
    await Promise.all([one.ended, other.ended]);
    const same = one.lines[0] === other.lines[0];
    expect(same).toBe(name === 'sealed');
  });

  test.skipIf(name === 'process' && !root)('nobody reads what is asked, or changes who may', async () => {
    bench = await openBench(name, { heldAt: 5000 });
    const { ended, lines } = await bench.node(`${prelude}
      for (const flags of ['r', 'r+']) console.log(attempt(() => openSync(pipe, flags)));
      console.log(attempt(() => chmodSync(pipe, 0o666)));
      console.log(date());`);
    await ended;
    expect(lines).toEqual(['EACCES', 'EACCES', name === 'sealed' ? 'EROFS' : 'EPERM', '5']);
  });
});
