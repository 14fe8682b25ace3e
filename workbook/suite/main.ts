/**
 * `npm test`. Runs every stage to its end, even after one has failed, so that one run tells all; closes on one line with
 * the sum. `npm test lint` (or any stage's name) runs that stage alone.
 */
import { spawn } from 'node:child_process';
import pc from 'picocolors';
import { add, type Counts, line, none, read } from './counts.ts';
import { type Stage, stages } from './stages.ts';

const children = new Set<ReturnType<typeof spawn>>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    process.exitCode = 130;
  });
}

async function run(stage: Stage): Promise<Counts> {
  const [program, ...words] = stage.command;
  const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let tail = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-4096);
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  children.delete(child);

  const ok = code === 0;
  if (stage.result === 'exit') return ok ? { ...none, passed: 1 } : { ...none, failed: 1 };
  const counts = read(tail);
  if (!counts) {
    console.error(`${stage.name} ended with ${code ?? 'a signal'} before it had counted its checks.`);
    return { ...none, failed: 1 };
  }
  if (!ok && counts.failed === 0) {
    console.error(`${stage.name} exited with ${code}, though no check of it failed.`);
    return { ...counts, failed: 1 };
  }
  return counts;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((word) => !stages.some((stage) => stage.name === word));
if (unknown.length > 0) {
  console.error(`npm test knows no stage ${unknown.join(', ')}. There are: ${stages.map((s) => s.name).join(', ')}.`);
  process.exit(2);
}

let sum = none;
const summary: string[] = [];
for (const stage of stages) {
  if (process.exitCode === 130 || (wanted.length > 0 && !wanted.includes(stage.name))) continue;
  console.log(`\n${pc.bold(`▸ ${stage.name}`)}: ${stage.shows}`);
  const started = Date.now();
  const counts = await run(stage);
  const sign = counts.failed > 0 ? pc.red('✗') : pc.green('✓');
  summary.push(`${sign} ${stage.name.padEnd(8)} ${line(counts)} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  sum = add(sum, counts);
}
console.log(`\n${summary.join('\n')}\n\n${line(sum)}`);
if (sum.failed > 0) process.exitCode ||= 1;
