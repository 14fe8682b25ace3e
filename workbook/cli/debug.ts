/** `npm run lab 1.3 debug`: the first check that fails, without limits, with an inspector that waits in each of the learner's processes. */
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { fitted, layoutOf } from '../report/layout.ts';
import { verdictText } from '../report/verdict.ts';
import { exitCode } from '../run/verdict.ts';
import { newSeed, prepare } from './grade.ts';
import { openRunner } from './open.ts';
import { own, unlessEnding } from './own.ts';
import { nextStep, readProgress } from './progress.ts';
import { text } from './text.ts';

/** Returns the exit code. */
export async function debug(request: { lab: Lab; step?: Step; seed?: number }): Promise<number> {
  const { lab, seed } = request;
  const runner = await openRunner({ debug: (name, url) => console.error(text.debugger(name, url)) });
  await prepare(lab);
  const progress = await readProgress();
  const step = request.step ?? nextStep(progress, lab) ?? lab.steps[0]!;
  const failing = progress.labs[lab.name]?.failing[step.id];
  const check = step.checks.find(({ id }) => id === failing) ?? step.checks[0]!;
  console.error(fitted(`${text.debugging(check.title)}\n${text.debugHow}`, process.stderr));
  const disown = own(() => runner.close());
  const steps = [{ ...step, checks: [check] }];
  const verdict = await runner.grade({ lab, steps, folder: lab.src, answer: 'src', seed: seed ?? newSeed() });
  await unlessEnding();
  console.log(`${verdictText(verdict, lab, layoutOf(process.stdout))}\n${fitted(text.debugDone, process.stdout)}`);
  await runner.close();
  disown();
  return exitCode(verdict);
}
