/** How this machine can hold a tree of processes together. Found out by a test run, once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { outside, withEnvironment } from './launcher.ts';
import type { Start } from './starter.ts';

const run = promisify(execFile);

export interface Containment {
  /** `namespace`: a pid namespace; nobody escapes from it, and it ends with its first process. */
  readonly kind: 'namespace' | 'group';
  /** Files and folders of ours can be mounted where the program sees them. */
  readonly mounts: boolean;
  wrap(contained: Contained): Pick<Start, 'program' | 'words' | 'options'>;
}

/** What runs in there, and how it finds itself. */
export interface Contained {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Path of a list that `mountList` has written. */
  readonly mounts?: string;
  /** Who it becomes, if not who we are. */
  readonly user?: number;
}

/** Mounts, in their order, as `mount --all` takes them: one program for all of them, where each by itself costs as much. */
export const mountList = (mounts: readonly (readonly [from: string, to: string])[]): string =>
  mounts.map(([from, to]) => `${escaped(from)} ${escaped(to)} none bind 0 0\n`).join('');

/** https://man7.org/linux/man-pages/man5/fstab.5.html */
const escaped = (path: string): string =>
  path.replace(/[ \t\n\\#]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Goes to the program's folder, its first word, and waits for the program, as an init does. */
const INIT = 'cd -P -- "$1" || exit 125; shift; "$@"; exit $?';

/**
 * The first process of the namespace: mounts, gives up its rights, and becomes the init. It ends when the process that we started
 * ends, for whatever reason, and with it everything in the namespace.
 */
function namespaceScript({ mounts, user }: Contained): string {
  const drop = user === undefined ? '' : `--reuid=${user} --regid=${user} --clear-groups `;
  return [
    ...(mounts === undefined ? [] : [`mount --all --fstab '${mounts.replaceAll("'", `'\\''`)}' || exit 125`]),
    `exec setpriv ${drop}--no-new-privs --pdeathsig KILL sh -c '${INIT}' sh "$@"`,
  ].join('\n');
}

const namespace = (more: readonly string[]): Containment => ({
  kind: 'namespace',
  mounts: true,
  wrap: (contained) => ({
    program: 'setpriv',
    words: [
      '--pdeathsig',
      'KILL',
      'unshare',
      ...more,
      '--pid',
      '--mount',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'sh',
      '-c',
      namespaceScript(contained),
      'sh',
      contained.cwd,
      ...withEnvironment(contained.environment, contained.command),
    ],
    options: outside,
  }),
});

const group: Containment = {
  kind: 'group',
  mounts: false,
  // Nothing stands before the program, and nothing of ours runs as it.
  wrap: ({ command: [program = '', ...words], environment, cwd, user }) => ({
    program,
    words,
    options: { env: environment, cwd, detached: true, ...(user === undefined ? {} : { uid: user, gid: user }) },
  }),
};

let found: Promise<Containment> | undefined;

/** The best containment that works here. */
export function probeContainment(): Promise<Containment> {
  found ??= probe();
  return found;
}

async function probe(): Promise<Containment> {
  if (process.platform !== 'linux') return group;
  const candidates = process.getuid?.() === 0 ? [namespace([])] : [namespace(['--user', '--map-root-user'])];
  for (const candidate of candidates) {
    const { program, words, options } = candidate.wrap({ command: ['true'], environment: {}, cwd: '/' });
    try {
      await run(program, words, { ...options, timeout: 10_000 });
      return candidate;
    } catch {
      // Not here: the kernel, a container or AppArmor forbids it.
    }
  }
  return group;
}
