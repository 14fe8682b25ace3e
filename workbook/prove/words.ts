/**
 * What the words after `npm run prove` mean, and after `npm run mutants`, which adds `every`:
 *   (none)                              starters, solutions, alternates and a sample of the mutants of every lab
 *   `3`, `raw-keys`, `3 alt-plain`      of this lab, or what has this in its name: then all of its mutants, and whole alternates
 *   `every`                             all checks of all mutants: no other rejects one than it lists
 *   `seed 361743`                       on this seed, as a failure tells it
 *   `update`                            writes what a learner sees anew where it is kept
 */
import { UserError } from '../files.ts';
import { findTarget, noSuchLab, takeSeed } from '../labs/find.ts';
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

/** Throws `UserError` for words that mean nothing, or that do not go together. */
export function readWords(given: readonly string[], labs: readonly Lab[]): Request {
  const words = [...given];
  const seed = takeSeed(words, USAGE);
  const [every, update] = [words.includes('every'), words.includes('update')];
  if (update && seed.seed !== undefined) {
    throw new UserError('What a learner sees is kept of one seed: leave out the word seed.');
  }
  const named: Lab[] = [];
  const parts: string[] = [];
  for (const word of words.filter((one) => one !== 'every' && one !== 'update')) {
    const target = findTarget(labs, word);
    if (target?.step) throw new UserError(`Answers are proved whole, and not by steps: ${USAGE}`);
    if (target) named.push(target.lab);
    else if (/^\d/.test(word)) throw noSuchLab(labs, word);
    else parts.push(word);
  }
  return { labs: named.length > 0 ? labs.filter((lab) => named.includes(lab)) : labs, parts, every, update, ...seed };
}
