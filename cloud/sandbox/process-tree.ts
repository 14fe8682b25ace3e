/** Trees of processes, as /proc shows them. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';
import { type ProcFiles, readOnce } from './proc-files.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** `R` running, `S` sleeping, `D` in the kernel, `T` stopped, `Z` dead and not yet waited for. */
  readonly state: string;
  readonly command: string;
  /** CPU time in seconds, of children that have ended too. */
  readonly cpu: number;
  readonly threads: number;
  /** Resident memory in bytes. */
  readonly memory: number;
}

/** Linux's clock ticks per second and page size, as every Node platform has them. */
const TICKS = 100;
const PAGE = 4096;

/**
 * Every process below `root`, without it. In a pid namespace nobody leaves the tree: orphans go to its init. The kernel lists
 * children thread by thread, which is far cheaper than to look at every process of the machine.
 */
export function descendants(root: number, files: ProcFiles = readOnce): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  const queue: Pick<ProcessEntry, 'pid' | 'threads'>[] = [{ pid: root, threads: Number.NaN }];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const child of childrenOf(one, files)) {
      const entry = readProcess(child, files);
      if (!entry) continue;
      found.push(entry);
      queue.push(entry);
    }
  }
  files.only([root, ...found.map(({ pid }) => pid)]);
  return found;
}

function childrenOf(process: Pick<ProcessEntry, 'pid' | 'threads'>, files: ProcFiles): number[] {
  return threadsOf(process).flatMap((thread) => {
    const list = files.read(process.pid, `task/${thread}/children`) ?? '';
    return list
      .split(' ')
      .filter((child) => child !== '')
      .map(Number);
  });
}

/** None when the process is gone. */
export function threadsOf({ pid, threads }: Pick<ProcessEntry, 'pid' | 'threads'>): string[] {
  if (threads === 1) return [String(pid)];
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Its words, apart by spaces; empty when the process is gone. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Looks after which a tree is walked in any case. */
const WALK_EVERY = 5;

/**
 * For who looks at a tree again and again: walks it only when a process of it has computed or gone since the last look, and now
 * and then. A tree that waits starts nothing, and looking at its known processes costs a fourth of a walk.
 */
export function watchTree(
  tree: () => readonly ProcessEntry[],
  files: ProcFiles = readOnce,
): () => readonly ProcessEntry[] {
  let known: readonly ProcessEntry[] = [];
  let looks = 0;
  return () => {
    const now = known.flatMap(({ pid }) => readProcess(pid, files) ?? []);
    const asBefore =
      now.length === known.length &&
      now.every(({ cpu, parent }, at) => cpu === known[at]!.cpu && parent === known[at]!.parent);
    known = looks++ % WALK_EVERY === 0 || !asBefore ? tree() : now;
    return known;
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; undefined when the process is gone. */
export function readProcess(pid: number, files: ProcFiles = readOnce): ProcessEntry | undefined {
  const stat = files.read(pid, 'stat');
  if (stat === undefined) return undefined;
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const number = (index: number): number => Number(fields[index]);
  return {
    pid,
    parent: number(1),
    state: fields[0] ?? 'X',
    command: stat.slice(stat.indexOf('(') + 1, close),
    cpu: (number(11) + number(12) + number(13) + number(14)) / TICKS,
    threads: number(17),
    memory: number(21) * PAGE,
  };
}
