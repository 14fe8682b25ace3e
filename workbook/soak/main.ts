/**
 * `npm run soak`: what `npm test` has no time for. The soaks of a lab run its solution on much more than a step does, with everything
 * going wrong that may; `solution` grades a lab's solution on many seeds in a row, and `load` on one seed on a machine that is busy. A
 * failure is reported with its seed.
 */
import { randomInt } from 'node:crypto';
import { end, endOnSignals } from '../cli/own.ts';
import { UserError } from '../files.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import { add, type Counts, line, none } from '../suite/counts.ts';
import { gradeOn } from './seeds.ts';
import { soaksOf } from './soaks.ts';
import { noted } from './telling.ts';
import { underLoad } from './under-load.ts';
import { readWords } from './words.ts';

const LARGEST_SEED = 1_000_000;

async function soaks(labs: readonly Lab[], name: string | undefined, seed: number): Promise<Counts> {
  const all = labs.flatMap(soaksOf);
  const wanted = all.filter(({ step }) => name === undefined || step.id === name);
  if (wanted.length === 0)
    throw new UserError(
      noneSuch(
        labs,
        all.map(({ step }) => step.id),
        name,
      ),
    );
  let counts = none;
  for (const { lab, step } of wanted) {
    const command = (n: number): string => `npm run soak ${lab.number} ${step.id} seed ${n}`;
    const of = { lab, steps: [step], name: `${lab.name} ${step.id}`, command, called: 'id' as const, tell: noted };
    counts = add(counts, await gradeOn([seed], of));
  }
  return counts;
}

function noneSuch(labs: readonly Lab[], names: readonly string[], name: string | undefined): string {
  const whose = labs.map(({ number }) => `Lab ${number}`).join(', ');
  if (names.length === 0) return `${whose} has no soak.`;
  return `${whose} has no soak ${name}. There ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}.`;
}

async function run(): Promise<Counts> {
  const labs = loadLabs();
  const request = readWords(process.argv.slice(2), labs);
  const seed = request.seed ?? randomInt(1, LARGEST_SEED);
  if (request.kind === 'soak') return await soaks(request.lab ? [request.lab] : labs, request.name, seed);
  if (request.kind === 'load') return await underLoad(request.targets, request.count, seed);
  const { lab, step } = request.target;
  const steps = step ? [step] : lab.steps;
  const word = step ? `${lab.number}.${step.id}` : String(lab.number);
  const command = (n: number): string => `npm run lab ${word} solution all seed ${n}`;
  const seeds = Array.from({ length: request.count }, (_, i) => seed + i);
  return await gradeOn(seeds, { lab, steps, name: lab.name, command, called: 'number' });
}

endOnSignals();
let counts: Counts;
try {
  counts = await run();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  counts = { ...none, failed: 1 };
}
console.log(line(counts));
await end(counts.failed > 0 ? 1 : 0);
