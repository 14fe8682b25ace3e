/** The built programs follow their sources, wherever the repository lies; where they cannot be built, tsx stands in. */
import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
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
