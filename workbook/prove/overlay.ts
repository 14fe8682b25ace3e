/** What an alternate or a mutant holds: files that are laid over the solution. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';

/** Paths of the files below a folder, with forward slashes; none where there is no folder. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What is laid over the solution. */
export const overlayFiles = (folder: string): string[] => filesBelow(folder).filter((file) => file !== 'mutant.json');

/** Whether the step deploys something else with this folder than with the solution alone. */
export function differsIn(lab: Lab, folder: string, step: Step): boolean {
  const own = overlayFiles(folder);
  return step.files.some((file) => own.includes(file) && !same(join(folder, file), join(lab.solution, file)));
}

/** Whatever a file that is not there holds, it is something else. */
function same(left: string, right: string): boolean {
  try {
    return readFileSync(left).equals(readFileSync(right));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The folders of the solution that hold alternates. */
export const alternatesOf = (lab: Lab): { name: string; folder: string }[] =>
  foldersIn(lab.solution)
    .filter((name) => name.startsWith('alt-'))
    .map((name) => ({ name, folder: join(lab.solution, name) }));

/** Names of the folders in a folder; none where there is none. */
export function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
