/** `npm start`, as a person begins: the book, one verdict, the next step; and Ctrl-C ends all of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copyRepository, flat, until } from '../testing/copy.ts';
import { answers, processesOf } from '../testing/processes.ts';

let copy: Copy;
beforeAll(() => {
  copy = copyRepository();
});
afterAll(() => copy.remove());

test('serves the book, grades lab 1 once, says what is next, and leaves nothing', async () => {
  const { child, ended, stdout, printed } = copy.start('');
  const left = () => processesOf(copy.root).map(({ state, command }) => `${state} ${command}`);
  await until('the last line', () => stdout().includes('until Ctrl-C'), { told: printed });
  const said = flat(stdout());
  expect(said).toContain('✗ 1.1 ');
  expect(said).toMatch(/Next: step 1\.1, .* Edit labs\/01-faas\/src\/handler\.ts\..* npm run lab 1\.1 watch/);
  const url = new URL(/The book: (\S+)/.exec(said)![1]!);
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Functions as a service')]);

  process.kill(-child.pid!, 'SIGINT');
  await ended;
  await until('the end of every process', () => left().length === 0, { told: left, seconds: 30 });
  await until('the end of temporary folders', async () => (await copy.leavings()).length === 0, {
    told: copy.leavings,
  });
  expect(await answers(Number(url.port))).toBe(false);
});

test('takes no words', async () => {
  const { code, stdout, stderr } = await copy.start('1').ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(flat(stderr)).toContain('npm start takes no words, and ‘1’ is one.');
});
