/** How this machine can hold a tree of processes together. Found out by a test run, once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Containment {
  /** `namespace`: a pid namespace; nobody escapes from it, and it ends with its first process. */
  readonly kind: 'namespace' | 'group';
  /** Files and folders of ours can be mounted where the program sees them. */
  readonly mounts: boolean;
  wrap(
    command: readonly string[],
    mounts: readonly (readonly [from: string, to: string])[],
    user: number | undefined,
  ): { readonly program: string; readonly words: string[] };
}

/**
 * The first process of the namespace: mounts, gives up its rights, and waits for the program, as an init does. It ends when the
 * process that we started ends, for whatever reason, and with it everything in the namespace.
 */
function namespaceScript(mounts: readonly (readonly [string, string])[], user: number | undefined): string {
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
  const drop = user === undefined ? '' : `--reuid=${user} --regid=${user} --clear-groups `;
  return [
    ...mounts.map(([from, to]) => `mount --bind ${quoted(from)} ${quoted(to)} || exit 125`),
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
    const { program, words } = candidate.wrap(['true'], [], undefined);
    try {
      await run(program, words, { timeout: 10_000 });
      return candidate;
    } catch {
      // Not here: the kernel, a container or AppArmor forbids it.
    }
  }
  return group;
}
