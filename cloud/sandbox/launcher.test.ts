/** What a program's environment does before the program is shut in: nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { available } from './available.ts';
import { asText } from './launcher.ts';
import { type Bench, openBench } from './testing.ts';

const linux = process.platform === 'linux';
let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** What loaders and shells act on. */
const LOADED = {
  LD_PRELOAD: 'src/evil.so',
  LD_AUDIT: 'src/evil.so',
  LD_LIBRARY_PATH: 'src',
  LD_BIND_NOW: '1',
  BASH_ENV: 'src/evil.sh',
  ENV: 'src/evil.sh',
  IFS: '/',
  PS4: '$(touch /evil)',
  SHELLOPTS: 'xtrace',
  NODE_OPTIONS: '--no-warnings',
};

describe.skipIf(!linux).each(available)('in the sandbox %s', (name) => {
  test('its launchers have an environment of their own, and the program has its', async () => {
    bench = await openBench(name, { heldAt: 0 });
    const { lines, pid, processes, kill } = await bench.node(
      `console.log(JSON.stringify(process.env)); setInterval(() => undefined, 1000);`,
      { environment: LOADED },
    );
    await expect.poll(() => lines.find((line) => line.startsWith('{'))).toBeTruthy();
    expect(JSON.parse(lines.find((line) => line.startsWith('{'))!)).toMatchObject(LOADED);
    const before = [pid, ...processes().flatMap((one) => (one.command === 'node' ? [] : [one.pid]))];
    const names = before.flatMap((one) =>
      readFileSync(`/proc/${one}/environ`, 'utf8')
        .split('\0')
        .map((pair) => pair.split('=')[0]!),
    );
    expect(names.filter((one) => one in LOADED)).toEqual([]);
    await kill();
  });

  test('the loader tells of the program alone', async () => {
    bench = await openBench(name);
    const file = basename(bench.folder);
    const seen = name === 'sealed' ? join('/tmp', file) : join(bench.folder, 'scratch1', file);
    const { ended, scratch } = await bench.node('', { environment: { LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: seen } });
    await ended;
    const files = readdirSync(scratch).filter((one) => one.startsWith(`${file}.`));
    const all = files.map((one) => readFileSync(join(scratch, one), 'utf8')).join('');
    expect(new Set(all.match(/(?<=initialize program: ).*/g)?.map((path) => path.split('/').at(-1)))).toEqual(
      new Set(['node']),
    );
    // What ran outside would have written beside it.
    expect(readdirSync('/tmp').filter((one) => one.startsWith(`${file}.`))).toEqual([]);
  });
});

test('no variable smuggles a word in', () => {
  expect(() => asText(['--setenv', 'A', 'b\0--bind\0/\0/'])).toThrow(TypeError);
});
