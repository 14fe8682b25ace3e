/** Where a learner is stuck, `npm run lab 1.1 watch` begins with the check that failed last. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckStatus, Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, flat, type Started, until } from '../testing/copy.ts';

const VERDICT = '.workbook/verdicts/01-faas.json';
const HANDLER = 'labs/01-faas/src/handler.ts';

let copy: Copy;
let watch: Started;
let wrong: string;

/** The checks of 1.1 by their statuses, once they are as expected. */
async function saved(source: string, wanted: (statuses: readonly CheckStatus[]) => boolean): Promise<string> {
  const from = watch.stdout().length;
  await copy.write(HANDLER, source);
  let last: readonly CheckStatus[] = [];
  await until(
    'the verdict',
    async () => {
      last = await statuses();
      return wanted(last);
    },
    { told: () => [last, watch.printed().slice(-3000)], seconds: 50 },
  );
  await until('the report', () => flat(watch.stdout().slice(from)).includes('Watching labs/01-faas/src/'));
  return flat(watch.stdout().slice(from));
}

/** Place of the check that the wrong answer fails. */
const FAILING = 4;

async function statuses(): Promise<readonly CheckStatus[]> {
  if (!existsSync(join(copy.root, VERDICT))) return [];
  const { steps } = (await copy.json(VERDICT)) as Verdict;
  return steps[0]!.checks.map(({ status }) => status);
}

beforeAll(async () => {
  copy = copyRepository();
  wrong = await copy.read('labs/01-faas/mutants/all-or-nothing/handler.ts');
  await copy.run('1 reset');
  await copy.write(HANDLER, wrong);
  watch = copy.lab('1.1 watch seed 42');
  // Not among the checks that begin at once.
  const failed = async () => (await statuses())[FAILING] === 'failed';
  await until('the first verdict', failed, { told: () => watch.printed() });
  // It is not to be taken for the report of what is saved next.
  await until('the first report', () => flat(watch.stdout()).includes('Watching labs/01-faas/src/'));
});
afterAll(async () => {
  process.kill(-watch.child.pid!, 'SIGINT');
  await watch.ended;
  await copy.remove();
});

test('the check that failed last goes first and alone; when it passes, the whole step follows', async () => {
  const right = await copy.read('solutions/01-faas/handler.ts');
  expect((await statuses())[0]).toBe('passed');
  const again = await saved(`${wrong}\n`, (all) => all[0] === 'not-run' && all[FAILING] === 'failed');
  expect(again).toContain('The check that failed last time goes first.');
  await saved(right, (all) => all.every((status) => status === 'passed'));
});

test('after a reset in another terminal the fresh copy is graded, and what is saved in it', async () => {
  await copy.run('1 reset');
  await until('the starter’s verdict', async () => (await statuses()).includes('failed'), {
    told: () => watch.printed(),
  });
  const right = await copy.read('solutions/01-faas/handler.ts');
  await saved(right, (all) => all.every((status) => status === 'passed'));
});
