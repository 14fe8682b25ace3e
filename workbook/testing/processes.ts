/** For tests: the processes that belong to a folder, whatever has become of them. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

export interface Found {
  readonly pid: number;
  readonly parent: number;
  /** As in /proc: `T` is stopped. */
  readonly state: string;
  readonly name: string;
  readonly command: string;
}

/** Every process, stopped ones too, that has `marker` in its command line, its working folder or its environment. */
export function processesOf(marker: string): Found[] {
  if (process.platform !== 'linux') return listed(marker);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): Found[] => {
      const command = text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      const places = [command, link(`/proc/${pid}/cwd`), text(`/proc/${pid}/environ`)];
      if (!places.some((place) => place.includes(marker))) return [];
      const stat = text(`/proc/${pid}/stat`);
      const close = stat.lastIndexOf(')');
      const [state = 'X', parent = '0'] = stat.slice(close + 2).split(' ');
      if (state === 'Z' || stat === '') return [];
      const called = stat.slice(stat.indexOf('(') + 1, close);
      // Newer Nodes give their first thread a name, and with it the process.
      const name = called === 'MainThread' ? 'node' : called;
      return [{ pid: Number(pid), parent: Number(parent), state, name, command }];
    });
}

/** macOS has no /proc; its ps shows the environment of one's own processes. */
function listed(marker: string): Found[] {
  return execFileSync('ps', ['axeww', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8', maxBuffer: 1e8 })
    .split('\n')
    .filter((line) => line.includes(marker))
    .flatMap((line): Found[] => {
      const [, pid, parent, state, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (!pid || state?.startsWith('Z')) return [];
      const name = command.split(' ')[0]!.split('/').at(-1)!;
      return [{ pid: Number(pid), parent: Number(parent), state: state![0]!, name, command }];
    });
}

function text(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** TCP ports on which these processes listen. Linux only: elsewhere none is found. */
export function portsOf(found: readonly Found[]): number[] {
  const sockets = new Set(
    found.flatMap(({ pid }) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map(
          (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1],
        );
      } catch {
        return [];
      }
    }),
  );
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    text(file)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode))
      .map(([, local = '']) => Number.parseInt(local.split(':')[1]!, 16)),
  );
}

/** Does anybody listen there? */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
