/** For tests: running the program in a copy that it may not write, also as root, whom no file mode keeps from writing. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Copy, Options } from './copy.ts';

const NOBODY = 65534;
/** Within a mount namespace of its own: the folder becomes read-only for the command that follows. */
const REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"';

/** How to start the program so that it cannot write; its temporary folder stays open to it. */
export function withoutWriting(copy: Copy): Options {
  if (process.getuid?.() !== 0) {
    for (const folder of ['', 'labs', ...readdirSync(join(copy.root, 'labs')).map((lab) => join('labs', lab))]) {
      chmodSync(join(copy.root, folder), 0o555);
    }
    return {};
  }
  if (spawnSync('unshare', ['--mount', 'sh', '-c', REMOUNT, copy.root, 'true']).status === 0) {
    const temporary = `${copy.root}.temporary`;
    mkdirSync(temporary, { recursive: true });
    return { before: ['unshare', '--mount', 'sh', '-c', REMOUNT, copy.root], environment: { TMPDIR: temporary } };
  }
  return { uid: NOBODY, gid: NOBODY };
}
