/** Grades one answer on two engines and holds the outcomes against each other, check by check. */
import { type Lab, stepName } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import type { Engine } from '../run/engine.ts';
import { Runner } from '../run/runner.ts';
import type { CheckStatus, Verdict } from '../run/verdict.ts';

export interface Outcome {
  /** `1.3 warm-reuse` */
  readonly check: string;
  readonly here: CheckStatus;
  readonly there: CheckStatus;
  /** Both came to the same verdict; undefined where it was not judged there, for want of what lab.json names. */
  readonly agrees: boolean | undefined;
  /** What was seen where the two do not agree, or what the other engine lacks. */
  readonly why?: string;
}

interface AnswerToCompare {
  readonly name: string;
  readonly folder: string;
  /** The steps that are graded. */
  readonly steps: readonly Step[];
}

/** `there`: the other engine; `here` is always the embedded cloud. */
export async function compare(lab: Lab, answer: AnswerToCompare, there: Engine, seed: number): Promise<Outcome[]> {
  // One after the other: seconds are real there, and the two would take them from each other.
  const [mine, other] = [await grade(lab, answer, seed), await grade(lab, answer, seed, there)];
  return answer.steps.flatMap((step) =>
    step.checks.map(({ id }) => {
      const [one, two] = [find(mine, step.id, id), find(other, step.id, id)];
      const agrees = two.status === 'not-gradable' ? undefined : one.status === two.status && two.status !== 'error';
      const outcome = { check: `${stepName(lab, step)} ${id}`, here: one.status, there: two.status, agrees };
      if (agrees === undefined) return { ...outcome, why: `it needs ${two.lack!.needed} (${two.lack!.shown})` };
      return agrees ? outcome : { ...outcome, why: (two.failure ?? one.failure)?.seen ?? '' };
    }),
  );
}

async function grade(
  lab: Lab,
  { name, folder, steps }: AnswerToCompare,
  seed: number,
  engine?: Engine,
): Promise<Verdict> {
  const runner = new Runner(engine ? { engine } : {});
  try {
    const verdict = await runner.grade({ lab, steps, folder, answer: name, seed });
    for (const { message } of verdict.errors) console.error(`${verdict.engine}: ${message}`);
    return verdict;
  } finally {
    await runner.close();
  }
}

const find = (verdict: Verdict, step: string, check: string) =>
  verdict.steps.find(({ id }) => id === step)!.checks.find(({ id }) => id === check)!;
