/**
 * `npm run soak load`: how fast the machine is, and what else it does, has no say in a verdict. The solution is graded again and again
 * by the command that learners use, on one seed, while other processes keep every core busy; all verdicts have to be the same.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import pc from 'picocolors';
import { own, unlessEnding } from '../cli/own.ts';
import { ROOT } from '../paths.ts';
import type { Verdict } from '../run/verdict.ts';
import { add, type Counts, none } from '../suite/counts.ts';
import { startBurners } from './burners.ts';
import { complaints, differences } from './telling.ts';
import type { Target } from './words.ts';

/** Processes for each core that compute without end. */
const LOAD = 4;

export async function underLoad(targets: readonly Target[], count: number, seed: number): Promise<Counts> {
  const burners = startBurners(LOAD * availableParallelism());
  const disown = own(() => burners.stop());
  console.log(`beside ${burners.pids.length} processes that compute without end, on seed ${seed}:`);
  const firsts = new Map<string, Verdict>();
  let counts = none;
  for (let run = 1; run <= count; run++) {
    for (const { lab, step } of targets) {
      const name = step ? `${lab.number}.${step.id}` : String(lab.number);
      const started = performance.now();
      const verdict = await graded(name, seed);
      await unlessEnding();
      const took = `${((performance.now() - started) / 1000).toFixed(0)} s`;
      const wrong = wrongIn(verdict, firsts.get(name));
      if (typeof verdict === 'object' && !firsts.has(name)) firsts.set(name, verdict);
      counts = add(counts, { ...none, [wrong.length === 0 ? 'passed' : 'failed']: 1 });
      console.log(`${wrong.length === 0 ? pc.green('✓') : pc.red('✗')} lab ${name}, run ${run} of ${count}, ${took}`);
      for (const line of wrong) console.log(line);
    }
  }
  await burners.stop();
  disown();
  return counts;
}

/** What is wrong with a verdict: it is none, it did not pass, or it is another one than the first. */
function wrongIn(verdict: Verdict | string, first: Verdict | undefined): string[] {
  if (typeof verdict === 'string') return [`  ${verdict}`];
  return [
    ...(verdict.status === 'failed' || verdict.status === 'error' ? [complaints(verdict)] : []),
    ...differences(first ?? verdict, verdict).map((line) => `  not as in the first run: ${line}`),
  ];
}

/** `npm run lab NAME solution`, without npm around it; in words why there is no verdict. */
async function graded(name: string, seed: number): Promise<Verdict | string> {
  const words = ['workbook/bin/lab.mjs', name, 'solution', 'json', 'seed', String(seed)];
  const env = { ...process.env, WORKBOOK_CHILD: '1' };
  const child = spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const disown = own(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await closed;
  disown();
  try {
    return JSON.parse(printed) as Verdict;
  } catch {
    return `There is no verdict: npm run lab ${name} ended with ${code ?? 'a signal'}, and printed ‘${printed.slice(-500)}’.`;
  }
}
