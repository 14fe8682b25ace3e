/**
 * The sandbox `sealed`, for grading other people's code: bubblewrap with namespaces of its own for everything. A program
 * sees the system's read-only files, its own code and one scratch folder; of the network nothing but the cloud, through one
 * Unix socket. Where bubblewrap does not work there is no such sandbox, and nothing runs in its place.
 * Mirrors https://github.com/containers/bubblewrap
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { chmod, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandOf, environmentOf } from './command.ts';
import { type OpenSandbox, type Program, type ProgramSpec, type Sandbox, SandboxUnavailable } from './contract.ts';
import { layered } from './modules.ts';
import { preloadFile } from './preload/bundle.ts';
import { killNamespace, runProgram, treeBelow } from './program.ts';

const run = promisify(execFile);

/** Where things appear to the program, as on Lambda. */
const INSIDE = {
  code: '/var/task',
  modules: '/var/node_modules',
  scratch: '/tmp',
  bin: '/opt/cloud/bin',
  socket: '/run/cloud.sock',
} as const;

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

export const openSealedSandbox: OpenSandbox = async ({ clock, port, socket, openRequests, folder }) => {
  await probe();
  await chmod(socket, 0o666);
  const programs = new Set<Program>();
  const address = { port, socket: INSIDE.socket };
  const preload = await preloadFile();
  let count = 0;

  const start = async (spec: ProgramSpec): Promise<Program> => {
    const name = `program${++count}`;
    const copy = join(folder, `${name}.code`);
    const writable = spec.kind === 'script';
    if (writable) await cp(spec.code, copy, { recursive: true });
    await mkdir(spec.scratch, { recursive: true });
    const { bottom, above } = layered(spec.modules ?? []);
    const mounts = [
      ...system(),
      ['--ro-bind', process.execPath, `${INSIDE.bin}/node`],
      ['--ro-bind', preload, `${INSIDE.bin}/preload.cjs`],
      writable ? ['--bind', copy, INSIDE.code] : ['--ro-bind', spec.code, INSIDE.code],
      ...(bottom ? [['--ro-bind', bottom, INSIDE.modules]] : []),
      ...above.map(({ name: one, from }) => ['--ro-bind', from, join(INSIDE.modules, one)]),
      ['--bind', spec.scratch, INSIDE.scratch],
      ['--ro-bind', socket, INSIDE.socket],
    ].flat();
    const command = commandOf(spec, `${INSIDE.bin}/node`, `${INSIDE.bin}/preload.cjs`);
    const folders = { home: INSIDE.scratch, temporary: INSIDE.scratch, bin: INSIDE.bin };
    const child = spawn('bwrap', [...isolation, ...mounts, '--chdir', INSIDE.code, '--', ...command], {
      env: environmentOf(spec, folders, name, clock, address),
      stdio: ['ignore', 'pipe', 'pipe', clock.held ? 'pipe' : 'ignore'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const pid = child.pid!;
    // Below bubblewrap stands its own init, which reaps orphans; the program's processes are below that.
    const tree = () => treeBelow(pid).filter(({ parent, command: of }) => !(parent === pid && of === 'bwrap'));
    const program = runProgram(
      {
        child,
        spec,
        name,
        tree,
        kill: () => killNamespace(pid),
        cleanUp: async () => {
          programs.delete(program);
          if (writable) await rm(copy, { recursive: true, force: true, maxRetries: 3 });
        },
      },
      clock,
      openRequests,
    );
    programs.add(program);
    return program;
  };

  const sandbox: Sandbox = {
    name: 'sealed',
    capabilities: { freeze: 'exact', network: 'cloud-only', filesystem: 'own', user: 'unprivileged' },
    paths: () => ({ code: INSIDE.code, scratch: INSIDE.scratch }),
    start,
    close: async () => {
      await Promise.all([...programs].map((program) => program.kill()));
    },
  };
  return sandbox;
};

const isolation = [
  '--unshare-all',
  '--unshare-user',
  '--uid',
  '65534',
  '--gid',
  '65534',
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

/** On most systems /bin and its like are links into /usr: they stay links inside. */
function system(): string[][] {
  const bound = SYSTEM.filter((path) => existsSync(path)).map((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
  return [...bound, ...SETTINGS.map((path) => ['--ro-bind-try', path, path])];
}

/** Throws `SandboxUnavailable` unless a sealed program runs on this machine. */
async function probe(): Promise<void> {
  if (process.platform !== 'linux') {
    throw new SandboxUnavailable(
      'The sealed sandbox needs Linux. Grade on Linux, in CI for instance; your own code needs no seal.',
    );
  }
  try {
    await run('bwrap', [...isolation, ...system().flat(), '--', 'true'], { timeout: 10_000 });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') {
      throw new SandboxUnavailable(
        'The sealed sandbox needs bubblewrap, which is not installed. Try: sudo apt-get install bubblewrap',
      );
    }
    throw new SandboxUnavailable(
      `The sealed sandbox needs bubblewrap, and here it does not work: ${stderr.trim() || String(error)}. On Ubuntu this helps: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`,
    );
  }
}
