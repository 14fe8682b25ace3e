/**
 * How bubblewrap shuts a program in: namespaces of its own for everything, the system's files to read, and nowhere to write but
 * its own folders. Found out by a test run, once for each sandbox.
 */
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { SandboxUnavailable } from './contract.ts';
import { outside } from './launcher.ts';

const run = promisify(execFile);

/** Who a sealed program is, inside. */
export const UNPRIVILEGED = 65534;

/** Read-only parts of the system that programs need to run at all. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const SETTINGS = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/ssl',
  '/etc/localtime',
];

const NAMESPACES = [
  '--unshare-all',
  '--unshare-user',
  '--uid',
  String(UNPRIVILEGED),
  '--gid',
  String(UNPRIVILEGED),
  '--hostname',
  'function',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
];

export interface Isolation {
  /** Words that come before every mount. */
  readonly before: readonly string[];
  /** Words that come after the last one: by then all places are made, and nothing more is to be. */
  readonly after: readonly string[];
}

/** Bytes of memory that may lie in files: what Python's multiprocessing needs, for instance. */
const SHARED_MEMORY = 64 * 1024 * 1024;
const CLOSED = ['--remount-ro', '/'];
const LIMITED = [
  '--size',
  String(SHARED_MEMORY),
  '--perms',
  '1777',
  '--tmpfs',
  '/dev/shm',
  '--remount-ro',
  '/dev',
  ...CLOSED,
];

/** The best first. Bubblewrap before 0.8 has no `--disable-userns`, before 0.7 no `--size`; and some containers forbid the former. */
const CANDIDATES: readonly Isolation[] = [
  { before: [...NAMESPACES, '--disable-userns'], after: LIMITED },
  { before: NAMESPACES, after: LIMITED },
  { before: NAMESPACES, after: CLOSED },
];

/** On most systems /bin and its like are links into /usr: they stay links inside. */
export function system(): string[][] {
  const bound = SYSTEM.filter((path) => existsSync(path)).map((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
  return [...bound, ...SETTINGS.map((path) => ['--ro-bind-try', path, path])];
}

/** What works here. Throws `SandboxUnavailable` when a sealed program does not run on this machine. */
export async function probeIsolation(): Promise<Isolation> {
  if (process.platform !== 'linux') {
    throw new SandboxUnavailable(
      'The sealed sandbox needs Linux. Grade on Linux, in CI for instance; your own code needs no seal.',
    );
  }
  let failure: unknown;
  for (const isolation of CANDIDATES) {
    const { before, after } = isolation;
    try {
      await run('bwrap', [...before, ...system().flat(), ...after, '--', 'true'], { ...outside, timeout: 10_000 });
      return isolation;
    } catch (error) {
      failure = error;
      // A slow machine says nothing of what it can.
      if ((error as { killed?: boolean }).killed) break;
    }
  }
  const { code, stderr = '' } = failure as { code?: unknown; stderr?: string };
  throw new SandboxUnavailable(
    code === 'ENOENT'
      ? 'The sealed sandbox needs bubblewrap, which is not installed. Try: sudo apt-get install bubblewrap'
      : `The sealed sandbox needs bubblewrap, and here it does not work: ${stderr.trim() || String(failure)}. On Ubuntu this helps: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`,
  );
}
