import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { explain, readJson, UserError, writeAtomic, writeJson } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'workbook-files-'));
const file = join(folder, 'state/progress.json');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(join(folder, 'state'), { recursive: true, force: true }));

test('a file is written with the folders above it, and nothing beside it', async () => {
  await writeJson(file, { a: 1 });
  expect(readFileSync(file, 'utf8')).toBe('{\n  "a": 1\n}\n');
  expect(readdirSync(join(folder, 'state'))).toEqual(['progress.json']);
});

test('who reads meanwhile sees one whole content or the other', async () => {
  const contents = ['a'.repeat(500_000), 'b'.repeat(500_000)];
  await writeAtomic(file, contents[0]!);
  let writing = true;
  const writes = (async () => {
    for (let round = 0; round < 20; round++) await writeAtomic(file, contents[round % 2]!);
    writing = false;
  })();
  const seen = new Set<string>();
  while (writing) {
    seen.add(readFileSync(file, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writes;
  expect([...seen].filter((content) => !contents.includes(content))).toEqual([]);
});

test('many writers at a time leave one whole file and no other', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => writeJson(file, { index })));
  expect(await readJson(file)).toEqual({ index: expect.any(Number) });
  expect(readdirSync(join(folder, 'state'))).toEqual(['progress.json']);
});

test('a write that fails leaves the old content, and nothing beside it', async () => {
  mkdirSync(join(file, 'in-the-way'), { recursive: true });
  await expect(writeAtomic(file, 'x')).rejects.toThrow();
  expect(readdirSync(join(folder, 'state'))).toEqual(['progress.json']);
});

test('what a killed writer has left is gone after the next write; what another one is writing stays', async () => {
  const ended = spawnSync(process.execPath, ['-e', '0']).pid;
  mkdirSync(join(folder, 'state'), { recursive: true });
  const left = `progress.json.${ended}-0a1b2c3d.tmp`;
  const others = [`other.json.${ended}-0a1b2c3d.tmp`, 'progress.json', `progress.json.${process.ppid}-0a1b2c3d.tmp`];
  for (const name of [left, ...others]) writeFileSync(join(folder, 'state', name), '{');
  await writeJson(file, {});
  expect(readdirSync(join(folder, 'state')).sort()).toEqual(others);
});

describe('what cannot be read', () => {
  test.each([
    ['is not there', undefined],
    ['is empty', ''],
    ['is half a file', '{"formatVersion":1,"la'],
  ])('%s', async (_, content) => {
    mkdirSync(join(folder, 'state'), { recursive: true });
    if (content !== undefined) writeFileSync(file, content);
    expect(await readJson(file)).toBeUndefined();
  });
});

describe('what people can put right is told to them', () => {
  test.each([
    ['EACCES', 'you may not write there'],
    ['EPERM', 'you may not write there'],
    ['EROFS', 'that folder is read-only'],
    ['ENOSPC', 'the disk is full'],
  ])('%s', (code, why) => {
    const told = explain(Object.assign(new Error(code), { code }), file);
    expect(told).toBeInstanceOf(UserError);
    expect((told as Error).message).toContain(`${file}: ${why}`);
  });

  test('anything else stays what it is', () => {
    const error = Object.assign(new Error('boom'), { code: 'EBADF' });
    expect(explain(error, file)).toBe(error);
  });
});
