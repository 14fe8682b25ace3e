/**
 * A program that waits for something that never comes (`Atomics.wait`, a pipe that nobody writes to) says nothing, and looks as
 * one that is about to. Time tells: whoever has computed nothing for many seconds, and waits for neither a CPU nor a disk, is not
 * going to by itself. A program that is kept waiting by a loaded machine is in state R meanwhile.
 */
import type { ProcessEntry } from './process-tree.ts';

/** Real milliseconds. */
const LONG = 10_000;
const LOOK_EVERY = 50;

/** To be asked again and again: has this tree been without any life for long? It is not, once it has computed again. */
export function watchStuck(tree: () => readonly ProcessEntry[], long = LONG): () => boolean {
  let before = '';
  let since = performance.now();
  let looked = since;
  let stuck = false;
  return () => {
    const now = performance.now();
    if (now - looked < LOOK_EVERY) return stuck;
    // Who has not looked for a while knows of nothing in between.
    const late = now - looked > 20 * LOOK_EVERY;
    looked = now;
    const all = tree();
    const seen = all.map(({ pid, cpu }) => `${pid} ${cpu}`).join();
    const alive = all.length === 0 || seen !== before || all.some(({ state }) => 'RD'.includes(state));
    before = seen;
    if (alive || (late && !stuck)) since = now;
    stuck = now - since > long;
    return stuck;
  };
}
