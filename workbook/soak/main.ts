/**
 * `npm run soak`: what `npm test` has no time for. The soak of a lab runs its solution on much more than a step does, with everything
 * going wrong that may; `solution` grades a lab's solution on many seeds in a row. A failure is reported with its seed.
 */
import { randomInt } from 'node:crypto';
import pc from 'picocolors';
import { end, endOnSignals, own, unlessEnding } from '../cli/own.ts';
import { UserError } from '../files.ts';
import { type Lab, loadLabs } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { Runner } from '../run/runner.ts';
import type { Verdict } from '../run/verdict.ts';
import { type Counts, line } from '../suite/counts.ts';
import { soakOf } from './load.ts';
import { readWords } from './words.ts';

/** Milliseconds that a check of a soak may take, on a slow machine that has other work. */
const PATIENCE = 30 * 60_000;
const LARGEST_SEED = 1_000_000;

const counts: { -readonly [Key in keyof Counts]: Counts[Key] } = { passed: 0, failed: 0, skipped: 0 };

/** Grades the solution on seeds in a row, and says at each what came of it. `tell`: how a verdict that passed is told. */
async function grade(
  of: { lab: Lab; steps: readonly Step[]; command: (seed: number) => string },
  seeds: readonly number[],
  tell: (verdict: Verdict) => string,
): Promise<void> {
  const runner = new Runner({ patience: PATIENCE });
  const disown = own(() => runner.close());
  for (const seed of seeds) {
    const started = performance.now();
    const verdict = await runner.grade({ ...of, folder: of.lab.solution, answer: 'solution', seed });
    await unlessEnding();
    const took = `${((performance.now() - started) / 1000).toFixed(0)} s`;
    const passed = verdict.status === 'passed';
    counts[passed ? 'passed' : 'failed']++;
    console.log(
      `${passed ? pc.green('✓') : pc.red('✗')} ${of.lab.name} seed ${seed}, ${took}${passed ? tell(verdict) : ''}`,
    );
    if (!passed) console.log(`${complaints(verdict)}\n  again: ${of.command(seed)}`);
  }
  await runner.close();
  disown();
}

function complaints({ steps, errors }: Verdict): string {
  const checks = steps.flatMap((step) => step.checks.map((check) => ({ step, check })));
  return [
    ...errors.map(({ message }) => `  ${message}`),
    ...checks
      .filter(({ check }) => check.status !== 'passed')
      .map(({ step, check: { id, status, did, failure } }) =>
        [
          `  ${step.number} ${id}: ${status}`,
          ...did.map((what) => `    ${what}`),
          ...(failure?.what ? [`    of ${failure.what}`] : []),
          ...(failure ? [`    expected ${failure.expected}`, `    seen     ${failure.seen}`] : []),
        ].join('\n'),
      ),
  ].join('\n');
}

const noted = ({ steps }: Verdict): string =>
  steps.flatMap(({ checks }) => checks.flatMap(({ did }) => did.map((what) => `\n  ${what}`))).join('');

endOnSignals();
try {
  const labs = loadLabs();
  const { solution, target, count, seed } = readWords(process.argv.slice(2), labs);
  const first = seed ?? randomInt(1, LARGEST_SEED);
  if (solution) {
    const { lab, step } = target!;
    const name = step ? `${lab.number}.${step.id}` : String(lab.number);
    const of = {
      lab,
      steps: step ? [step] : lab.steps,
      command: (n: number) => `npm run lab ${name} solution all seed ${n}`,
    };
    await grade(
      of,
      Array.from({ length: count }, (_, i) => first + i),
      () => '',
    );
  } else {
    const soaks = (target ? [target.lab] : labs).map(soakOf).filter((soak) => soak !== undefined);
    if (soaks.length === 0) throw new UserError(`Lab ${target!.lab.number} has no soak.`);
    for (const { lab, step } of soaks) {
      await grade({ lab, steps: [step], command: (n) => `npm run soak ${lab.number} seed ${n}` }, [first], noted);
    }
  }
} catch (error) {
  counts.failed++;
  console.error(error instanceof UserError ? error.message : error);
}
console.log(line(counts));
await end(counts.failed > 0 ? 1 : 0);
