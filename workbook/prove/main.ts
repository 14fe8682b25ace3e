/**
 * Proves the labs: starters fail as intended, solutions and alternates pass, each mutant is rejected by the check it names, and
 * what a learner sees is what is kept in `golden/`. The learner's own `src/` is not looked at.
 * Of very many mutants it proves a sample, and alternates without the closing step, unless it is told what to prove.
 */
import { randomInt } from 'node:crypto';
import pc from 'picocolors';
import { end, endOnSignals, own } from '../cli/own.ts';
import { UserError } from '../files.ts';
import { nearest } from '../labs/find.ts';
import { loadLabs } from '../labs/load.ts';
import { Runner } from '../run/runner.ts';
import { type Counts, line } from '../suite/counts.ts';
import { type Answer, answersOf, wordFor } from './answers.ts';
import { removeBuilt } from './built.ts';
import { compareGolden } from './golden.ts';
import { type Judgement, judge } from './judge.ts';
import { problemsOf } from './lint.ts';
import { type Request, readWords, USAGE } from './words.ts';

/** Answers that are graded at a time. */
const LANES = 2;
const SEED = 42;
const SIGNS = { passed: pc.green('✓'), failed: pc.red('✗'), skipped: pc.yellow('○') } as const;

const counts: { -readonly [Key in keyof Counts]: Counts[Key] } = { passed: 0, failed: 0, skipped: 0 };

function count(answer: Answer, judgement: Judgement): void {
  // Where sealing is demanded, its absence is a failure.
  const status = judgement.status === 'skipped' && process.env.CI ? 'failed' : judgement.status;
  counts[status]++;
  console.log(`${SIGNS[status]} ${answer.lab.name} ${answer.name}: ${judgement.says}`);
}

/** Grades answers from the common queue until none is left. */
async function lane(queue: Answer[], { every, update }: Request): Promise<void> {
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
    const judged = judge(verdict, answer.expected, steps);
    count(answer, judged);
    if (judged.status === 'failed') {
      const word = every ? 'mutants' : 'prove';
      console.log(`    again: npm run ${word} ${lab.number} ${wordFor(name)} seed ${seed}`);
    }
    // What is kept was seen on one seed.
    if (seed !== SEED) continue;
    for (const judgement of await compareGolden(answer, verdict, update)) count(answer, judgement);
  }
  await Promise.all([...runners.values()].map((runner) => runner.close()));
}

async function answersTo({ labs, parts, every, seed }: Request): Promise<Answer[][]> {
  const proof = {
    seed: seed ?? SEED,
    again: seed ?? randomInt(1000, 1_000_000),
    all: every || parts.length > 0,
    every,
  };
  const all = await Promise.all(labs.map((lab) => answersOf(lab, proof)));
  const stray = parts.find((part) => !all.flat().some(({ name }) => name.includes(part)));
  if (stray !== undefined) throw new UserError(`No answer has “${stray}” in its name. ${namesNear(stray, all.flat())}`);
  return all.map((answers) =>
    answers.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part))),
  );
}

function namesNear(word: string, answers: readonly Answer[]): string {
  const near = nearest(
    word,
    answers.map(({ name }) => wordFor(name)),
  );
  return near === undefined ? `They are in labs/*/mutants and solutions/*/alt-*: ${USAGE}` : `Is it ${near}?`;
}

endOnSignals();
own(removeBuilt);
try {
  await removeBuilt();
  const request = readWords(process.argv.slice(2), loadLabs());
  for (const lab of request.labs) {
    for (const problem of problemsOf(lab)) {
      counts.failed++;
      console.log(`${SIGNS.failed} ${lab.name} ${problem}`);
    }
  }
  for (const answers of await answersTo(request)) {
    await Promise.all(Array.from({ length: LANES }, () => lane(answers, request)));
  }
} catch (error) {
  counts.failed++;
  console.error(error instanceof UserError ? error.message : error instanceof Error ? error.stack : error);
}
console.log(line(counts));
await end(counts.failed > 0 ? 1 : 0);
