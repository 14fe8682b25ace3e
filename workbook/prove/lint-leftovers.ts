/** Files of a lab that nobody uses. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab } from '../labs/load.ts';
import { shown } from '../paths.ts';
import { filesBelow } from './overlay.ts';

export function leftovers(lab: Lab): string[] {
  const used = lab.steps.map(({ test }) => test);
  // Deeper ones test what graders stand on.
  const tests = filesBelow(join(lab.folder, 'steps'))
    .map((file) => `steps/${file}`)
    .filter((file) => /^steps\/[^/]+\.test\.ts$/.test(file) && !used.includes(file))
    .map((file) => `${shown(join(lab.folder, file))}: no step has this as its test: it grades nobody`);
  return [...tests, ...unusedStarterFiles(lab)];
}

/**
 * Beside what learners edit a starter holds what is given to them: it is imported by what they write, named by a grader that
 * deploys it, or shown in the chapter.
 */
function unusedStarterFiles(lab: Lab): string[] {
  const listed = new Set(lab.steps.flatMap(({ files }) => files));
  const home = dirname(dirname(lab.folder));
  const readers = [
    ...textsBelow(join(lab.folder, 'steps')),
    ...textsBelow(join(home, 'labs/support')),
    ...textsBelow(lab.solution, (file) => listed.has(file)),
    ...textsBelow(lab.starter, (file) => listed.has(file)),
    ...textsBelow(join(home, 'chapters'), (file) => file === `${lab.chapter}.md`),
  ];
  let unknown = filesBelow(lab.starter).filter((file) => !listed.has(file));
  for (let before = Number.POSITIVE_INFINITY; unknown.length < before; ) {
    before = unknown.length;
    const found = unknown.filter((file) => readers.some((text) => names(text, file)));
    readers.push(...found.map((file) => readFileSync(join(lab.starter, file), 'utf8')));
    unknown = unknown.filter((file) => !found.includes(file));
  }
  return unknown.map((file) => `${shown(join(lab.starter, file))}: no step lists this file, and nothing names it`);
}

const textsBelow = (folder: string, wanted: (file: string) => boolean = () => true): string[] =>
  filesBelow(folder)
    .filter(wanted)
    .map((file) => readFileSync(join(folder, file), 'utf8'));

/** Whether a program names the file in quotes, by whatever path, or a chapter by its own. */
function names(text: string, file: string): boolean {
  if (text.includes(`/starter/${file}`)) return true;

  const name = file.split('/').at(-1)!;
  return ['"', "'", '`'].some((quote) => text.includes(`/${name}${quote}`) || text.includes(`${quote}${name}${quote}`));
}
