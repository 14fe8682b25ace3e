/** The answers that prove a lab, each with what its verdict has to be. */
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, loadMutants, type MutantFolder } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { built } from './built.ts';
import { hasGolden } from './golden.ts';
import { alternatesOf, differsIn, overlayFiles } from './overlay.ts';

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

export interface Plain {
  readonly name: string;
  readonly folder: string;
  /** The steps that it has an answer of its own to. */
  readonly steps: readonly Step[];
}

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

/** Starter, solution, and the alternates that have an answer of their own to some step. */
export async function plainAnswersOf(lab: Lab): Promise<[Plain, Plain, ...Plain[]]> {
  const alternates = alternatesOf(lab).map(async ({ name, folder }) => {
    const whole = await laidOver(lab, folder, name);
    return { name: `alternate ${name}`, folder: whole.folder, steps: stepsWith(whole) };
  });
  return [
    { name: 'starter', folder: lab.starter, steps: lab.steps },
    { name: 'solution', folder: lab.solution, steps: lab.steps },
    ...(await Promise.all(alternates)).filter(({ steps }) => steps.length > 0),
  ];
}

/** A step deploys only the files that it lists: the others see the solution, which is graded as it is. */
const stepsWith = ({ lab, files }: Overlay): Step[] =>
  lab.steps.filter((step) => step.files.some((file) => files.includes(file)));

/** Every alternate and every mutant, put together. */
export const overlaysOf = async (lab: Lab): Promise<Overlay[]> =>
  existsSync(lab.solution)
    ? Promise.all([...alternatesOf(lab), ...loadMutants(lab)].map(({ name, folder }) => laidOver(lab, folder, name)))
    : [];

/** Runs what other steps judge together, and so rejects many of their mutants as well: which ones is not asked. */
const closes = (lab: Lab, step: Step): boolean =>
  lab.steps.filter((other) => other !== step && other.files.every((file) => step.files.includes(file))).length > 1;

async function laidOver(lab: Lab, from: string, name: string): Promise<Overlay> {
  const folder = join(built, lab.name, name);
  await mkdir(folder, { recursive: true });
  await cp(lab.solution, folder, { recursive: true, filter: (path) => !/[/\\]alt-[^/\\]*$/.test(path) });
  const files = overlayFiles(from);
  for (const file of files) await cp(join(from, file), join(folder, file));
  return { lab, from, folder, files };
}

export interface Proof {
  readonly seed: number;
  /** A second seed: what has to pass is to pass with others, too. */
  readonly again: number;
  /** All mutants, however many, and alternates with the closing step: more than people wait for. */
  readonly all: boolean;
  /** Every check of a mutant: it fails those that it lists, and no other. Otherwise the check that it names has to speak. */
  readonly every: boolean;
}

/**
 * Starter, solution and alternates as they are; mutants laid over the solution. The solution is run sealed, all others are not.
 * What lint.ts refuses, because there is nothing to grade in it, is not among them.
 */
export async function answersOf(lab: Lab, { seed, again, all, every }: Proof): Promise<Answer[]> {
  if (!existsSync(lab.solution)) return [];
  const plain = { lab, sandbox: 'process', seed, stopAtFailure: false } as const;
  const passes = { ...plain, expected: { kind: 'passes' } } as const;
  const [starter, solution, ...alternates] = await plainAnswersOf(lab);
  return [
    { ...plain, ...starter, expected: { kind: 'fails-everywhere' }, stopAtFailure: !every },
    { ...passes, ...solution, sandbox: process.platform === 'linux' ? 'sealed' : 'process' },
    ...alternates
      .map((alternate) => ({
        ...passes,
        ...alternate,
        steps: alternate.steps.filter((step) => all || !closes(lab, step)),
        name: `${alternate.name} with seed ${again}`,
        seed: again,
      }))
      .filter(({ steps }) => steps.length > 0),
    ...(await Promise.all(mutantsOf(lab, all).map((mutant) => mutantAnswer(lab, mutant, seed, every)))),
  ];
}

/** So many mutants of a lab are tried. */
const SAMPLE = 24;

/**
 * All, or a sample: the first of each check, step by step in turn, then the second of each, until there are enough. Those whose
 * output is kept are always there.
 */
function mutantsOf(lab: Lab, all: boolean): MutantFolder[] {
  const mutants = loadMutants(lab).filter(({ folder, step }) =>
    differsIn(lab, folder, lab.steps.find(({ id }) => id === step)!),
  );
  if (all || mutants.length <= SAMPLE) return mutants;
  const placeAmong = (mutant: MutantFolder, others: (other: MutantFolder) => boolean): number =>
    mutants.filter(others).indexOf(mutant);
  const ranked = mutants.map((mutant) => {
    const { step, check } = mutant;
    const ofCheck = placeAmong(mutant, (other) => other.step === step && other.check === check);
    return { mutant, ofCheck, ofStep: placeAmong(mutant, (other) => other.step === step) };
  });
  const sample = ranked.toSorted((one, other) => one.ofCheck - other.ofCheck || one.ofStep - other.ofStep);
  const enough = sample.slice(0, SAMPLE).map(({ mutant }) => mutant);
  return mutants.filter((mutant) => enough.includes(mutant) || hasGolden({ lab, name: mutantName(mutant) }));
}

/** The part of an answer's name that asks for this answer: `alt-plain` of `alternate alt-plain with seed 7`. */
export const wordFor = (name: string): string => name.split(' ')[1] ?? name;

const mutantName = ({ name }: Pick<MutantFolder, 'name'>): string => `mutant ${name}`;

async function mutantAnswer(lab: Lab, mutant: MutantFolder, seed: number, every: boolean): Promise<Answer> {
  const whole = await laidOver(lab, mutant.folder, mutant.name);
  const step = lab.steps.find(({ id }) => id === mutant.step)!;
  const answer = { lab, folder: whole.folder, name: mutantName(mutant), sandbox: 'process', seed } as const;
  if (every) {
    const steps = lab.steps.filter((one) => one === step || (stepsWith(whole).includes(one) && !closes(lab, one)));
    const by = [mutant.check, ...mutant.also];
    return { ...answer, steps, expected: { kind: 'rejected', by }, stopAtFailure: false };
  }
  const named = step.checks.filter(({ id }) => id === mutant.check);
  // What is kept of its output is what a learner sees: the checks before it, too.
  const steps = hasGolden(answer) ? [step] : [{ ...step, checks: named }];
  return { ...answer, steps, expected: { kind: 'rejected', by: [mutant.check] }, stopAtFailure: true };
}
