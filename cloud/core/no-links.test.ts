import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownFile, ownFolder } from './no-links.ts';

let [base, root, outside] = ['', '', ''];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'no-links-'));
  [root, outside] = [join(base, 'root'), join(base, 'outside')];
  for (const folder of [root, outside]) mkdirSync(folder);
  writeFileSync(join(outside, 'file'), 'theirs');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test.each<[string, () => void]>([
  ['nothing', () => undefined],
  ['a link in the folder’s place', () => symlinkSync(outside, join(root, 'a'))],
  ['a link that leads nowhere', () => symlinkSync(join(outside, 'new'), join(root, 'a'))],
  ['a file in the folder’s place', () => writeFileSync(join(root, 'a'), '')],
  [
    'a link in the file’s place',
    () => {
      mkdirSync(join(root, 'a'));
      symlinkSync(join(outside, 'file'), join(root, 'a/file'));
    },
  ],
  [
    'one more name of a file',
    () => {
      mkdirSync(join(root, 'a'));
      linkSync(join(outside, 'file'), join(root, 'a/file'));
    },
  ],
  ['a folder in the file’s place', () => mkdirSync(join(root, 'a/file/b'), { recursive: true })],
  [
    'a pipe that nobody reads',
    () => {
      mkdirSync(join(root, 'a'));
      execFileSync('mkfifo', [join(root, 'a/file')]);
    },
  ],
])('a file is written, and nothing else, where there is %s', async (_, prepare) => {
  prepare();
  await ownFile(root, 'a/file', 'ours');
  expect(lstatSync(join(root, 'a/file')).isFile()).toBe(true);
  expect(readFileSync(join(root, 'a/file'), 'utf8')).toBe('ours');
  expect(readdirSync(outside)).toEqual(['file']);
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('theirs');
});

test('a folder that is there keeps what is in it', async () => {
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/b/log'), 'kept');
  expect(await ownFolder(root, 'a/b')).toBe(join(root, 'a/b'));
  expect(readFileSync(join(root, 'a/b/log'), 'utf8')).toBe('kept');
});
