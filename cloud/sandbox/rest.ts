/**
 * Is a tree of processes at rest? Programs that are not on the clock (shells, curl) tell nobody what they are at; the
 * kernel does. At rest is a tree of which no thread runs, and in which none has run while we looked at the others and read
 * what had come for us meanwhile.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-tree.ts';

/** Turns of our event loop in which what a process has sent us arrives. */
const TURNS = 3;
/** Where the kernel shows nothing (macOS): milliseconds for which a program has time to say something. */
const GRACE = 20;

/** For one tree, its launcher first, to be asked again and again. */
export function watchRest(tree: () => readonly ProcessEntry[]): () => Promise<boolean> {
  // What was seen when it was last at rest.
  let known: { readonly threads: readonly Thread[]; readonly seen: string } | undefined;
  return async () => {
    if (process.platform !== 'linux') {
      await pause(GRACE);
      return true;
    }
    // No thread has run since: then it rests still, and has started nothing.
    if (known && look(known.threads) === known.seen) return true;
    known = undefined;
    const threads = threadsIn(tree());
    const seen = threads && look(threads);
    if (!threads || seen === undefined) return false;
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    // Walked anew: who was started between the walk and the look would not be among those.
    const again = threadsIn(tree());
    if (!again || look(again) !== seen) return false;
    known = { threads, seen };
    return true;
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Undefined when the tree has ended, and whoever started it has yet to say so. */
function threadsIn(tree: readonly ProcessEntry[]): Thread[] | undefined {
  const [launcher] = tree;
  if (!launcher || 'ZX'.includes(launcher.state)) return undefined;
  return tree.flatMap(({ pid }) => threadsOf(pid).map((thread) => ({ pid, thread })));
}

interface Thread {
  readonly pid: number;
  readonly thread: string;
}

/**
 * Every thread, with the number of times it has run; undefined when one runs at this moment. A process that is dying may be
 * dead by its first thread, while others are not yet: until the last one is gone, nobody who waits for it is woken.
 */
function look(threads: readonly Thread[]): string | undefined {
  let seen = '';
  for (const { pid, thread } of threads) {
    const runs = runsOf(pid, thread);
    if (runs === undefined) return undefined;
    seen += `${thread}:${runs} `;
  }
  return seen;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** How often a thread has been put on a CPU; undefined while it is on one, or waits for one. */
function runsOf(pid: number, thread: string): string | undefined {
  const of = (file: string): string => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'latin1');
  try {
    const stat = of('stat');
    const state = stateOf(stat);
    if (state !== 'S') return 'ZXTt'.includes(state) ? state : undefined;
    if (kernelTells() && !isAsleep(stat, of('wchan'))) return undefined;
    return of('schedstat').trim();
  } catch {
    return 'gone';
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
const stateOf = (stat: string): string => fieldsOf(stat)[0]!;
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
  tells ??= threadsOf(process.pid).some((thread) => readFileSync(`/proc/self/task/${thread}/wchan`, 'latin1') !== '0');
  return tells;
}
