/**
 * What the words after `npm run soak` mean:
 *   (none), `3`, `3 seed 42`                       the soak of every lab that has one, or of this lab
 *   `solution 3 100`, `solution 3.11 20 seed 7`    grades the solution on so many seeds in a row
 */
import { UserError } from '../files.ts';
import { findTarget, noSuchLab } from '../labs/find.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';

export interface Request {
  readonly solution: boolean;
  readonly target?: { readonly lab: Lab; readonly step?: Step };
  /** The first seed. */
  readonly seed?: number;
  readonly count: number;
}

export const USAGE = 'npm run soak [LAB] [seed N], or npm run soak solution LAB[.STEP] [COUNT] [seed N]';

/** Seeds on which a solution is graded when no number is given. */
const MANY = 20;

/** Throws `UserError` for words that mean nothing, or that do not go together. */
export function readWords(words: readonly string[], labs: readonly Lab[]): Request {
  const solution = words.includes('solution');
  const rest = words.filter((word) => word !== 'solution');
  const at = rest.indexOf('seed');
  const [, seed] = at < 0 ? [] : rest.splice(at, 2);
  if (at >= 0 && !isNumber(seed)) throw new UserError(`After seed comes a number: ${USAGE}`);
  const [name, count, more] = rest;
  const target = name === undefined ? undefined : findTarget(labs, name);
  if (name !== undefined && !target) throw noSuchLab(labs, name);
  if (solution && !target) throw new UserError(`Of which lab? ${USAGE}`);
  if (!solution && (count !== undefined || target?.step))
    throw new UserError(`A soak is of a lab, on one seed: ${USAGE}`);
  if (more !== undefined || (count !== undefined && !(isNumber(count) && Number(count) > 0))) {
    throw new UserError(`“${more ?? count}” is not understood: ${USAGE}`);
  }
  return {
    solution,
    ...(target ? { target } : {}),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    count: solution ? Number(count ?? MANY) : 1,
  };
}

const isNumber = (word: string | undefined): boolean => /^\d{1,9}$/.test(word ?? '');
