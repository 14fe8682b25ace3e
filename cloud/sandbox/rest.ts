/**
 * Is a tree of processes at rest? Programs that are not on the clock (shells, curl) tell nobody what they are at; the
 * kernel does. At rest is a tree of which no thread runs, and in which none has run while we looked at the others and read
 * what had come for us meanwhile.
 */
import { readdirSync } from 'node:fs';
import { type ProcFiles, readOnce } from './proc-files.ts';
import { type ProcessEntry, threadsOf } from './process-tree.ts';

/** Turns of our event loop in which what a process has sent us arrives. */
const TURNS = 3;
/** Where the kernel shows nothing (macOS): milliseconds for which a program has time to say something. */
const GRACE = 20;

export interface Rest {
  atRest(): Promise<boolean>;
  /** Has nothing run since it was last at rest? Where the kernel shows nothing, nobody knows of anything. */
  still(): boolean;
}

/** For one tree, its launcher first, to be asked again and again. */
export function watchRest(tree: () => readonly ProcessEntry[], files: ProcFiles = readOnce): Rest {
  // What was seen when it was last at rest.
  let known: readonly Seen[] | undefined;
  const still = (): boolean => known?.every((one) => isAsBefore(one, files)) ?? false;
  const atRest = async (): Promise<boolean> => {
    if (process.platform !== 'linux') {
      await pause(GRACE);
      return true;
    }
    // No thread has run since: then it rests still, and has started nothing.
    if (still()) return true;
    known = undefined;
    const seen = look(tree(), files);
    if (!seen) return false;
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    // Walked anew: who was started between the walk and the look would not be among those.
    const again = look(tree(), files);
    if (!again || !isSame(again, seen)) return false;
    known = again;
    return true;
  };
  return { atRest, still: () => process.platform !== 'linux' || still() };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A thread, and how often it has run; of one that is dead or stopped, its state. */
interface Seen {
  readonly pid: number;
  readonly thread: string;
  readonly runs: string;
}

/**
 * Every thread; undefined when one runs at this moment, and when the tree has ended, and whoever started it has yet to say so. A
 * process that is dying may be dead by its first thread, while others are not yet: until the last one is gone, nobody who
 * waits for it is woken.
 */
function look(tree: readonly ProcessEntry[], files: ProcFiles): Seen[] | undefined {
  const [launcher] = tree;
  if (!launcher || 'ZX'.includes(launcher.state)) return undefined;
  const all: Seen[] = [];
  for (const one of tree) {
    for (const thread of threadsOf(one)) {
      const runs = runsOf(one.pid, thread, files);
      if (runs === undefined) return undefined;
      all.push({ pid: one.pid, thread, runs });
    }
  }
  return all;
}

/** How often a thread has been put on a CPU; undefined while it is on one, or waits for one. */
function runsOf(pid: number, thread: string, files: ProcFiles): string | undefined {
  const of = (file: string): string | undefined => files.read(pid, `task/${thread}/${file}`);
  const stat = of('stat');
  if (stat === undefined) return 'gone';
  const state = stateOf(stat);
  if (state !== 'S') return 'ZXTt'.includes(state) ? state : undefined;
  const wchan = kernelTells() ? of('wchan') : undefined;
  if (wchan !== undefined && !isAsleep(stat, wchan)) return undefined;
  return of('schedstat') ?? 'gone';
}

const isSame = (left: readonly Seen[], right: readonly Seen[]): boolean =>
  left.length === right.length &&
  left.every(({ pid, thread, runs }, at) => {
    const other = right[at]!;
    return pid === other.pid && thread === other.thread && runs === other.runs;
  });

/** Does it sleep as it did? It has not run since, so it has not been pushed off a CPU: where it waits need not be asked again. */
function isAsBefore({ pid, thread, runs }: Seen, files: ProcFiles): boolean {
  const of = (file: string): string | undefined => files.read(pid, `task/${thread}/${file}`);
  const stat = of('stat');
  if (stat === undefined) return runs === 'gone';
  const state = stateOf(stat);
  return state === 'S' ? of('schedstat') === runs : state === runs;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
const stateOf = (stat: string): string => stat[stat.lastIndexOf(')') + 2]!;
/** Number of the field that is 1 when we may see where a thread waits, counted from the state. */
const MAY_SEE = 32;

/**
 * A thread of state S that waits at no place of the kernel (`wchan`) is not asleep: it was pushed off its CPU on the way there, or
 * while it looked whether it has to go. The place is 0, too, for who may not see it.
 */
export const isAsleep = (stat: string, wchan: string): boolean => fieldsOf(stat)[MAY_SEE] !== '1' || wchan !== '0';

let tells: boolean | undefined;

/** Does this kernel say where a thread waits? Of our own, some always wait. */
function kernelTells(): boolean {
  tells ??= readdirSync('/proc/self/task').some((thread) => readOnce.read(process.pid, `task/${thread}/wchan`) !== '0');
  return tells;
}
