/**
 * What a step judges: the answer's own version of the files that lab.json lists for it. What other steps would have built comes
 * from the reference answer, so that no step falls because another did.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { RunContext } from './context.ts';
import { filesIn, isAlternate, isItsOwn } from './folder.ts';

export interface Answer {
  /** The folder under test. */
  readonly folder: string;
  /** The folder that supplies the rest. */
  readonly solution: string;
  /** Files that are judged, as lab.json lists them. */
  readonly judged: readonly string[];
}

export const answerOf = (run: RunContext, step: string): Answer => ({
  folder: run.answer,
  solution: run.solution,
  judged: run.files[step] ?? [],
});

/**
 * Where a file of the step is read from. A file that is judged is the answer's even where it is missing; another is the reference
 * answer's, unless that has none of the name: it is the learner's own addition then.
 */
export function placeOf({ folder, solution, judged }: Answer, file: string): string {
  const theirs = join(solution, file);
  const supplied = !judged.includes(file.split(sep).join('/')) && !isAlternate(file) && existsSync(theirs);
  return supplied ? theirs : join(folder, file);
}

/** The same, if a file is there: what is a link out of the answer's folder is none of the answer's files. */
export function sourceOf(answer: Answer, file: string): string | undefined {
  const place = placeOf(answer, file);
  if (!statSync(place, { throwIfNoEntry: false })?.isFile()) return undefined;
  const supplied = place === join(answer.solution, file);
  return supplied || isWithin(realpathSync(place), answer.folder) ? place : undefined;
}

/** Is a real path one of a folder's? */
export const isWithin = (path: string, folder: string): boolean => path.startsWith(realpathSync(folder) + sep);

/** Names of all files of the step, relative to its folder. Throws `CheckFailure` for a folder that cannot be judged. */
export function filesOf(answer: Answer): string[] {
  const { folder, solution } = answer;
  isItsOwn(folder, solution);
  const names = [solution, folder].flatMap(filesIn);
  return [...new Set(names)].filter((name) => sourceOf(answer, name) !== undefined).sort();
}
