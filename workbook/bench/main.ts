/**
 * `npm run bench`: what a learner waits for, as ratios against a peer that is measured in the same run on the same machine.
 * Absolute times are printed for orientation only. `npm run bench engines` compares this cloud with others.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWhenWeDie } from '../../cloud/core/folder.ts';
import { type Lab, loadLabs, loadMutants, type MutantFolder } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { MODULES, ROOT } from '../paths.ts';
import { Runner } from '../run/runner.ts';
import { copyRepository } from '../testing/copy.ts';
import { measureCloud } from './cloud.ts';
import { measureEngines } from './engines.ts';
import { median } from './median.ts';
import { measureStarts } from './starts.ts';
import { type Share, TreeWatch } from './tree.ts';

// Where it is set, each Node reads all those certificates before it does anything: three times what starting it takes without.
delete process.env.NODE_EXTRA_CA_CERTS;

const ROUNDS = 3;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

interface Measured {
  readonly ms: number;
  /** Most resident memory of the whole tree at a time, in MB. */
  readonly peak: number;
  readonly shares: readonly Share[];
}

/** Runs a command to its end, and looks at its tree of processes meanwhile. */
async function run(program: string, words: readonly string[], cwd = ROOT): Promise<Measured> {
  const started = performance.now();
  const child = spawn(program, words, { cwd, stdio: 'ignore' });
  const tree = new TreeWatch(child.pid!);
  const watch = setInterval(() => tree.look(), 50);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { ms: performance.now() - started, peak: tree.peak, shares: tree.shares() };
}

/** The peer: vitest alone, on a test that does nothing. */
async function bareVitest(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'workbook-bench-'));
  const dismiss = removeWhenWeDie(folder);
  writeFileSync(join(folder, 'empty.test.js'), "import { test } from 'vitest'; test('nothing', () => {});\n");
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(MODULES, join(folder, 'node_modules'));
  try {
    return await run(process.execPath, [join(MODULES, 'vitest/vitest.mjs'), 'run', '--root', folder], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    dismiss();
  }
}

async function labs(): Promise<void> {
  const lab = [process.execPath, join(ROOT, 'workbook/bin/lab.mjs')] as const;
  // A learner's first run, in a copy: there is no answer yet, whatever is in the labs here.
  const copy = copyRepository();
  const starter = join(copy.root, 'workbook/bin/lab.mjs');
  const rows: { vitest: Measured; starter: Measured; solution: Measured; where: Measured }[] = [];
  await run(lab[0], [starter, '1'], copy.root);
  for (let round = 0; round < ROUNDS; round++) {
    rows.push({
      vitest: await bareVitest(),
      starter: await run(lab[0], [starter, '1'], copy.root),
      solution: await run(lab[0], [lab[1], '1', 'solution', 'seed', '42']),
      where: await run(lab[0], [lab[1]]),
    });
  }
  await copy.remove();
  const of = (name: 'vitest' | 'starter' | 'solution' | 'where') => median(rows.map((row) => row[name].ms));
  const [vitest, starting, solution, where] = [of('vitest'), of('starter'), of('solution'), of('where')];
  const peak = Math.max(...rows.map((row) => row.solution.peak));
  console.log(`vitest alone, an empty test           ${seconds(vitest)}   (the peer)`);
  console.log(
    `lab 1 as a learner finds it, whole    ${seconds(starting)}   ${(starting / vitest).toFixed(1)} × vitest alone (at most 5 s)`,
  );
  console.log(
    `lab 1 solution, whole                 ${seconds(solution)}   ${(solution / vitest).toFixed(1)} × vitest alone (aim 5)`,
  );
  console.log(
    `npm run lab, where am I               ${seconds(where)}   ${(where / vitest).toFixed(1)} × vitest alone`,
  );
  console.log(`peak memory of lab 1 solution         ${peak.toFixed(0)} MB   (aim 400)`);
  await furtherSolutions(lab, vitest);
  console.log('\nwhere the time of lab 1 solution goes   (seconds of CPU)');
  for (const { part, processes, cpu } of rows.at(-1)!.solution.shares) {
    if (processes > 0) console.log(`  ${part.padEnd(36)}${cpu.toFixed(1)} s   ${processes} processes`);
  }
}

/** What the other labs' solutions take, and what is aimed at for a whole lab. */
const AIMS: Readonly<Record<number, string>> = { 2: '5 s', 3: '5 s', 4: '10 s, 700 MB' };

async function furtherSolutions([node, program]: readonly [string, string], vitest: number): Promise<void> {
  for (const { number } of loadLabs().filter((one) => one.number !== 1)) {
    const whole: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      whole.push(await run(node, [program, String(number), 'solution', 'seed', '42']));
    }
    const ms = median(whole.map((one) => one.ms));
    const most = Math.max(...whole.map((one) => one.peak));
    console.log(
      `lab ${number} solution, whole                 ${seconds(ms)}   ${(ms / vitest).toFixed(1)} × vitest alone, ${most.toFixed(0)} MB (aim ${AIMS[number]})`,
    );
  }
}

/** Save to verdict, as `watch` does it: warm clouds and graders, one step, a file that has changed. */
async function watching(): Promise<void> {
  const lab = loadLabs().find(({ number }) => number === 1)!;
  const runner = new Runner({});
  try {
    for (const step of lab.steps) {
      const right = await saves(runner, { lab, step });
      const checks = step.checks.length;
      console.log(
        `save to verdict, ${step.id.padEnd(20)} ${seconds(right.warm)}   ${checks} checks, ${seconds(right.warm / checks)} each (first time ${seconds(right.first)})`,
      );
      const wrong = loadMutants(lab).find((mutant) => mutant.step === step.id && mutant.check !== step.checks[0]!.id);
      if (!wrong) continue;
      const stuck = await saves(runner, { lab, step, wrong });
      console.log(`  stuck at ${wrong.check.padEnd(26)} ${seconds(stuck.warm)}   (aim 0.7 s)`);
    }
  } finally {
    await runner.close();
  }
}

interface Saving {
  readonly lab: Lab;
  readonly step: Step;
  /** A wrong answer whose check is known to fail: it goes first. */
  readonly wrong?: MutantFolder;
}

/** Milliseconds of the first verdict, and of those that follow. */
async function saves(runner: Runner, { lab, step, wrong }: Saving): Promise<{ first: number; warm: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'workbook-bench-'));
  const dismiss = removeWhenWeDie(folder);
  try {
    cpSync(lab.solution, folder, { recursive: true, filter: (path) => !path.includes('/alt-') });
    if (wrong) cpSync(wrong.folder, folder, { recursive: true });
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const file = join(folder, step.files[0]!);
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n// save ${round}\n`);
      const started = performance.now();
      const verdict = await runner.grade({
        lab,
        steps: [step],
        folder,
        answer: 'bench',
        seed: 42,
        ...(wrong ? { stopAtFailure: true, first: { step: step.id, check: wrong.check } } : {}),
      });
      if (verdict.status !== (wrong ? 'failed' : 'passed'))
        throw new Error(`The ${wrong ? wrong.name : 'solution'} of ${step.id}: ${verdict.status}. Nothing to measure.`);
      times.push(performance.now() - started);
      runner.expectAnother();
    }
    return { first: times[0]!, warm: median(times.slice(1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    dismiss();
  }
}

console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}; medians of ${ROUNDS}.\n`);
if (process.argv[2] === 'engines') {
  await measureEngines();
} else {
  await labs();
  console.log();
  await watching();
  console.log();
  await measureCloud(ROUNDS);
  console.log();
  await measureStarts();
}
process.exit(0);
