/** The stage `tests`: every `*.test.ts` of the house but the labs' steps, which `workbook/prove` runs. */
import { availableParallelism } from 'node:os';
import { startVitest } from 'vitest/node';
import { programOf } from '../program.mjs';
import { type Counts, line } from './counts.ts';

// Said once, by `npm run lab doctor`, and not by every test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// What is built here goes along with the copies in which tests drive the program: else each would bundle the SDK anew.
await programOf('workbook/cli/main.ts');

const vitest = await startVitest('test', process.argv.slice(2), {
  watch: false,
  config: false,
  include: ['cloud/**/*.test.ts', 'workbook/**/*.test.ts', 'site/**/*.test.ts', 'labs/**/support/*.test.ts'],
  allowOnly: false,
  pool: 'forks',
  // Files share what they have loaded, the SDK above all: nothing of the house keeps anything in a module that a test could trip over.
  isolate: false,
  // Vitest leaves one to itself; here the tests wait for processes of their own more than it computes.
  maxWorkers: Math.max(2, availableParallelism()),
  testTimeout: 60_000,
  hookTimeout: 60_000,
  reporters: ['default'],
  // What a passing test prints is nobody's business.
  silent: 'passed-only',
});
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0).length;
/** A `beforeAll` that failed: its tests count as skipped, and nobody else would say so. */
const suites = vitest.state
  .getTestModules()
  .flatMap((module) => [...module.children.allSuites()])
  .filter((suite) => suite.errors().length > 0).length;
const errors = vitest.state.getUnhandledErrors().length + suites;
const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
const counts: Counts = {
  passed: count('passed'),
  failed: count('failed') + count('pending') + broken + errors,
  skipped: count('skipped'),
};
await vitest.close();
console.log(line(counts));
process.exit(counts.failed > 0 || tests.length === 0 ? 1 : 0);
