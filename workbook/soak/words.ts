/**
 * What the words after `npm run soak` mean:
 *   (none), `4`, `4 kills`, `4 seed 42`            the soaks of every lab, or of this lab, or this one of them
 *   `solution 3 100`, `solution 3.11 20 seed 7`    grades the solution on so many seeds in a row
 *   `load 4 50`, `load 4.9 4.10 5`                 grades the solution so often on one seed, while other processes keep the machine busy
 */
import { UserError } from '../files.ts';
import { findTarget, isNumber, noSuchLab, takeSeed } from '../labs/find.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';

export interface Target {
  readonly lab: Lab;
  readonly step?: Step;
}

export type Request = { readonly seed?: number } & (
  | { readonly kind: 'soak'; readonly lab?: Lab; readonly name?: string }
  | { readonly kind: 'solution'; readonly target: Target; readonly count: number }
  | { readonly kind: 'load'; readonly targets: readonly Target[]; readonly count: number }
);

export const USAGE =
  'npm run soak [LAB [NAME]] [seed N], npm run soak solution LAB[.STEP] [COUNT] [seed N], or npm run soak load LAB[.STEP]… [COUNT] [seed N]';

/** Seeds on which a solution is graded, and runs under load, when no number is given. */
const MANY = { solution: 20, load: 50 };

/** Throws `UserError` for words that mean nothing, or that do not go together. */
export function readWords(words: readonly string[], labs: readonly Lab[]): Request {
  const kind = (['solution', 'load'] as const).find((one) => words.includes(one)) ?? 'soak';
  const rest = words.filter((word) => word !== kind);
  const seed = takeSeed(rest, USAGE);
  const first = rest.shift();
  const target = first === undefined ? undefined : find(labs, first);
  if (kind === 'soak') {
    const name = rest.shift();
    if (target?.step) throw new UserError(`A soak is of a lab: ${USAGE}`);
    none(rest);
    return { kind, ...(target ? { lab: target.lab } : {}), ...(name === undefined ? {} : { name }), ...seed };
  }
  if (!target) throw new UserError(`Of which lab? ${USAGE}`);
  const count = isNumber(rest.at(-1)) ? Number(rest.pop()) : MANY[kind];
  if (count === 0) throw new UserError(`“0” is not understood: ${USAGE}`);
  if (kind === 'load') return { kind, targets: [target, ...rest.map((word) => find(labs, word))], count, ...seed };
  none(rest);
  return { kind, target, count, ...seed };
}

function find(labs: readonly Lab[], word: string): Target {
  const target = findTarget(labs, word);
  if (!target) throw noSuchLab(labs, word);
  return target;
}

function none([word]: readonly string[]): void {
  if (word !== undefined) throw new UserError(`“${word}” is not understood: ${USAGE}`);
}
