/** What a step’s test file and lab.json have to agree on: the checks, their order, and the hints that failures lead to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { shown } from '../paths.ts';

export const checksProblems = (lab: Lab): string[] =>
  lab.steps.flatMap((step) => {
    const text = readFileSync(join(lab.folder, step.test), 'utf8');
    const file = shown(join(lab.folder, step.test));
    return [...agreement(lab, step, file, text), ...hints(step, file, text)];
  });

/** As a person reads the file. One that gives its checks by other means than their written ids is left to the run. */
function agreement(lab: Lab, step: Step, file: string, text: string): string[] {
  const written = [...text.matchAll(/^[ \t]*check\(\s*(?:(['"`])([a-z][a-z0-9-]*)\1)?/gm)].map(({ 2: id }) => id);
  const ids = written.filter((id) => id !== undefined);
  if (ids.length === 0 || ids.length < written.length) return [];
  const planned = step.checks.map(({ id }) => id);
  const labFile = shown(join(lab.folder, 'lab.json'));
  const differences = [
    ...ids
      .filter((id) => !planned.includes(id))
      .map((id) => `${file} has a check ${id}: list it in ${labFile}, step ${step.id}, or take it out`),
    ...planned
      .filter((id) => !ids.includes(id))
      .map((id) => `${labFile}: check ${id} of step ${step.id} is not in ${file}`),
  ];
  if (differences.length > 0 || ids.join() === planned.join()) return differences;
  return [
    `${file} has its checks in another order than ${labFile}: ${ids.join(', ')} instead of ${planned.join(', ')}. A step ends at its first failing check`,
  ];
}

function hints({ id, hints: has }: Step, file: string, text: string): string[] {
  return [...text.matchAll(/\bhint: (\d+)\b/g)]
    .filter(({ 1: number }) => !has[Number(number) - 1])
    .map(({ 1: number, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: there is no hint ${number}: step ${id} has ${has.length}`;
    });
}
