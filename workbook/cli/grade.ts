/** Grading once: the learner's copy or the reference answer. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { writeJson } from '../files.ts';
import { ensureCopy } from '../labs/copy.ts';
import { type Lab, stepName } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { STATE, shown } from '../paths.ts';
import { fitted, harmlessJson, layoutOf } from '../report/layout.ts';
import { verdictText } from '../report/verdict.ts';
import { exitCode, type Verdict } from '../run/verdict.ts';
import { showProgress } from './live.ts';
import { openRunner } from './open.ts';
import { own, unlessEnding } from './own.ts';
import { keepResults, nextStep, readProgress } from './progress.ts';
import { text } from './text.ts';

export interface GradeRequest {
  readonly lab: Lab;
  readonly step?: Step;
  readonly solution: boolean;
  readonly sealed: boolean;
  readonly json: boolean;
  readonly all: boolean;
  readonly seed?: number;
}

export const newSeed = (): number => randomInt(1, 1_000_000);

export const nameOf = (lab: Lab, step?: Step): string => (step ? `step ${stepName(lab, step)}` : `lab ${lab.number}`);

/** Makes the learner's copy where there is none yet, and says so. */
export async function prepare(lab: Lab): Promise<void> {
  if (await ensureCopy(lab)) console.error(fitted(text.copied(`${shown(lab.src)}/`), process.stderr));
}

/** Returns the exit code. */
export async function gradeOnce({ lab, step, solution, sealed, json, all, seed }: GradeRequest): Promise<number> {
  if (!solution) await prepare(lab);
  const runner = await openRunner({ sealed });
  const disown = own(() => runner.close());
  const steps = step ? [step] : lab.steps;
  const live = showProgress(process.stderr, nameOf(lab, step), steps.flatMap(({ checks }) => checks).length, !json);
  const verdict = await runner.grade({
    lab,
    steps,
    folder: solution ? lab.solution : lab.src,
    answer: solution ? 'solution' : 'src',
    seed: seed ?? newSeed(),
    stopAtFailure: !all,
    onCheck: live.tick,
  });
  await unlessEnding();
  live.end();
  const closed = runner.close();
  if (json) console.log(harmlessJson(verdict));
  await keep(lab, verdict);
  if (!json) console.log(await afterwards(verdict, lab));
  await closed;
  disown();
  return exitCode(verdict);
}

/** Writes the verdict. Progress is made only by the learner's own answer. */
export async function keep(lab: Lab, verdict: Verdict): Promise<void> {
  const name = verdict.answer === 'src' ? lab.name : `${lab.name}.${verdict.answer}`;
  await writeJson(join(STATE, 'verdicts', `${name}.json`), verdict);
  if (verdict.answer === 'src') await keepResults(lab, verdict);
}

/** The report, and what to do next. */
async function afterwards(verdict: Verdict, lab: Lab): Promise<string> {
  const report = verdictText(verdict, lab, layoutOf(process.stdout));
  if (verdict.status !== 'passed') return report;
  return `${report}\n${fitted(verdict.answer === 'src' ? await whatNext(lab) : text.solutionPassed, process.stdout)}`;
}

async function whatNext(lab: Lab): Promise<string> {
  const next = nextStep(await readProgress(), lab);
  return next ? text.nextStep(stepName(lab, next), next.title) : text.labDone(lab.number);
}
