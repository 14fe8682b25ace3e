/** Grading by `npm run lab …`, from the learner's copy to the verdict, the report and the exit code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, flat } from '../testing/copy.ts';

let copy: Copy;
beforeAll(() => {
  copy = copyRepository();
});
afterAll(async () => {
  const left = await copy.leavings();
  await copy.remove();
  expect(left).toEqual([]);
});

const HANDLER = 'labs/07-tiny/src/handler.ts';
const did = ({ steps }: Verdict): readonly string[] => steps.flatMap(({ checks }) => checks.flatMap((one) => one.did));
const parsed = (text: string): Verdict => JSON.parse(text) as Verdict;

test('the first run copies the starter and says so; the report has its parts, fits, and has no colours', async () => {
  const { code, stdout, stderr } = await copy.lab('1.1', { environment: { COLUMNS: '40' } }).ended;
  expect(code).toBe(1);
  expect(flat(stderr)).toContain('This is your first run: the starter was copied to labs/01-faas/src/.');
  for (const name of readdirSync(join(copy.root, 'labs/01-faas/starter'), { recursive: true, encoding: 'utf8' })) {
    const [from, to] = ['starter', 'src'].map((folder) => join(copy.root, 'labs/01-faas', folder, name));
    if (name.endsWith('.ts')) expect(readFileSync(to!)).toEqual(readFileSync(from!));
  }
  expect(stdout).toMatch(/^✗ 1\.1 /);
  const parts = ['asked', 'done', 'expected', 'seen', 'likely', 'next'].map((part) =>
    stdout.indexOf(`\n      ${part}\n`),
  );
  expect(parts.every((at, index) => at > (parts[index - 1] ?? 0))).toBe(true);
  expect(flat(stdout)).toMatch(/npm run lab 1\.1 hint .*chapters\/01-faas\.md#/);
  expect(flat(stdout)).toMatch(
    /Lab 1, .*: not yet, 0 of 10 points\. Seed (\d+)\. The same .*: npm run lab 1\.1 seed \1 Every .*: npm run lab 1\.1 all ?$/,
  );
  expect((stdout + stderr).split('\n').filter((line) => line.length > 40)).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(stdout + stderr).not.toMatch(/[\u001b\r]/);
  expect(existsSync(join(copy.root, '.workbook/verdicts/01-faas.json'))).toBe(true);
});

test('a step ends at its first failing check; `all` runs every one', async () => {
  const statuses = async (words: string) => {
    const { steps } = parsed((await copy.run(`1.4 json seed 42 ${words}`)).stdout);
    return steps[0]!.checks.map(({ status }) => status);
  };
  expect(await statuses('')).toEqual(['passed', 'failed', 'not-run', 'not-run', 'not-run', 'not-run']);
  expect(await statuses('all')).toEqual(['passed', ...Array.from({ length: 5 }, () => 'failed')]);
});

describe('a lab that passes step by step', () => {
  let inputs: readonly string[];

  test('`json` prints the verdict and nothing else, as it is kept', async () => {
    const { code, stdout } = await copy.lab('7.1 json seed 42').ended;
    expect(code).toBe(1);
    const verdict = parsed(stdout);
    expect(verdict).toMatchObject({ formatVersion: 1, lab: '07-tiny', answer: 'src', seed: 42, status: 'failed' });
    expect(await copy.json('.workbook/verdicts/07-tiny.json')).toEqual(verdict);
    inputs = did(verdict);
  });

  test('the same seed makes the same inputs; what the learner has written stays, and passes', async () => {
    const mine = await copy.read('solutions/07-tiny/handler.ts');
    await copy.write(HANDLER, mine);
    const { code, stdout, stderr } = await copy.run('7.1 seed 42 json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(did(parsed(stdout))).toEqual(inputs);
    expect(await copy.read(HANDLER)).toBe(mine);
    expect((await copy.run('')).stdout).toContain('✓ 7.1');
  });

  test('`solution` passes everything and leaves the learner’s progress and verdict as they were', async () => {
    const files = ['.workbook/progress.json', '.workbook/verdicts/07-tiny.json', HANDLER];
    const before = await Promise.all(files.map(copy.read));
    const { code, stdout } = await copy.run('7 solution');
    expect(code).toBe(0);
    expect(stdout).toContain('Lab 7, A tiny lab (solution): everything passes, 3 of 3 points.');
    expect(stdout).toContain('Your own progress is as it was.');
    expect(await Promise.all(files.map(copy.read))).toEqual(before);
    expect(await copy.json('.workbook/verdicts/07-tiny.solution.json')).toMatchObject({ status: 'passed' });
  });
});

test('a grader at fault is said to be at fault: exit 2, and what was known of the step stays', async () => {
  const grader = 'labs/07-tiny/steps/2-triple.grader.ts';
  const whole = await copy.read(grader);
  const progress = await copy.json('.workbook/progress.json');
  await copy.write(grader, `${whole}check('smuggled-in', async () => {});\n`);
  const { code, stdout } = await copy.run('7 solution');
  expect(code).toBe(2);
  expect(stdout).toContain('✓ 7.1 A function that doubles');
  expect(stdout).toMatch(/! 7\.2 .* no verdict/);
  expect(stdout).toContain('no verdict.');
  expect(await copy.json('.workbook/progress.json')).toEqual(progress);
  await copy.write(grader, whole);
});
