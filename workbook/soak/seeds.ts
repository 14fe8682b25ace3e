/** Grades a lab's solution, or runs one of its soaks, on seeds in a row. */
import pc from 'picocolors';
import { own, unlessEnding } from '../cli/own.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { Runner } from '../run/runner.ts';
import type { Verdict } from '../run/verdict.ts';
import { add, type Counts, none } from '../suite/counts.ts';
import { complaints } from './telling.ts';

/** Milliseconds after which a check of a soak is given up, on a slow machine that has other work. */
const PATIENCE = 6 * 3600_000;

export interface Graded {
  readonly lab: Lab;
  readonly steps: readonly Step[];
  /** How it is told: `04-nohup-clusters kills`. */
  readonly name: string;
  readonly command: (seed: number) => string;
  /** What its steps are known by. */
  readonly called: 'number' | 'id';
  /** What is told of a verdict that passed. */
  readonly tell?: (verdict: Verdict) => string;
}

/** Says at each seed what came of it. */
export async function gradeOn(
  seeds: readonly number[],
  { name, command, called, tell, ...of }: Graded,
): Promise<Counts> {
  const runner = new Runner({ patience: PATIENCE });
  const disown = own(() => runner.close());
  let counts = none;
  for (const seed of seeds) {
    // It may take an hour: who ends it before wants to know of what it was.
    console.log(pc.dim(`  ${name} seed ${seed} …`));
    const started = performance.now();
    const since = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
    const onPart = (check: string, part: string): void => console.log(pc.dim(`    ${check} ${part}, ${since()}`));
    const verdict = await runner.grade({ ...of, folder: of.lab.solution, answer: 'solution', seed, onPart });
    await unlessEnding();
    const took = since();
    const passed = verdict.status === 'passed';
    counts = add(counts, { ...none, [passed ? 'passed' : 'failed']: 1 });
    console.log(
      `${passed ? pc.green('✓') : pc.red('✗')} ${name} seed ${seed}, ${took}${passed && tell ? tell(verdict) : ''}`,
    );
    if (!passed) console.log(`${complaints(verdict, called)}\n  again: ${command(seed)}`);
  }
  await runner.close();
  disown();
  return counts;
}
