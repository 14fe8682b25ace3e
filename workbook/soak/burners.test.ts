import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { ROOT } from '../paths.ts';
import { until } from '../testing/copy.ts';
import { processesOf } from '../testing/processes.ts';
import { startBurners } from './burners.ts';

/** In the environment of the burners of this test, and of who starts them. */
const MARK = `burners-of-${process.pid}`;
const there = (): string[] => processesOf(MARK).map(({ command }) => command);
const burning = (): string[] => there().filter((command) => command.includes('/workbook/soak/burn.mjs'));

afterEach(() => {
  delete process.env.WORKBOOK_MARK;
  // Only for a test that has failed.
  for (const { pid } of processesOf(MARK)) process.kill(pid, 'SIGKILL');
});

test('burners are gone when they have been stopped', async () => {
  process.env.WORKBOOK_MARK = MARK;
  const burners = startBurners(2);
  await until('two burners', () => burning().length === 2, { told: there });
  await burners.stop();
  expect(there()).toEqual([]);
});

test('kill -9 of who has started them ends them, too', async () => {
  const program = `import { startBurners } from './workbook/soak/burners.ts';
startBurners(2);
setInterval(() => undefined, 1000);`;
  const words = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const env = { ...process.env, WORKBOOK_MARK: MARK };
  const child = spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
  await until('two burners', () => burning().length === 2, { told: there });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until('the end of the burners', () => there().length === 0, { told: there });
});
