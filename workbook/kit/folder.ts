/** The files of an answer's folder, as far as it is one that can be judged: what is odd in it is the answer's fault. */
import { accessSync, constants, type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../paths.ts';
import { CheckFailure } from './failure.ts';

/** Far more than any answer needs; all of it goes into the memory of the grader. */
const MOST_FILES = 2000;
const MOST_MB = 64;
const MOST_DEPTH = 20;

/** Packages are not the answer's own, and alternates are other answers. */
const SKIPPED = /^(node_modules|alt-.*)$/;

/** Is it a file of another answer, which a reference answer keeps beside its own? */
export const isAlternate = (file: string): boolean => file.split(/[/\\]/).some((part) => part.startsWith('alt-'));

/** Names of its files, from the folder; links are none. Throws `CheckFailure` for what cannot be read or is too much. */
export function filesIn(folder: string): string[] {
  const names: string[] = [];
  let bytes = 0;
  const look = (place: string, depth: number): void => {
    if (depth > MOST_DEPTH) throw odd(folder, `folders within folders, ${MOST_DEPTH} deep`);
    for (const entry of entriesOf(place, folder)) {
      const path = join(place, entry.name);
      if (entry.isDirectory() && !SKIPPED.test(entry.name)) look(path, depth + 1);
      if (!entry.isFile()) continue;
      // An editor's temporary file may be gone by now.
      bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (!mayRead(path)) throw odd(folder, `${relative(folder, path)}, which may not be read`);
      if (names.push(relative(folder, path)) > MOST_FILES) throw odd(folder, `more than ${MOST_FILES} files`);
      if (bytes > MOST_MB * 1024 * 1024) throw odd(folder, `more than ${MOST_MB} MB`);
    }
  };
  look(folder, 0);
  return names;
}

/** Throws `CheckFailure` when the answer is the reference answer under another name. */
export function isItsOwn(folder: string, solution: string): void {
  if (folder === solution || !existsSync(folder)) return;
  const [real, reference] = [folder, solution].map((path) => `${realpathSync(path)}${sep}`);
  if (real!.startsWith(reference!)) throw odd(folder, 'a link to the reference answer');
}

function entriesOf(place: string, folder: string): Dirent[] {
  try {
    return readdirSync(place, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && place !== folder) return [];
    throw odd(
      folder,
      place === folder ? 'no folder that can be read' : `${relative(folder, place)}, which may not be read`,
    );
  }
}

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

const odd = (folder: string, seen: string): CheckFailure =>
  new CheckFailure({
    fault: 'code',
    build: true,
    expected: `${relative(ROOT, folder)}/ holds your answer, in files that can be read`,
    seen,
    cause: 'Something is in the folder, or in its place, that no answer needs.',
  });
