/** How this machine can hold a tree of processes together. Found out by a test run, once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Containment {
  /** `namespace`: a pid namespace; nobody escapes from it, and it ends with its first process. */
  readonly kind: 'namespace' | 'group';
  /** Files and folders of ours can be mounted where the program sees them. */
  readonly mounts: boolean;
  /** `mounts`: path of a list that `mountList` has written. */
  wrap(
    command: readonly string[],
    mounts: string | undefined,
    user: number | undefined,
  ): { readonly program: string; readonly words: string[] };
}

/** Mounts, in their order, as `mount --all` takes them: one program for all of them, where each by itself costs as much. */
export const mountList = (mounts: readonly (readonly [from: string, to: string])[]): string =>
  mounts.map(([from, to]) => `${escaped(from)} ${escaped(to)} none bind 0 0\n`).join('');

/** https://man7.org/linux/man-pages/man5/fstab.5.html */
const escaped = (path: string): string =>
  path.replace(/[ \t\n\\#]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);

/**
 * The first process of the namespace: mounts, gives up its rights, and waits for the program, as an init does. It ends when the
 * process that we started ends, for whatever reason, and with it everything in the namespace.
 */
function namespaceScript(mounts: string | undefined, user: number | undefined): string {
  const drop = user === undefined ? '' : `--reuid=${user} --regid=${user} --clear-groups `;
  return [
    ...(mounts === undefined ? [] : [`mount --all --fstab '${mounts.replaceAll("'", `'\\''`)}' || exit 125`]),
    `exec setpriv ${drop}--no-new-privs --pdeathsig KILL sh -c '"$@"; exit $?' sh "$@"`,
  ].join('\n');
}

const namespace = (more: readonly string[]): Containment => ({
  kind: 'namespace',
  mounts: true,
  wrap: (command, mounts, user) => ({
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
      namespaceScript(mounts, user),
      'sh',
      ...command,
    ],
  }),
});

const group: Containment = {
  kind: 'group',
  mounts: false,
  wrap: ([program = '', ...words]) => ({ program, words }),
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
    const { program, words } = candidate.wrap(['true'], undefined, undefined);
    try {
      await run(program, words, { timeout: 10_000 });
      return candidate;
    } catch {
      // Not here: the kernel, a container or AppArmor forbids it.
    }
  }
  return group;
}
