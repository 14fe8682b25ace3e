/**
 * Proves the labs: starters fail as intended, solutions and alternates pass, each mutant is rejected by the check it names, and
 * what a learner sees is what is kept in `golden/`. The learner's own `src/` is not looked at.
 * Of very many mutants it proves a sample, and alternates without the closing step. Words: `every` runs every check of every mutant,
 * which takes many times as long, and shows that no other rejects it than it lists; `update` writes the golden files anew; any
 * part of an answer's name proves these only.
 */
import { randomInt } from 'node:crypto';
import pc from 'picocolors';
import { end, endOnSignals, own } from '../cli/own.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { Runner } from '../run/runner.ts';
import { type Counts, line } from '../suite/counts.ts';
import { type Answer, answersOf } from './answers.ts';
import { removeBuilt } from './built.ts';
import { compareGolden } from './golden.ts';
import { type Judgement, judge } from './judge.ts';

/** Answers that are graded at a time. */
const LANES = 2;
const SEED = 42;
const SIGNS = { passed: pc.green('✓'), failed: pc.red('✗'), skipped: pc.yellow('○') } as const;

const words = process.argv.slice(2);
const update = words.includes('update');
const every = words.includes('every');
const wanted = words.filter((word) => !['update', 'every'].includes(word));

const counts: { -readonly [Key in keyof Counts]: Counts[Key] } = { passed: 0, failed: 0, skipped: 0 };

function count(answer: Answer, judgement: Judgement): void {
  // Where sealing is demanded, its absence is a failure.
  const status = judgement.status === 'skipped' && process.env.CI ? 'failed' : judgement.status;
  counts[status]++;
  console.log(`${SIGNS[status]} ${answer.lab.name} ${answer.name}: ${judgement.says}`);
}

/** Grades answers from the common queue until none is left. */
async function lane(queue: Answer[]): Promise<void> {
  const runners = new Map<string, Runner>();
  for (let answer = queue.shift(); answer; answer = queue.shift()) {
    const key = `${answer.lab.name} ${answer.sandbox}`;
    const runner = runners.get(key) ?? new Runner({ sandbox: answer.sandbox, workers: 1, sameGraders: true });
    if (!runners.has(key)) {
      runners.set(key, runner);
      own(() => runner.close());
    }
    const { lab, steps, folder, name, seed, stopAtFailure } = answer;
    const verdict = await runner.grade({ lab, steps, folder, answer: name, seed, stopAtFailure });
    count(answer, judge(verdict, answer.expected));
    const golden = await compareGolden(answer, verdict, update);
    if (golden) count(answer, golden);
  }
  await Promise.all([...runners.values()].map((runner) => runner.close()));
}

async function prove(lab: Lab): Promise<void> {
  const again = randomInt(1000, 1_000_000);
  const answers = (await answersOf(lab, { seed: SEED, again, all: every || wanted.length > 0, every })).filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
  );
  await Promise.all(Array.from({ length: LANES }, () => lane(answers)));
}

endOnSignals();
own(removeBuilt);
try {
  await removeBuilt();
  for (const lab of loadLabs()) await prove(lab);
} catch (error) {
  counts.failed++;
  console.error(error instanceof Error ? error.stack : error);
}
console.log(line(counts));
await end(counts.failed > 0 ? 1 : 0);
