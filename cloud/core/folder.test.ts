import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestCloud } from '../testing.ts';
import { temporaryFolder } from './folder.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true });
});

/** Where a folder is made while TMPDIR is this; it is removed again. */
function placeOf(folder: string): string {
  vi.stubEnv('TMPDIR', folder);
  const made = temporaryFolder('serverless-cloud-');
  expect(existsSync(made)).toBe(true);
  rmSync(made, { recursive: true });
  return dirname(made);
}

test('a folder is made where TMPDIR says, and in /tmp where that will not do', () => {
  const long = join(base, 'x'.repeat(98 - base.length));
  mkdirSync(long);
  expect(placeOf(base)).toBe(base);
  expect(placeOf(long)).toBe('/tmp');
  expect(placeOf(join(base, 'missing'))).toBe('/tmp');
});

test('a cloud starts with a long TMPDIR, and runs programs', async () => {
  const long = join(base, 'x'.repeat(98 - base.length));
  mkdirSync(long);
  vi.stubEnv('TMPDIR', long);
  const t = await openTestCloud();
  try {
    await t.deploy('short', 'exports.handler = async () => 1;');
    expect((await t.invoke('short')).payload).toBe(1);
  } finally {
    await t.close();
  }
});

test('where none can be made, it says what helps', () => {
  vi.stubEnv('TMPDIR', join(base, 'missing'));
  expect(() => temporaryFolder('a/b-')).toThrow(
    /^There is no place for temporary files on this machine: .*export TMPDIR=\/tmp$/,
  );
});
