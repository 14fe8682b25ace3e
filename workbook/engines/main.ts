/**
 * `npm run test:localstack`: starts LocalStack, asserts the engine suite's behaviours on it and on this cloud, and grades
 * starter, solution and alternates of lab 1 on both, check by check. Closes on one line with the sum. Where LocalStack cannot be
 * had it is skipped, unless WORKBOOK_REQUIRE_LOCALSTACK=1.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import pc from 'picocolors';
import { SandboxUnavailable } from '#cloud';
import { CannotStart, type Running, startLocalStack } from '../../cloud/localstack/start.ts';
import { end, endOnSignals, own } from '../cli/own.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { ROOT } from '../paths.ts';
import { plainAnswersOf } from '../prove/answers.ts';
import { removeBuilt } from '../prove/built.ts';
import { foreign } from '../run/engine.ts';
import { add, type Counts, line, none, read } from '../suite/counts.ts';
import { compare, type Outcome } from './compare.ts';

/** The lab that has to be judged alike. */
const LAB = 1;

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

async function outcomes(lab: Lab, url: string): Promise<Counts> {
  const engine = await foreign(url);
  const seed = randomInt(1000, 1_000_000);
  let counts = none;
  for (const answer of await plainAnswersOf(lab)) {
    console.log(
      `\n${pc.bold(`▸ lab ${lab.number}, ${answer.name}, seed ${seed}`)}: on this cloud and on ${engine.name}`,
    );
    for (const outcome of await compare(lab, answer, engine, seed)) {
      console.log(told(outcome));
      counts = add(counts, { ...none, [countedAs(outcome)]: 1 });
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

endOnSignals();
own(removeBuilt);
let counts = none;
try {
  const running = await started();
  if (running) {
    own(() => running.close());
    counts = add(counts, await behaviours(running.url));
    counts = add(counts, await outcomes(loadLabs().find(({ number }) => number === LAB)!, running.url));
  } else {
    counts = process.env.WORKBOOK_REQUIRE_LOCALSTACK === '1' ? { ...none, failed: 1 } : { ...none, skipped: 1 };
  }
} catch (error) {
  counts = add(counts, { ...none, failed: 1 });
  console.error(error instanceof Error ? error.stack : error);
}
console.log(`\n${line(counts)}`);
await end(counts.failed > 0 ? 1 : 0);
