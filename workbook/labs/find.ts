/** From what a person types to a lab, a step and a seed. */
import { UserError } from '../files.ts';
import { type Lab, stepName } from './load.ts';
import type { Step } from './schema.ts';

/** `1`, `01`, `01-faas` and `faas` are one lab; `1.3`, `1.state` and `faas.3` one step. Undefined when it names no lab at all. */
export function findTarget(labs: readonly Lab[], word: string): { lab: Lab; step?: Step } | undefined {
  const [name = '', part] = word.split('.');
  const lab = labs.find(
    (one) => one.id === name || one.name === name || (/^\d+$/.test(name) && one.number === Number(name)),
  );
  if (!lab) return undefined;
  if (part === undefined) return { lab };
  const step = lab.steps.find((one, index) => one.id === part || String(index + 1) === part);
  if (step) return { lab, step };
  const steps = lab.steps.map((one) => `${stepName(lab, one)} ${one.id}`).join(', ');
  throw new UserError(`Lab ${lab.number} has no step ${part}. It has: ${steps}.`);
}

export const isNumber = (word: string | undefined): boolean => /^\d{1,9}$/.test(word ?? '');

/** Takes `seed N` out of the words. Throws `UserError` where no number follows. */
export function takeSeed(words: string[], usage: string): { seed?: number } {
  const at = words.indexOf('seed');
  if (at < 0) return {};
  const [, seed] = words.splice(at, 2);
  if (!isNumber(seed)) throw new UserError(`After seed comes a number: ${usage}`);
  return { seed: Number(seed) };
}

/** Throws `UserError` with what there is instead. */
export function noSuchLab(labs: readonly Lab[], word: string): UserError {
  const known = labs.map((lab) => `${lab.number} (${lab.id})`).join(', ');
  return new UserError(`There is no lab ${word}. There ${labs.length === 1 ? 'is' : 'are'}: ${known}.`);
}

/** The known word nearest to a mistyped one, if any is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 2.5));
  const ranked = known
    .map((one) => ({ one, distance: distance(word, one) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best && best.distance <= most ? best.one : undefined;
}

/** Levenshtein's distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, a] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...right].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
