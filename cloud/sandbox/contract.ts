/** What runs other people's code: functions, instances and scripts, each a tree of operating-system processes. */
import type { Clock, Millis, TraceId } from '../contract.ts';

export interface ProgramSpec {
  readonly kind: 'function' | 'instance' | 'script';
  /** Program and arguments; `node` means this machine's Node with the clock's preload. */
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited from ours. */
  readonly environment: Readonly<Record<string, string>>;
  /** Mounted or copied as the program's code folder; it may read it, not write it. */
  readonly code: string;
  /** Its working and temporary folder on our side; survives the program, belongs to the caller. */
  readonly scratch: string;
  /**
   * Folders of packages that the code may import from. The first appears as `node_modules` beside the code folder; a package
   * of a later one stands in front of the one of the same name.
   */
  readonly modules?: readonly string[];
  readonly memoryMb?: number;
  /** Megabytes that may lie in its scratch folder. */
  readonly scratchMb?: number;
  /** CPU seconds after which the program is ended as a runaway. */
  readonly cpuSeconds?: number;
  /** Whole lines, without the newline, of at most 256 KiB; output beyond `outputBytes` is cut with one last notice. */
  readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly outputBytes?: number;
  /** Opens Node's inspector on a free port of loopback and calls back with its URL. */
  readonly onInspector?: (url: string) => void;
  readonly cause?: TraceId;
  /** Milliseconds that the program's clock is ahead of the cloud's. */
  readonly skew?: number;
  /** Of an instance: is this command line one of its system, which a crash of its programs leaves alone? */
  readonly system?: (commandLine: string) => boolean;
  /** Of an instance: its power switch. Takes the words of a `shutdown` and its kin; answers an exit status and what is to be printed. */
  readonly onPower?: (words: readonly string[]) => string;
  /** Of an instance: its metadata service, a port of loopback and the same on a Unix socket. */
  readonly metadata?: { readonly port: number; readonly socket: string };
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it, when we did. */
  readonly reason?: 'killed' | 'cpu' | 'memory' | 'processes' | 'disk';
}

export interface Program {
  /** Host process id of the tree's root. */
  readonly pid: number;
  /** Stops every process of the tree, `nohup`ed, `setsid`ed and re-parented ones too; returns when all are in state T. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Sends a signal to every process of the tree. */
  signal(name: NodeJS.Signals): void;
  /** Ends every process of the tree, stopped ones too; returns when none is left. */
  kill(): Promise<void>;
  /** Dies as by somebody else's SIGKILL, for no reason of ours: of an instance all but its system. Returns when that is so. */
  crash(): Promise<void>;
  readonly ended: Promise<ProgramEnd>;
  /** The tree as it is now: host pids with their state letter (`R`, `S`, `T`, …). */
  processes(): readonly { readonly pid: number; readonly state: string; readonly command: string }[];
  /** CPU time of the tree so far, in seconds. */
  cpu(): number;
}

export interface Sandbox {
  readonly name: 'process' | 'sealed';
  readonly capabilities: {
    /** `exact`: every descendant is found. `best-effort`: a determined one may be missed (macOS). */
    readonly freeze: 'exact' | 'best-effort' | 'none';
    readonly network: 'cloud-only' | 'open';
    readonly filesystem: 'own' | 'open';
    readonly user: 'unprivileged' | 'same';
  };
  /** Where `code` and `scratch` appear to the program. */
  paths(spec: Pick<ProgramSpec, 'code' | 'scratch'>): { readonly code: string; readonly scratch: string };
  /** Why a script cannot run as an instance here: it would reach the machine's own power switch. */
  refuses(script: string): string | undefined;
  start(spec: ProgramSpec): Promise<Program>;
  /** The `cause` of the running program that sent a request, by the `x-cloud-request` header of that request. */
  causeOf(mark: string | undefined): TraceId | undefined;
  /** Ends every program; removes what the sandbox made. */
  close(): Promise<void>;
}

/** Thrown when the wanted sandbox cannot be had on this machine: never answered by an open run. Message: why, and what helps. */
export class SandboxUnavailable extends Error {
  override name = 'SandboxUnavailable';
}

/** Opens a sandbox. Probes the machine by a test run; throws `SandboxUnavailable`. `folder` is removed by the caller. */
export type OpenSandbox = (options: {
  name: 'process' | 'sealed';
  clock: Clock & ClockParticipants;
  /** The cloud's port on loopback: the one address that a sealed program reaches. */
  port: number;
  /** The same server on a Unix socket: the way out of a sealed sandbox. */
  socket: string;
  /**
   * Requests that have arrived at the cloud and are not answered yet, by the `x-cloud-request` header which the preload puts
   * on every request of a program to the cloud (`PROGRAM.N`). A program whose open requests have all arrived waits for us.
   */
  openRequests: { has(id: string): boolean };
  folder: string;
}) => Promise<Sandbox>;

/** How programs take part in time: a held clock moves only when every running, unfrozen participant is settled. */
export interface ClockParticipants {
  join(participant: Participant): { leave(): void };
}

export interface Participant {
  readonly name: string;
  /** True once two-sided counting says that nothing is under way in it (frozen ones are always settled). */
  settled(): Promise<boolean>;
  /** Earliest timer of the program, if any. */
  nextDue(): Millis | undefined;
  /** Time has moved: fire what is due in the program. */
  moveTo(time: Millis): Promise<void>;
}
