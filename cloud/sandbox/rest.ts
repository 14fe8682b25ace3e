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

export async function atRest(tree: () => readonly ProcessEntry[]): Promise<boolean> {
  if (process.platform !== 'linux') {
    await pause(GRACE);
    return true;
  }
  const before = snapshot(tree());
  if (before === undefined) return false;
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  return snapshot(tree()) === before;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every thread, with the number of times it has run; undefined when one runs at this moment. */
function snapshot(tree: readonly ProcessEntry[]): string | undefined {
  let seen = '';
  for (const { pid, state } of tree) {
    if ('RD'.includes(state)) return undefined;
    if ('XTt'.includes(state)) continue;
    // Of a process that shows as dead only the first thread may be: until the last one is, whoever waits for it cannot go on.
    for (const thread of threadsOf(pid)) {
      const runs = runsOf(pid, thread);
      if (runs === undefined) return undefined;
      seen += `${thread}:${runs} `;
    }
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
  try {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
    if ('RD'.includes(stat[stat.lastIndexOf(')') + 2] ?? 'S')) return undefined;
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').trim();
  } catch {
    return 'gone';
  }
}
