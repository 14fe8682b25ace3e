/**
 * What the words after `npm run test:localstack` mean:
 *   (none)                              the behaviours on both engines, then every answer of every lab
 *   `3`, `3.7 3.8`, `3.7 solution`      grades these labs and steps alone; other words are parts of the names of answers
 *   `3 seed 42`                         with the inputs of another run
 */
import { UserError } from '../files.ts';
import { findTarget, noSuchLab, takeSeed } from '../labs/find.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';

export interface Request {
  /** What is graded, in the order of the labs; nothing but that where a lab or a step was named. */
  readonly labs: readonly { readonly lab: Lab; readonly steps: readonly Step[] }[];
  /** The behaviours of the engine suite, too. */
  readonly behaviours: boolean;
  /** Parts of the names of answers; all answers when there are none. */
  readonly answers: readonly string[];
  readonly seed?: number;
}

const USAGE = 'npm run test:localstack [LAB[.STEP] …] [ANSWER …] [seed N]';

/** Throws `UserError` for words that mean nothing. `answers`: the names of answers that there may be. */
export function readWords(words: readonly string[], labs: readonly Lab[], answers: readonly string[]): Request {
  const targets: { lab: Lab; step?: Step }[] = [];
  const names: string[] = [];
  const rest = [...words];
  const seed = takeSeed(rest, USAGE);
  for (const word of rest) {
    const target = findTarget(labs, word);
    if (target) targets.push(target);
    else if (/^\d/.test(word)) throw noSuchLab(labs, word.split('.')[0]!);
    else if (answers.some((name) => name.includes(word))) names.push(word);
    else throw new UserError(`No answer’s name has ‘${word}’ in it. There are: ${answers.join(', ')}. ${USAGE}`);
  }
  return {
    labs: labs
      .map((lab) => ({ lab, steps: lab.steps.filter((step) => asked(targets, lab, step)) }))
      .filter(({ steps }) => steps.length > 0),
    behaviours: targets.length === 0 && names.length === 0,
    answers: names,
    ...seed,
  };
}

/** Nothing that is named means all. */
const asked = (targets: readonly { lab: Lab; step?: Step }[], lab: Lab, step: Step): boolean =>
  targets.length === 0 || targets.some((one) => one.lab === lab && (one.step ?? step) === step);
