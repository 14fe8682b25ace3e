/** What a program may use of the machine. Who uses more is ended: the kernel refuses nobody for us. */
import type { ProgramEnd, ProgramSpec } from './contract.ts';
import { sizeOf } from './folder-size.ts';
import type { ProcessEntry } from './process-tree.ts';

/** What Node itself takes, beyond its heap: a function of 128 MB runs in far less on AWS, where Node is the only process. */
const MEMORY_OVERHEAD_MB = 192;
const MB = 1024 * 1024;
/** Processes and threads: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_THREADS = 1024;
const WATCH_EVERY = 200;
/** A folder is looked through after a second at the earliest, and for no more than a tenth of the time. */
const WALK_EVERY = 1000;
const SHARE = 10;

export interface Watched {
  look(): readonly ProcessEntry[];
  /** Stopped: it uses nothing more. */
  frozen(): boolean;
  end(why: NonNullable<ProgramEnd['reason']>): void;
}

/** Returns what ends the watch. */
export function watchLimits(spec: ProgramSpec, { look, frozen, end }: Watched): () => void {
  const { memoryMb, cpuSeconds, scratchMb, scratch } = spec;
  let nextWalk = 0;
  let walkedAt = -1;
  /** Who has not computed since has written nothing. */
  const walk = async (cpu: number): Promise<void> => {
    const begun = performance.now();
    if (!scratchMb || begun < nextWalk || cpu === walkedAt) return;
    nextWalk = Number.POSITIVE_INFINITY;
    walkedAt = cpu;
    if ((await sizeOf(scratch, scratchMb * MB)) > scratchMb * MB) end('disk');
    const now = performance.now();
    nextWalk = now + Math.max(WALK_EVERY, SHARE * (now - begun));
  };
  const watch = setInterval(() => {
    if (frozen()) return;
    const tree = look();
    const sum = (what: (entry: ProcessEntry) => number): number => tree.reduce((all, one) => all + what(one), 0);
    if (memoryMb && sum(({ memory }) => memory) > (memoryMb + MEMORY_OVERHEAD_MB) * MB) end('memory');
    if (sum(({ threads }) => threads) > MOST_THREADS) end('processes');
    const computed = sum(({ cpu }) => cpu);
    if (cpuSeconds && computed > cpuSeconds) end('cpu');
    void walk(computed);
  }, WATCH_EVERY);
  watch.unref();
  return () => clearInterval(watch);
}
