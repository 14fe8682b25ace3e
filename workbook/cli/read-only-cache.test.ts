/** The packages' folder may be another user's: what a run has to build is built there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copyRepository, flat } from '../testing/copy.ts';

/** Within a mount namespace of its own the folder becomes read-only. */
const REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
const before = (folder: string): string[] => ['unshare', ...user, '--mount', 'sh', '-c', REMOUNT, folder];

let copy: Copy;
let cache: string;
beforeAll(() => {
  copy = copyRepository();
  cache = join(copy.root, 'node_modules/.cache');
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache);
});
afterAll(() => copy.remove());

const possible = spawnSync('unshare', [...user, '--mount', 'sh', '-c', REMOUNT, '/usr', 'true']).status === 0;

test.skipIf(!possible)(
  'a cache that cannot be written is the machine’s fault: one message, and exit code 2',
  async () => {
    const { code, stdout, stderr } = await copy.run('7.1 solution', { before: before(cache) });
    expect(code, stderr).toBe(2);
    expect(flat(stdout + stderr)).toMatch(/Cannot write node_modules\/\.cache\S*: that folder is read-only\./);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(await copy.leavings()).toEqual([]);
  },
);
