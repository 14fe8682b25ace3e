/**
 * What the words after `npm run prove` mean, and after `npm run mutants`, which adds `every`:
 *   (none)                              starters, solutions, alternates and a sample of the mutants of every lab
 *   `3`, `raw-keys`, `3 alt-plain`      of this lab, or what has this in its name: then all of its mutants, and whole alternates
 *   `every`                             all checks of all mutants: no other rejects one than it lists
 *   `seed 361743`                       on this seed, as a failure tells it
 *   `update`                            writes what a learner sees anew where it is kept
 */
import { UserError } from '../files.ts';
import { findTarget } from '../labs/find.ts';
import type { Lab } from '../labs/load.ts';

export interface Request {
  readonly labs: readonly Lab[];
  /** Parts of names of answers; none: all that people wait for. */
  readonly parts: readonly string[];
  readonly every: boolean;
  readonly update: boolean;
  readonly seed?: number;
}

export const USAGE = 'npm run prove [LAB] [PART OF A NAME]… [every] [update] [seed N]';

/** Throws `UserError` for a seed that is no number, and for what is kept and would be of another seed than all others. */
export function readWords(given: readonly string[], labs: readonly Lab[]): Request {
  const words = [...given];
  const at = words.indexOf('seed');
  const [, seed] = at < 0 ? [] : words.splice(at, 2);
  if (at >= 0 && !/^\d{1,9}$/.test(seed ?? '')) throw new UserError(`After seed comes a number: ${USAGE}`);
  const [every, update] = [words.includes('every'), words.includes('update')];
  if (update && at >= 0) throw new UserError('What a learner sees is kept of one seed: leave out the word seed.');
  const others = words.filter((word) => !['every', 'update'].includes(word));
  const named = others.flatMap((word) => findTarget(labs, word)?.lab ?? []);
  return {
    labs: named.length > 0 ? labs.filter((lab) => named.includes(lab)) : labs,
    parts: others.filter((word) => findTarget(labs, word) === undefined),
    every,
    update,
    ...(at < 0 ? {} : { seed: Number(seed) }),
  };
}
