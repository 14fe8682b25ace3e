/** The built programs follow their sources, wherever the repository lies; where they cannot be built, tsx stands in. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copyRepository } from './testing/copy.ts';

const TEXT = 'workbook/cli/text.ts';
const HEAD = 'You have not begun yet.';
const programs = (): string => join(copy.root, 'node_modules/.cache/serverless-workbook/programs');
const builds = (): string[] => readdirSync(programs()).filter((name) => /^[0-9a-f]{16}$/.test(name));

let copy: Copy;
let text: string;
beforeAll(async () => {
  copy = copyRepository();
  text = await copy.read(TEXT);
});
afterAll(() => copy.remove());

test('is built once, and says what its source says', async () => {
  await rm(programs(), { recursive: true, force: true });
  for (let run = 0; run < 2; run++) {
    expect((await copy.run('')).stdout).toContain(HEAD);
    expect(builds()).toHaveLength(1);
  }
  await copy.write(TEXT, text.replace(HEAD, 'Changed.'));
  expect((await copy.run('')).stdout).toContain('Changed.');
  await copy.write(TEXT, text);
  expect((await copy.run('')).stdout).toContain(HEAD);
});

test('has the SDK in one file, with all that it names of it and a code cache for this Node', async () => {
  await copy.run('');
  const { key, sdk } = JSON.parse(await readFile(join(programs(), 'current.json'), 'utf8')) as Record<string, string>;
  const chunks = readdirSync(join(programs(), key!)).filter((name) => name.endsWith('.mjs'));
  const texts = await Promise.all(chunks.map((name) => readFile(join(programs(), key!, name), 'utf8')));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/__sdk\("([^"]+)"\)/g)].map(([, name]) => name!)));
  expect(named.size).toBeGreaterThan(15);
  const packages = createRequire(import.meta.url)(join(sdk!, 'index.cjs')) as Record<string, () => object>;
  for (const name of named) expect(Object.keys(packages[name]!()).length, name).toBeGreaterThan(0);

  const code = join(sdk!, `${process.version}-${process.arch}.cache`);
  await rm(code);
  expect((await copy.run('')).stdout).toContain(HEAD);
  expect(existsSync(code)).toBe(true);
});

test('a build of another place is not taken, although nothing else differs', async () => {
  await copy.run('');
  const pointer = 'node_modules/.cache/serverless-workbook/programs/current.json';
  const { root, ...rest } = (await copy.json(pointer)) as { root: string };
  expect(root).toBe(copy.root);
  await copy.write(pointer, JSON.stringify({ ...rest, root: '/elsewhere', key: '0123456789abcdef' }));
  await mkdir(join(programs(), '0123456789abcdef/workbook/cli'), { recursive: true });
  await writeFile(join(programs(), '0123456789abcdef/workbook/cli/main.mjs'), 'console.log("Not ours.");');
  expect((await copy.run('')).stdout).toContain(HEAD);
});

test('an old build goes with the next one, unless somebody runs from it', async () => {
  await copy.run('');
  const old = new Date(Date.now() - 48 * 3600 * 1000);
  const made = await Promise.all(
    [process.pid, 2 ** 22 + 1].map(async (pid) => {
      const folder = join(programs(), String(pid).padStart(16, '0'));
      await mkdir(folder);
      await writeFile(join(folder, `used-by-${pid}`), '');
      await utimes(folder, old, old);
      return folder;
    }),
  );
  await copy.write(TEXT, text.replace(HEAD, 'Changed again.'));
  expect((await copy.run('')).stdout).toContain('Changed again.');
  expect(made.map((folder) => existsSync(folder))).toEqual([true, false]);
  await copy.write(TEXT, text);
});

test('a source that does not parse is named, with its line', async () => {
  await copy.write(TEXT, `${text}\nexport const = 1;\n`);
  const { code, stderr } = await copy.run('');
  await copy.write(TEXT, text);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(new RegExp(`${TEXT}:${text.split('\n').length + 1}:`));
});

test('where the cache cannot be written, it runs all the same', async () => {
  await rename(programs(), `${programs()}.kept`);
  await writeFile(programs(), 'a file stands where the folder would be');
  expect((await copy.run('')).stdout).toContain(HEAD);
});
