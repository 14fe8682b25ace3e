/** The answers that prove a lab, each with what its verdict has to be. */
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isAlive } from '../files.ts';
import { type Lab, loadMutants, type MutantFolder } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { STATE } from '../paths.ts';

export type Expectation =
  | { readonly kind: 'passes' }
  /** Every step fails by a check's own judgement. */
  | { readonly kind: 'fails-everywhere' }
  /** Exactly these checks fail; of a run that ends a step at its first failing check, these are the first ones. */
  | { readonly kind: 'rejected'; readonly by: readonly string[] };

export interface Answer {
  readonly lab: Lab;
  /** `mutant raw-keys` */
  readonly name: string;
  readonly folder: string;
  readonly steps: readonly Step[];
  readonly expected: Expectation;
  readonly sandbox: 'process' | 'sealed';
  readonly seed: number;
  readonly stopAtFailure: boolean;
}

/** Folders of answers that are put together for a run; one for each process, so that two runs do not meet. */
const BUILT = join(STATE, 'prove');
export const built = join(BUILT, String(process.pid));

type Plain = Pick<Answer, 'name' | 'folder'>;

/** A folder that holds what an alternate or a mutant does differently, laid over the solution. */
export interface Overlay {
  readonly lab: Lab;
  /** The alternate's or the mutant's own folder. */
  readonly from: string;
  /** Where the whole answer is put together. */
  readonly folder: string;
  /** Names of what it does differently. */
  readonly files: readonly string[];
}

/** Starter, solution, and alternates. */
export async function plainAnswersOf(lab: Lab): Promise<[Plain, Plain, ...Plain[]]> {
  const alternates = alternatesOf(lab).map(async ({ name, folder }) => ({
    name: `alternate ${name}`,
    folder: (await laidOver(lab, folder, name)).folder,
  }));
  return [
    { name: 'starter', folder: lab.starter },
    { name: 'solution', folder: lab.solution },
    ...(await Promise.all(alternates)),
  ];
}

/** Every alternate and every mutant, put together. */
export const overlaysOf = (lab: Lab): Promise<Overlay[]> =>
  Promise.all([...alternatesOf(lab), ...loadMutants(lab)].map(({ name, folder }) => laidOver(lab, folder, name)));

const alternatesOf = (lab: Lab): Plain[] =>
  readdirSync(lab.solution, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('alt-'))
    .map(({ name }) => ({ name, folder: join(lab.solution, name) }));

async function laidOver(lab: Lab, from: string, name: string): Promise<Overlay> {
  const folder = join(built, lab.name, name);
  await mkdir(folder, { recursive: true });
  await cp(lab.solution, folder, { recursive: true, filter: (path) => !/[/\\]alt-[^/\\]*$/.test(path) });
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'mutant.json')
    .map((entry) => relative(from, join(entry.parentPath, entry.name)));
  for (const file of files) await cp(join(from, file), join(folder, file));
  return { lab, from, folder, files };
}

export interface Proof {
  readonly seed: number;
  /** A second seed: what has to pass is to pass with others, too. */
  readonly again: number;
  /** Runs every check of a mutant: it fails those that it lists, and no other. Otherwise it is graded as a learner grades. */
  readonly every: boolean;
}

/** Starter, solution and alternates as they are; mutants laid over the solution. */
export async function answersOf(lab: Lab, { seed, again, every }: Proof): Promise<Answer[]> {
  const plain = { lab, steps: lab.steps, sandbox: 'process', seed, stopAtFailure: false } as const;
  const passes = { ...plain, expected: { kind: 'passes' } } as const;
  const [starter, first, ...others] = await plainAnswersOf(lab);
  const solution = { ...passes, ...first };
  const drawn = ` with seed ${again}`;
  const alternates = others.map(({ name, folder }) => ({ ...passes, folder, name: name + drawn, seed: again }));
  return [
    { ...plain, ...starter, expected: { kind: 'fails-everywhere' }, stopAtFailure: !every },
    solution,
    { ...solution, name: `solution, sealed,${drawn}`, seed: again, sandbox: 'sealed' },
    ...alternates,
    ...(await Promise.all(loadMutants(lab).map((mutant) => mutantAnswer(lab, mutant, seed, every)))),
  ];
}

async function mutantAnswer(lab: Lab, mutant: MutantFolder, seed: number, every: boolean): Promise<Answer> {
  const { folder, files } = await laidOver(lab, mutant.folder, mutant.name);
  // A step deploys only the files that it lists: the others see the solution, which has been graded already. That no step rejects it
  // but those that it lists is for `every`: a closing step that runs all files would make every other mutant as dear as itself.
  const steps = lab.steps.filter(
    (step) => step.id === mutant.step || (every && step.files.some((file) => files.includes(file))),
  );
  const judged = new Set(steps.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const rejecting = [mutant.check, ...mutant.also].filter((check) => judged.has(check));
  const first = steps.flatMap(({ checks }) => checks.find(({ id }) => rejecting.includes(id))?.id ?? []);
  // The check that it names has to speak, even if another one spoke before it.
  const stopAtFailure = !every && first.includes(mutant.check);
  return {
    lab,
    name: `mutant ${mutant.name}`,
    folder,
    steps,
    expected: { kind: 'rejected', by: stopAtFailure ? first : rejecting },
    sandbox: 'process',
    seed,
    stopAtFailure,
  };
}

/** Removes what this run has put together, and what runs left behind that did not come to their end. */
export async function removeBuilt(): Promise<void> {
  await rm(built, { recursive: true, force: true });
  if (!existsSync(BUILT)) return;
  for (const pid of await readdir(BUILT)) {
    if (!isAlive(Number(pid))) await rm(join(BUILT, pid), { recursive: true, force: true });
  }
}
