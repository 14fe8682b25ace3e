/**
 * A running program: one process of ours whose descendants are the program's tree. How that process contains them (a pid
 * namespace, bubblewrap, a process group) is its launcher's business; stopping, continuing and ending are the same.
 */
import type { Clock } from '../contract.ts';
import { type ClockLink, linkClock } from './clock-link.ts';
import type { ClockParticipants, Program, ProgramEnd, ProgramSpec } from './contract.ts';
import { watchLimits } from './limits.ts';
import { readLines } from './output.ts';
import { KeptFiles, type ProcFiles } from './proc-files.ts';
import { commandLineOf, descendants, type ProcessEntry, readProcess, watchTree } from './process-tree.ts';
import type { Started } from './starter.ts';
import type { Tools } from './toolbox.ts';
import { TreeClock } from './tree-clock.ts';

export interface Running {
  readonly started: Started;
  readonly spec: ProgramSpec;
  readonly name: string;
  /** The tree, without processes that are ours, looked at through these files. */
  tree(files: ProcFiles): readonly ProcessEntry[];
  /** Ends the whole tree at once, whatever its state. */
  kill(): void;
  readonly tools?: Tools;
  /** Removes what was made for this program. */
  cleanUp(): Promise<void>;
}

export function runProgram(
  { started, spec, name, tree: treeOf, kill, tools, cleanUp }: Running,
  clock: Clock & ClockParticipants,
  openRequests: { has(id: string): boolean },
): Program {
  let reason: ProgramEnd['reason'];
  let cpuBefore = 0;
  let frozen = false;
  let crashed = false;
  const { pid, channel } = started;
  const files = new KeptFiles();
  const tree = (): readonly ProcessEntry[] => treeOf(files);
  const own: ClockLink | undefined = channel ? linkClock(name, channel, openRequests, spec.skew) : undefined;
  const whole = tools
    ? new TreeClock({
        name,
        clock,
        // With the launcher, which is at work before there is anything below it.
        tree: () => wholeTree(pid, files),
        files,
        openRequests,
        settings: tools.settings,
        skew: spec.skew ?? 0,
        debugged: spec.onInspector !== undefined,
        ...(own ? { main: own } : {}),
        ...(spec.onPower ? { onPower: spec.onPower } : {}),
      })
    : undefined;
  if (whole) tools?.bind(whole);
  const link: ClockLink | undefined = whole ?? own;
  const membership = link && clock.held ? clock.join(link) : undefined;

  let ending: (() => void) | undefined;
  /** Time stands from the kill until the end has been told. */
  const killNow = (): void => {
    ending ??= clock.busy('the end of a program');
    kill();
  };
  const end = (why: NonNullable<ProgramEnd['reason']>): void => {
    reason ??= why;
    killNow();
  };
  const look = watchTree(tree, files);
  const unwatch = watchLimits(spec, { look, frozen: () => frozen, end });

  const { onOutput, onInspector } = spec;
  readLines(started.stdout, (line) => onOutput('stdout', line), spec.outputBytes);
  readLines(
    started.stderr,
    (line) => {
      const url = onInspector && /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
      if (url) onInspector(url);
      else if (!onInspector || !/^(For help, see: https:\/\/nodejs|Debugger attached|Debugger ending)/.test(line))
        onOutput('stderr', line);
    },
    spec.outputBytes,
  );

  const ended = started.closed.then(async ({ code, signal }): Promise<ProgramEnd> => {
    unwatch();
    files.close();
    ending ??= clock.busy('the end of a program');
    link?.ended();
    membership?.leave();
    tools?.close();
    await cleanUp();
    setImmediate(ending);
    // The launcher may tell something else of a program that it did not see die.
    const how = crashed || reason ? ({ code: null, signal: 'SIGKILL' } as const) : endOf(code, signal);
    return { ...how, ...(reason ? { reason } : {}) };
  });

  return {
    pid,
    ended,
    processes: () => tree().map(({ pid, state, command }) => ({ pid, state, command })),
    cpu: () => {
      cpuBefore = Math.max(cpuBefore, sumCpu(look()));
      return cpuBefore;
    },
    async freeze() {
      frozen = true;
      link?.frozen();
      await stopAll(tree, files);
    },
    async thaw() {
      frozen = false;
      for (const { pid } of tree()) signal(pid, 'SIGCONT');
      await Promise.race([link?.thawed(clock.now()), ended]);
    },
    signal(name) {
      for (const { pid } of tree()) signal(pid, name);
    },
    async kill() {
      end('killed');
      await ended;
    },
    async crash() {
      // Elsewhere nobody knows what else runs beside the system.
      if (spec.system && process.platform === 'linux') return await killAllBut(spec.system, tree);
      crashed = true;
      killNow();
      await ended;
    },
  };
}

const sumCpu = (tree: readonly ProcessEntry[]): number => tree.reduce((sum, { cpu }) => sum + cpu, 0);

/**
 * Stops every process, those too that are made meanwhile: until a walk finds all stopped. A shell that has called vfork waits
 * in the kernel until its child has become another program; was the child stopped before, it is let go on for that moment.
 */
async function stopAll(tree: () => readonly ProcessEntry[], files: ProcFiles): Promise<void> {
  for (;;) {
    const all = tree();
    const running = all.filter(({ state }) => !isStopped(state)).map(({ pid }) => pid);
    if (running.length === 0) return;
    for (const pid of running) signal(pid, 'SIGSTOP');
    const stuck = await untilStopped(running, files);
    for (const { pid, parent } of all) if (stuck.includes(parent)) signal(pid, 'SIGCONT');
  }
}

const isStopped = (state: string): boolean => 'TtZX'.includes(state);

/** Looks after which a process that waits in the kernel is helped out of it. */
const PATIENCE = 10;

/** Waits for these alone, as each walk of the tree costs many looks. Returns who waits in the kernel after a few of them. */
async function untilStopped(pids: readonly number[], files: ProcFiles): Promise<number[]> {
  let left = pids;
  for (let looks = 0; looks < PATIENCE && left.length > 0; looks++) {
    await new Promise((resolve) => setImmediate(resolve));
    left = left.filter((pid) => !isStopped(readProcess(pid, files)?.state ?? 'X'));
  }
  return left.filter((pid) => readProcess(pid, files)?.state === 'D');
}

/** Kills until a walk finds nobody left: what was made meanwhile too. */
async function killAllBut(
  spared: (commandLine: string) => boolean,
  tree: () => readonly ProcessEntry[],
): Promise<void> {
  for (;;) {
    const doomed = tree().filter(({ pid, state }) => !'ZX'.includes(state) && !spared(commandLineOf(pid)));
    if (doomed.length === 0) return;
    for (const { pid } of doomed) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Launchers run a shell around the program, which tells a signal as 128 and its number. */
function endOf(code: number | null, given: NodeJS.Signals | null): ProgramEnd {
  const byNumber: Readonly<Record<number, NodeJS.Signals>> = {
    134: 'SIGABRT',
    137: 'SIGKILL',
    139: 'SIGSEGV',
    143: 'SIGTERM',
  };
  const told = code === null ? undefined : byNumber[code];
  return told ? { code: null, signal: told } : { code, signal: given };
}

/** A launcher and everything below it. */
function wholeTree(pid: number, files: ProcFiles): readonly ProcessEntry[] {
  const launcher = readProcess(pid, files);
  return launcher ? [launcher, ...descendants(pid, files)] : [];
}

/** The tree of a launcher that is ours: everything below it. */
export const treeBelow = (pid: number, files?: ProcFiles): readonly ProcessEntry[] => descendants(pid, files);

/**
 * Ends a pid namespace by its first process, with which the kernel ends all others. The launcher above it sees that, waits
 * for it as a parent does, and ends too: killed itself, it would leave a dead child to whoever is process 1.
 */
export function killNamespace(launcher: number): void {
  const first = treeBelow(launcher).filter(({ parent }) => parent === launcher);
  for (const { pid } of first) signal(pid, 'SIGKILL');
  if (first.length === 0) signal(launcher, 'SIGKILL');
}
