/**
 * `npm run bench engines`: this cloud beside LocalStack and MiniStack, in one run on one machine, by the same unmodified
 * clients: from process start to the first answers, memory after the same work, and the time of each kind of call.
 */
import { createEngines, type Engine, type Started } from './engine-processes.ts';
import { median } from './median.ts';
import { memoryOf } from './tree.ts';
import { measureWork, ROWS, type Row } from './work.ts';

const UNITS: Readonly<Record<Row, string>> = Object.fromEntries(
  ROWS.map((row) => [row, row === 'memory' ? 'MB' : 'ms']),
) as Record<Row, string>;

type Values = Partial<Record<Row, number>>;

/** `why` tells where the engine cannot be had here. */
async function measure({ start }: Engine): Promise<Values | { readonly why: string }> {
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

/** Passes after which the clients have come to their speed: they are code that gets faster as it runs. */
const WARM_UP = 4;
/** Even, and every second one backwards: what still gets faster or slower meanwhile does so for all alike. */
const ROUNDS = 4;

export async function measureEngines(): Promise<void> {
  const engines = createEngines();
  const rounds = new Map<Engine, Values[]>(engines.map((engine) => [engine, []]));
  console.error('Warming up the clients …');
  for (let pass = 0; pass < WARM_UP; pass++) await measure(engines[0]!);
  for (let round = 0; round < ROUNDS; round++) {
    const there = [...rounds.keys()];
    for (const engine of round % 2 === 0 ? there : there.reverse()) {
      console.error(`Round ${round + 1} of ${ROUNDS}: ${engine.name} …`);
      const measured = await measure(engine);
      if (!('why' in measured)) rounds.get(engine)?.push(measured);
      else {
        rounds.delete(engine);
        console.log(`${engine.name} was not measured: ${measured.why}`);
      }
    }
  }
  print([...rounds].map(([{ name }, values]) => [name, middle(values)]));
}

/** The median of each row that was measured. */
const middle = (rounds: readonly Values[]): Values =>
  Object.fromEntries(
    ROWS.map((row) => [row, rounds.flatMap((values) => values[row] ?? [])] as const)
      .filter(([, values]) => values.length > 0)
      .map(([row, values]) => [row, median(values)]),
  );

function print(results: readonly (readonly [name: string, Values])[]): void {
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
