/** A soak, driven as a person drives it: it goes on for an hour, so it says at each of its runs how far it is. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copyRepository } from '../testing/copy.ts';

const SOAK = {
  title: 'Doubles again and again',
  files: ['handler.ts'],
  test: 'soak/again.grader.ts',
  checks: [{ id: 'doubles', title: 'Each answer is twice the number' }],
};
/** Three runs, each in an account of its own; the last may be one that goes wrong. */
const grader = (factor: number): string => `import { check } from '#kit';
check('doubles', async (t) => {
  const accounts = new Set();
  for (const factor of [2, 2, ${factor}]) {
    await t.anew('run ' + (accounts.size + 1), async (one) => {
      accounts.add(one.accountId);
      const { invoke } = await one.deploy('handler.ts');
      one.did('invoked it with 5');
      one.equal((await invoke({ number: 5 })).value, factor * 5, { what: 'the answer' });
    });
  }
  t.did(accounts.size + ' runs in as many accounts');
});
`;

let copy: Copy;
beforeAll(async () => {
  copy = copyRepository();
  mkdirSync(join(copy.root, 'labs/07-tiny/soak'));
  await copy.write('labs/07-tiny/soak/again.json', JSON.stringify(SOAK));
});
afterAll(() => copy.remove());

async function soak(...words: string[]): Promise<{ code: number; printed: string }> {
  const env = { PATH: process.env.PATH, TMPDIR: copy.temporary };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['workbook/bin/soak.mjs', ...words], {
      cwd: copy.root,
      env,
    });
    return { code: 0, printed: timeless(stdout) };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, printed: timeless(stdout) };
  }
}

const timeless = (text: string): string => text.replaceAll(/\d+ s\b/g, 'N s');

test('says of each run that it is done, and in the end what came of all', async () => {
  await copy.write('labs/07-tiny/soak/again.grader.ts', grader(2));
  const { code, printed } = await soak('7', 'again', 'seed', '42');
  expect(printed).toBe(`  07-tiny again seed 42 …
    doubles run 1, N s
    doubles run 2, N s
    doubles run 3, N s
✓ 07-tiny again seed 42, N s
  3 runs in as many accounts
1 passed, 0 failed, 0 skipped
`);
  expect(code).toBe(0);
});

test('ends at the run that goes wrong, with what was done in it and the command that does it again', async () => {
  await copy.write('labs/07-tiny/soak/again.grader.ts', grader(3));
  const { code, printed } = await soak('7', 'again', 'seed', '42');
  expect(printed).toBe(`  07-tiny again seed 42 …
    doubles run 1, N s
    doubles run 2, N s
✗ 07-tiny again seed 42, N s
  again doubles: failed
    invoked it with 5
    of the answer
    expected 15
    seen     10
  again: npm run soak 7 again seed 42
0 passed, 1 failed, 0 skipped
`);
  expect(code).toBe(1);
});
