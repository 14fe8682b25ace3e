/**
 * What is wrong with a lab before anything of it is graded: a check that nothing can fail, an answer that changes nothing, files
 * that nobody uses. Each problem is a line for its author: where, what, and what helps.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, loadMutants, type MutantFolder } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { MODULES, shown } from '../paths.ts';
import { checksProblems } from './lint-checks.ts';
import { leftovers } from './lint-leftovers.ts';
import { alternatesOf, differsIn, foldersIn, overlayFiles } from './overlay.ts';

/** Throws `UserError` for a mutant.json that cannot be used. */
export function problemsOf(lab: Lab): string[] {
  const mutants = loadMutants(lab);
  return [
    ...lab.packages
      .filter((name) => !existsSync(join(MODULES, name, 'package.json')))
      .map((name) => notInstalled(lab, name)),
    ...solutionProblems(lab),
    ...checksProblems(lab),
    ...unnamedChecks(lab, mutants),
    ...alternateProblems(lab),
    ...mutants.flatMap((mutant) => mutantProblems(lab, mutant)),
    ...leftovers(lab),
  ];
}

const notInstalled = (lab: Lab, name: string): string =>
  `${shown(join(lab.folder, 'lab.json'))}: packages: ${name} is not installed: add it to package.json, or take it out here`;

function solutionProblems(lab: Lab): string[] {
  if (!existsSync(lab.solution))
    return [`${shown(lab.solution)} is missing: the lab’s answers are in it, under the names of the starter’s files`];
  return lab.steps.flatMap((step) =>
    step.files
      .filter((file) => !existsSync(join(lab.solution, file)))
      .map((file) => `${shown(lab.solution)} has no ${file}, which step ${step.id} lists`),
  );
}

/** Nothing shows that such a check can fail: one that judges nothing would pass every answer. */
const unnamedChecks = (lab: Lab, mutants: readonly MutantFolder[]): string[] =>
  lab.steps.flatMap((step) =>
    step.checks
      .filter(({ id }) => !mutants.some(({ check, also }) => check === id || also.includes(id)))
      .map(
        ({ id }) =>
          `check ${id} of step ${step.id}: no mutant names it. Make the mistake that it is there for in ${shown(join(lab.folder, 'mutants'))}`,
      ),
  );

function alternateProblems(lab: Lab): string[] {
  const misnamed = foldersIn(lab.solution)
    .filter((name) => !name.startsWith('alt-') && !existsSync(join(lab.starter, name)))
    .map((name) => `${shown(join(lab.solution, name))} is no part of the answer: an alternate is called alt-${name}`);
  const useless = alternatesOf(lab).flatMap(({ folder }) => {
    const files = overlayFiles(folder);
    const deployed = lab.steps.filter((step) => step.files.some((file) => files.includes(file)));
    if (deployed.length === 0) return [`${shown(folder)} holds no file that a step lists: it answers nothing`];
    if (!deployed.some((step) => differsIn(lab, folder, step)))
      return [`${shown(folder)} is equal to the solution: an alternate does the same by other means`];
    return undeployed(lab, folder);
  });
  return [...misnamed, ...useless];
}

function mutantProblems(lab: Lab, mutant: MutantFolder): string[] {
  const { folder } = mutant;
  const step = lab.steps.find(({ id }) => id === mutant.step)!;
  if (!overlayFiles(folder).some((file) => step.files.includes(file)))
    return [`${shown(folder)} holds no file that step ${step.id} lists: ${listed(step)}`];
  if (!differsIn(lab, folder, step)) return [`${shown(folder)}: it differs in nothing that step ${step.id} deploys`];
  return undeployed(lab, folder);
}

const undeployed = (lab: Lab, folder: string): string[] =>
  overlayFiles(folder)
    .filter((file) => !lab.steps.some((step) => step.files.includes(file)))
    .map((file) => `${shown(join(folder, file))}: no step lists this file, so it is never deployed`);

const listed = ({ files }: Step): string => files.join(', ');
