/** What a tree of processes takes, and which part of it what: looked at again and again while it runs. Linux only. */
import { readFileSync } from 'node:fs';
import { descendants, readProcess } from '../../cloud/sandbox/process-tree.ts';

const PARTS = ['the program and its graders', 'functions', 'scripts', 'esbuild', 'launchers'] as const;
export type Part = (typeof PARTS)[number];

export interface Share {
  readonly part: Part;
  /** Processes that were seen. */
  readonly processes: number;
  /** Seconds of CPU. */
  readonly cpu: number;
}

/** Proportional memory of a process and its descendants in MB: pages that several share count once. 0 where it cannot be told. */
export function memoryOf(root: number): number {
  if (process.platform !== 'linux') return 0;
  return [root, ...descendants(root).map(({ pid }) => pid)].reduce((sum, pid) => sum + proportional(pid), 0);
}

function proportional(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** Adds up looks at a tree. What a process did between the last look and its end is missed. */
export class TreeWatch {
  peak = 0;
  private readonly seen = new Map<number, { part: Part; cpu: number }>();

  constructor(private readonly root: number) {}

  look(): void {
    if (process.platform !== 'linux') return;
    this.peak = Math.max(this.peak, memoryOf(this.root));
    const root = readProcess(this.root);
    for (const { pid, cpu, command } of [...(root ? [root] : []), ...descendants(this.root)]) {
      // The time of children that have ended is in their own entries.
      const own = ownCpu(pid) ?? cpu;
      const part = pid === this.root ? PARTS[0] : partOf(command, read(`/proc/${pid}/cmdline`));
      this.seen.set(pid, { part, cpu: Math.max(own, this.seen.get(pid)?.cpu ?? 0) });
    }
  }

  shares(): Share[] {
    const all = [...this.seen.values()];
    return PARTS.map((part) => {
      const of = all.filter((one) => one.part === part);
      return { part, processes: of.length, cpu: of.reduce((sum, { cpu }) => sum + cpu, 0) };
    });
  }
}

function partOf(command: string, line: string): Part {
  if (command === 'esbuild') return 'esbuild';
  // Newer Nodes give their first thread a name, and with it the process.
  const isNode = command === 'node' || command === 'MainThread';
  if (line.includes('.runtime/bootstrap.mjs') && isNode) return 'functions';
  if (line.includes('starter.cjs')) return 'launchers';
  return isNode ? 'scripts' : 'launchers';
}

/** Seconds of a process itself, without its children; Linux counts in hundredths. */
function ownCpu(pid: number): number | undefined {
  const fields = /\) (.*)$/s.exec(read(`/proc/${pid}/stat`))?.[1]?.split(' ');
  return fields ? (Number(fields[11]) + Number(fields[12])) / 100 : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
