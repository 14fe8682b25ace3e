/** Reads the labs, and says what is wrong in them: file, place in the file, what is expected. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type * as z from 'zod';
import { UserError } from '../files.ts';
import { LABS, ROOT, shown } from '../paths.ts';
import { type LabFile, labSchema, type Mutant, mutantSchema, type Step } from './schema.ts';

export interface Lab extends LabFile {
  /** Folder of the lab, `…/labs/01-faas`. */
  readonly folder: string;
  /** `01-faas` */
  readonly name: string;
  readonly starter: string;
  /** The learner's own copy; there once the lab has been run. */
  readonly src: string;
  readonly solution: string;
}

/** All labs, in order. Throws `UserError` for a lab.json that cannot be used. */
export function loadLabs(folder = LABS): Lab[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'lab.json')))
    .map((entry) => loadLab(join(folder, entry.name)))
    .sort((left, right) => left.number - right.number);
}

export function loadLab(folder: string): Lab {
  const file = join(folder, 'lab.json');
  const name = basename(folder);
  const lab = read(file, labSchema);
  const problems = [
    ...(name === `${String(lab.number).padStart(2, '0')}-${lab.id}`
      ? []
      : [`number and id: the folder ${name} would be ${String(lab.number).padStart(2, '0')}-${lab.id}`]),
    ...unknownChapter(lab.chapter, join(homeOf(folder), 'chapters')),
    ...duplicates(
      'steps',
      lab.steps.map((step) => step.id),
    ),
    ...lab.steps.flatMap((step, index) => [
      // Not in another step of the lab either: mutants name checks without their step.
      ...duplicates(`steps[${index}].checks`, [...new Set(lab.steps.slice(0, index).flatMap(idsOf)), ...idsOf(step)]),
      ...(existsSync(join(folder, step.test)) ? [] : [`steps[${index}].test: there is no ${step.test}`]),
      ...step.files
        .filter((path) => !existsSync(join(folder, 'starter', path)))
        .map((path) => `steps[${index}].files: there is no starter/${path}`),
    ]),
  ];
  if (problems.length > 0) throw wrong(file, problems);
  return {
    ...lab,
    folder,
    name,
    starter: join(folder, 'starter'),
    src: join(folder, 'src'),
    solution: join(homeOf(folder), 'solutions', name),
  };
}

/** Where solutions and chapters are beside the labs. */
const homeOf = (folder: string): string => (folder.startsWith(ROOT) ? ROOT : join(folder, '../..'));

/** Failures lead to the chapter. What is wrong with the book itself is told when it is built. */
function unknownChapter(chapter: string, chapters: string): string[] {
  let book: { chapters?: { file?: string }[] };
  try {
    book = JSON.parse(readFileSync(join(chapters, 'book.json'), 'utf8'));
  } catch {
    return [];
  }
  const files = (book.chapters ?? []).flatMap(({ file }) => (file === undefined ? [] : [file.replace(/\.md$/, '')]));
  return files.includes(chapter) ? [] : [`chapter: the book has no chapter ${chapter}. It has: ${files.join(', ')}`];
}

export interface MutantFolder extends Mutant {
  readonly name: string;
  readonly folder: string;
}

/** The lab's wrong answers. Throws `UserError` for a mutant.json that names what the lab does not have. */
export function loadMutants(lab: Lab): MutantFolder[] {
  const folder = join(lab.folder, 'mutants');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => {
      const file = join(folder, entry.name, 'mutant.json');
      const mutant = read(file, mutantSchema);
      const step = lab.steps.find((one) => one.id === mutant.step);
      if (!step) throw wrong(file, [`step: the lab has no step ${mutant.step}`]);
      const all = lab.steps.flatMap(({ checks }) => checks.map((check) => check.id));
      const unknown = [mutant.check, ...mutant.also].filter((check) => !all.includes(check));
      if (unknown.length > 0) throw wrong(file, [`check, also: the lab has no check ${unknown.join(', ')}`]);
      if (!idsOf(step).includes(mutant.check)) {
        throw wrong(file, [`check: step ${step.id} has no check ${mutant.check}. It has: ${idsOf(step).join(', ')}`]);
      }
      return { ...mutant, name: entry.name, folder: join(folder, entry.name) };
    })
    .sort((left, right) => order(lab, left.step) - order(lab, right.step) || (left.name < right.name ? -1 : 1));
}

const order = (lab: Lab, step: string): number => lab.steps.findIndex((one) => one.id === step);

/** `1.3`: how a step is named to people. */
export const stepName = (lab: Lab, step: Step): string =>
  `${lab.number}.${lab.steps.findIndex(({ id }) => id === step.id) + 1}`;

function read<T>(file: string, schema: z.ZodType<T>): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw wrong(file, ['the file is missing']);
    throw wrong(file, [`it is no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  throw wrong(
    file,
    result.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}`),
  );
}

const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  ) || 'the file';

const idsOf = ({ checks }: Step): string[] => checks.map(({ id }) => id);

const duplicates = (what: string, ids: readonly string[]): string[] =>
  ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${what}: the id ${id} is there twice`);

const wrong = (file: string, problems: readonly string[]): UserError =>
  new UserError(`${shown(file)} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
