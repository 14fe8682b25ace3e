/**
 * `npm run test:localstack`: starts LocalStack, asserts the engine suite's behaviours on it and on this cloud, and grades
 * starter, solution and alternates of the labs on both, check by check; words name less (`words.ts`). Closes on one line with the
 * sum. Where LocalStack cannot be had it is skipped, unless WORKBOOK_REQUIRE_LOCALSTACK=1.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import pc from 'picocolors';
import { SandboxUnavailable } from '#cloud';
import { CannotStart, type Running, startLocalStack } from '../../cloud/localstack/start.ts';
import { end, endOnSignals, own } from '../cli/own.ts';
import { UserError } from '../files.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { ROOT } from '../paths.ts';
import { type Plain, plainAnswersOf } from '../prove/answers.ts';
import { removeBuilt } from '../prove/built.ts';
import { type Engine, foreign } from '../run/engine.ts';
import { add, type Counts, line, none, read } from '../suite/counts.ts';
import { compare, type Outcome } from './compare.ts';
import { type Request, readWords } from './words.ts';

async function started(): Promise<Running | undefined> {
  try {
    return await startLocalStack({}, (said) => console.error(said));
  } catch (error) {
    if (!(error instanceof CannotStart || error instanceof SandboxUnavailable)) throw error;
    console.error(error.message);
    return undefined;
  }
}

async function behaviours(url: string): Promise<Counts> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'workbook/suite/vitest.ts', 'cloud/engine'], {
    cwd: ROOT,
    env: { ...process.env, WORKBOOK_LOCALSTACK: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  own(() => child.kill());
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-4096);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return read(tail) ?? { ...none, failed: 1 };
}

interface Graded {
  readonly lab: Lab;
  readonly answers: readonly Plain[];
}

/** The answers that the words mean, with those steps alone. */
function graded({ labs, answers }: Request, all: ReadonlyMap<Lab, readonly Plain[]>): Graded[] {
  const named = ({ name }: Plain): boolean => answers.length === 0 || answers.some((word) => name.includes(word));
  return labs.map(({ lab, steps: wanted }) => ({
    lab,
    answers: all
      .get(lab)!
      .filter(named)
      .map((answer) => ({ ...answer, steps: answer.steps.filter((step) => wanted.includes(step)) })),
  }));
}

/** Step by step, so that something is seen of what may take an hour. */
async function outcomes({ lab, answers }: Graded, engine: Engine, seed: number): Promise<Counts> {
  let counts = none;
  for (const answer of answers) {
    console.log(
      `\n${pc.bold(`▸ lab ${lab.number}, ${answer.name}, seed ${seed}`)}: on this cloud and on ${engine.name}`,
    );
    for (const step of answer.steps) {
      for (const outcome of await compare(lab, { ...answer, steps: [step] }, engine, seed)) {
        console.log(told(outcome));
        counts = add(counts, { ...none, [countedAs(outcome)]: 1 });
      }
    }
  }
  return counts;
}

const countedAs = ({ agrees }: Outcome): keyof Counts =>
  agrees === undefined ? 'skipped' : agrees ? 'passed' : 'failed';

const SIGNS = { passed: pc.green('✓'), failed: pc.red('✗'), skipped: pc.yellow('○') } as const;

const told = (outcome: Outcome): string => {
  const { check, here, there, why } = outcome;
  return `${SIGNS[countedAs(outcome)]} ${check.padEnd(24)} ${here.padEnd(8)} ${there}${why ? `\n    ${why.slice(0, 400)}` : ''}`;
};

async function main(): Promise<Counts> {
  const labs = loadLabs();
  const all = new Map(await Promise.all(labs.map(async (lab) => [lab, await plainAnswersOf(lab)] as const)));
  const names = new Set([...all.values()].flat().map(({ name }) => name));
  const request = readWords(process.argv.slice(2), labs, [...names]);
  const running = await started();
  if (!running) return { ...none, [process.env.WORKBOOK_REQUIRE_LOCALSTACK === '1' ? 'failed' : 'skipped']: 1 };
  own(() => running.close());
  let counts = request.behaviours ? await behaviours(running.url) : none;
  const engine = await foreign(running.url);
  const seed = request.seed ?? randomInt(1000, 1_000_000);
  for (const one of graded(request, all)) counts = add(counts, await outcomes(one, engine, seed));
  return counts;
}

endOnSignals();
own(removeBuilt);
let counts: Counts;
try {
  counts = await main();
} catch (error) {
  counts = { ...none, failed: 1 };
  console.error(error instanceof UserError ? error.message : error instanceof Error ? error.stack : error);
}
console.log(`\n${line(counts)}`);
await end(counts.failed > 0 ? 1 : 0);
