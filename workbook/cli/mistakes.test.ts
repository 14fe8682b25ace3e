/** What a learner's mistakes end in, saved one after the other under `npm run lab 7.1 watch`: one message each, and no trace in the next run. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckVerdict, Status, Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, flat, type Started, until } from '../testing/copy.ts';

const HANDLER = 'labs/07-tiny/src/handler.ts';
const VERDICT = '.workbook/verdicts/07-tiny.json';

let copy: Copy;
let watch: Started;
let solution: string;

/** What is wrong with the code that was saved last, once that has been graded. */
async function saved(source: string, status: Status, seen: RegExp): Promise<CheckVerdict & { printed: string }> {
  const from = watch.stdout().length;
  await copy.write(HANDLER, source);
  let last: Verdict | undefined;
  const check = await until(
    `a verdict ‘${status}’ that has seen ${seen}`,
    async () => {
      if (!existsSync(join(copy.root, VERDICT))) return undefined;
      last = (await copy.json(VERDICT)) as Verdict;
      const [one] = last.steps[0]!.checks;
      return one!.status === status && seen.test(one!.failure?.seen ?? '') && one;
    },
    { told: () => [last?.steps[0]?.checks, watch.stdout().slice(from).slice(-3000)], seconds: 40 },
  );
  // The report follows the verdict; its last line invites the next save.
  await until('the report', () => flat(watch.stdout().slice(from)).includes('Watching labs/07-tiny/src/'));
  return { ...check, printed: flat(watch.stdout().slice(from)) };
}
const passes = async (): Promise<void> => void (await saved(solution, 'passed', /^$/));

beforeAll(async () => {
  copy = copyRepository();
  solution = await copy.read('solutions/07-tiny/handler.ts');
  watch = copy.lab('7.1 watch seed 42');
  // Its report too, which follows the verdict: it is not to be taken for that of what is saved next.
  const told = () => flat(watch.stdout()).includes('Watching labs/07-tiny/src/');
  await until('the first report', told, { told: () => watch.printed() });
});
afterAll(async () => {
  process.kill(-watch.child.pid!, 'SIGINT');
  await watch.ended;
  await copy.remove();
});

const handler = (...lines: string[]): string =>
  ['export async function handler(event: { readonly number: number }) {', ...lines, '}', ''].join('\n');

describe('a mistake ends in one message, with its place where it has one; the solution after it passes', () => {
  test.each<[string, string, RegExp, { at?: string; says?: string }]>([
    ['a syntax error', handler('  return 2 * ;'), /Unexpected ";"/, { at: ':2:14', says: 'The file does not parse' }],
    ['a package that is not there', `import 'left-pad';\n${handler()}`, /left-pad/, { at: ':1:8' }],
    [
      'a missing export',
      handler().replace('handler', 'main'),
      /^it exports main$/,
      { says: 'handler.ts exports the function ‘handler’' },
    ],
    [
      'an export of CommonJS',
      'exports.handler = async ({ number }: { readonly number: number }) => 2 * number;\n',
      /^it exports nothing$/,
      { says: '`exports` and `module.exports` are CommonJS.' },
    ],
    ['a module that throws', `throw new Error('at once');\n${handler()}`, /^Error: at once$/, { at: ':1:7' }],
    [
      'a rejected promise',
      handler("  await Promise.reject(new TypeError('no ' + event.number));"),
      /^TypeError: no \d+$/,
      { at: ':2:24' },
    ],
    [
      'a rejected promise that nobody awaits',
      handler(
        "  void Promise.reject(new Error('lost'));",
        '  await new Promise((done) => setTimeout(done, 50));',
        '  return 2 * event.number;',
      ),
      /^Runtime\.UnhandledPromiseRejection: .*lost/,
      { at: ':2:23' },
    ],
    [
      'a time limit that runs out',
      handler('  await new Promise(() => setInterval(() => {}, 5000));'),
      /Task timed out after/,
      {},
    ],
    ['an endless loop', handler('  for (;;);'), /Is there an endless loop\?/, {}],
    ['process.exit(0)', handler('  process.exit(0);'), /Runtime exited without providing a reason/, {}],
    ['process.abort()', handler('  process.abort();'), /Runtime exited with error: signal: aborted/, {}],
    [
      'more memory than the function has',
      handler('  const all: unknown[] = [];', '  for (;;) all.push(Buffer.alloc(2e7, 1));'),
      /more memory than|out of memory/,
      {},
    ],
  ])('%s', async (_, source, seen, { at, says }) => {
    const { failure, printed } = await saved(source, 'failed', seen);
    expect(failure).toMatchObject({ fault: 'code' });
    expect(failure!.at).toBe(at && `${HANDLER}${at}`);
    if (at) expect(printed).toContain(`at ${HANDLER}${at}`);
    if (says) expect(printed).toContain(says);
    expect(printed).toContain('seen ');
    expect(printed).not.toMatch(/\[grader\]|node_modules|cloud\//);
    await passes();
  });
});

test('100 MB of output are read over: the last lines are shown, the verdict stays small', async () => {
  const loud = handler(
    "  for (let mb = 0; mb < 100; mb++) process.stdout.write('x'.repeat(999_999) + '\\n');",
    '  return -1;',
  );
  const { output, printed } = await saved(loud, 'failed', /^-1$/);
  expect(output.length).toBeLessThanOrEqual(20);
  expect(statSync(join(copy.root, VERDICT)).size).toBeLessThan(50_000);
  expect(printed.length).toBeLessThan(6000);
  await passes();
});

test('what paints over the report is taken out of the learner’s output', async () => {
  const { printed } = await saved(
    handler("  console.log('\\u001b[2J\\u001b[31mall passed\\u0007');", '  return -2;'),
    'failed',
    /^-2$/,
  );
  expect(printed).toContain('[your code] all passed');
  await passes();
});
