/**
 * `npm run bench engines`: this cloud beside LocalStack and MiniStack, in one run on one machine, by the same unmodified
 * clients: from process start to the first answers, memory after the same work, and the time of each kind of call.
 */
import { createEngines, type Engine, type Started } from './engine-processes.ts';
import { memoryOf } from './tree.ts';
import { measureWork, ROWS, type Row } from './work.ts';

const UNITS: Readonly<Record<Row, string>> = Object.fromEntries(
  ROWS.map((row) => [row, row === 'memory' ? 'MB' : 'ms']),
) as Record<Row, string>;

/** Undefined where the engine cannot be had here; `why` tells. */
async function measure({ start }: Engine): Promise<Partial<Record<Row, number>> | { readonly why: string }> {
  let started: Started;
  try {
    started = await start();
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
  try {
    const work = await measureWork(started);
    return { ...work, memory: memoryOf(started.pid) };
  } finally {
    await started.stop();
  }
}

export async function measureEngines(): Promise<void> {
  const engines = createEngines();
  // The clients are code that gets faster as it runs: whoever came first would pay for that.
  await measure(engines[0]!);
  const results: (readonly [string, Partial<Record<Row, number>>])[] = [];
  for (const engine of engines) {
    console.error(`Measuring ${engine.name} …`);
    const measured = await measure(engine);
    if ('why' in measured) console.log(`${engine.name} was not measured: ${measured.why}`);
    else results.push([engine.name, measured]);
  }
  const [ours] = results;
  if (!ours) return;
  console.log(`\n${''.padEnd(34)}${results.map(([name]) => name.padStart(26)).join('')}`);
  for (const row of ROWS) {
    const cells = results.map(([name, values]) => {
      const [value, base] = [values[row], ours[1][row]];
      if (value === undefined) return 'not there';
      const ratio = name === ours[0] || base === undefined ? '' : ` (${(value / base).toFixed(1)} ×)`;
      return `${value.toFixed(value < 10 ? 1 : 0)} ${UNITS[row]}${ratio}`;
    });
    console.log(`${row.padEnd(34)}${cells.map((cell) => cell.padStart(26)).join('')}`);
  }
  console.log('\nIn brackets: how many times as much as here.');
}
