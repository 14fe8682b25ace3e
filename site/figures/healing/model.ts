/**
 * Workers that take bunches of files by leases and commit file by file, a reader who kills and freezes them, and a healer
 * that looks each minute. Pure: a state and what comes of it; the drawing, the table, the goals and the tests all ask
 * these functions. Times are whole seconds since the beginning. Calls of the store take no time.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';
import { several } from '../words.ts';

export interface Parameters {
  readonly seed: number;
  /** For how long a lease holds. */
  readonly lease: number;
  /** Silence after which the healer takes a worker for dead. */
  readonly stale: number;
  /** Whether a result is put only if there is none. */
  readonly conditional: boolean;
}

export interface File {
  /** `1x`: the first of bunch 1. */
  readonly name: string;
  /** How long it takes to read. */
  readonly seconds: number;
  /** Who has begun to read it, in order. */
  readonly readers: readonly string[];
  /** The object that says that it is done. */
  readonly done?: { readonly by: string; readonly at: number };
}

export interface Lease {
  readonly holder: string;
  readonly token: number;
  /** Released: a time that is over. */
  readonly until: number;
}

interface Job {
  readonly bunch: number;
  readonly token: number;
  /** Of the bunch, those still to be read, as they were when it was claimed. The first is being read. */
  readonly files: readonly number[];
  readonly left: number;
  readonly extended: number;
  /** The lease has turned out to be somebody else's. */
  readonly lost: boolean;
}

export interface Worker {
  readonly name: string;
  readonly launched: number;
  /** Its last sign of life, which is one of work. */
  readonly beat: number;
  readonly life: 'boots' | 'works' | 'killed' | 'replaced' | 'ended';
  readonly frozen: boolean;
  /** What it did in each second since its launch: `b` booted, `r` read, `s` slept, `f` stood still. */
  readonly track: string;
  readonly job?: Job;
  /** When it looks for work again. */
  readonly wakes: number;
}

export interface Mark {
  readonly worker: string;
  readonly at: number;
  readonly kind: 'commit' | 'late';
}

export interface State {
  readonly now: number;
  readonly files: readonly File[];
  readonly leases: readonly (Lease | undefined)[];
  readonly workers: readonly Worker[];
  readonly marks: readonly Mark[];
  readonly killed: number;
  /** Commits of files that were done already: refused, or written over what was there. */
  readonly refused: number;
  readonly overwritten: number;
  /** Workers that the healer has replaced although they were at work. */
  readonly mistaken: number;
  readonly events: readonly { readonly at: number; readonly text: string }[];
}

export const perBunch = 3;
export const bunches = 4;
const crew = 3;
const pause = 10;
const boot = 10;
const round = 60;

export const defaults: Parameters = { seed: 5, lease: 30, stale: 45, conditional: true };

/** `A`, `B`, … */
const nameOf = (index: number): string => String.fromCharCode(65 + index);

export function begin(seed: number): State {
  const random = seeded(seed);
  const files = Array.from({ length: bunches * perBunch }, (_, index) => ({
    name: `${Math.floor(index / perBunch) + 1}${'xyz'[index % perBunch]}`,
    seconds: 8 + Math.floor(random() * 19),
    readers: [],
  }));
  return {
    now: 0,
    files,
    leases: Array.from({ length: bunches }, () => undefined),
    workers: Array.from({ length: crew }, (_, index) => worker(index, 0, 'works')),
    marks: [],
    killed: 0,
    refused: 0,
    overwritten: 0,
    mistaken: 0,
    events: [],
  };
}

const worker = (index: number, now: number, life: Worker['life']): Worker => ({
  name: nameOf(index),
  launched: now,
  beat: now,
  life,
  frozen: false,
  track: '',
  wakes: life === 'boots' ? now + boot : now,
});

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Draft = Mutable<Omit<State, 'files' | 'leases' | 'workers' | 'marks' | 'events'>> & {
  files: Mutable<File>[];
  leases: (Lease | undefined)[];
  workers: Mutable<Worker>[];
  marks: Mark[];
  events: State['events'][number][];
};

const draftOf = (state: State): Draft => ({
  ...state,
  files: state.files.map((file) => ({ ...file })),
  leases: [...state.leases],
  workers: state.workers.map((one) => ({ ...one })),
  marks: [...state.marks],
  events: [...state.events],
});

const tell = (state: Draft, text: string): void => {
  state.events.push({ at: state.now, text });
};

export const alive = ({ life }: Worker): boolean => life === 'boots' || life === 'works';
export const complete = ({ files }: State): boolean => files.every(({ done }) => done);

export type Blow = 'kill' | 'freeze' | 'thaw';

/** Ends a worker at once, freezes it, or lets a frozen one go on. What cannot be done to it changes nothing. */
export function strike(state: State, name: string, blow: Blow): State {
  const next = draftOf(state);
  const one = next.workers.find((worker) => worker.name === name);
  if (!one || !alive(one) || (blow !== 'kill' && one.frozen !== (blow === 'thaw'))) return state;
  one.frozen = blow === 'freeze';
  if (blow === 'kill') {
    one.life = 'killed';
    next.killed++;
    tell(next, `${name} is killed. Nobody is told.`);
  } else {
    tell(next, one.frozen ? `${name} stands still, and does not know it.` : `${name} goes on where it stood.`);
  }
  return next;
}

export function advance(state: State, parameters: Parameters, seconds: number): State {
  const next = draftOf(state);
  for (let second = 0; second < seconds; second++) {
    next.now++;
    if (next.now % round === 0) heal(next, parameters);
    for (const one of next.workers) if (alive(one)) live(next, one, parameters);
  }
  return next;
}

/** One second of a worker's life. */
function live(state: Draft, one: Mutable<Worker>, parameters: Parameters): void {
  const { now } = state;
  if (one.frozen) {
    one.track += 'f';
    return;
  }
  one.track += one.life === 'boots' ? 'b' : one.job ? 'r' : 's';
  if (now >= one.wakes) one.life = 'works';
  if (one.job) {
    one.job = { ...one.job, left: one.job.left - 1 };
    if (one.job.left > 0) extend(state, one, parameters);
    else finish(state, one, parameters);
  }
  if (!one.job && now >= one.wakes) look(state, one, parameters);
}

/** Takes the first bunch with something to do that nobody has, and reads of it what is not done. */
function look(state: Draft, one: Mutable<Worker>, { lease }: Parameters): void {
  const { now, files, leases } = state;
  one.beat = now;
  if (complete(state)) {
    one.life = 'ended';
    tell(state, `${one.name} finds all files done, and ends.`);
    return;
  }
  const open = leases.findIndex((held, bunch) => undone(files, bunch).length > 0 && (held?.until ?? 0) <= now);
  if (open < 0) {
    one.wakes = now + pause;
    return;
  }
  const before = leases[open];
  const token = (before?.token ?? 0) + 1;
  leases[open] = { holder: one.name, token, until: now + lease };
  const mine = undone(files, open);
  const over = before ? `, which ${before.holder} has lost` : '';
  tell(
    state,
    `${one.name} claims bunch ${open + 1}${over}: token ${token}, and ${several(mine.length, 'file')} to do.`,
  );
  one.job = { bunch: open, token, files: mine, left: 0, extended: now, lost: false };
  read(state, one);
}

const undone = (files: readonly File[], bunch: number): number[] =>
  files.flatMap(({ done }, index) => (Math.floor(index / perBunch) === bunch && !done ? [index] : []));

function read(state: Draft, one: Mutable<Worker>): void {
  const file = state.files[one.job!.files[0]!]!;
  file.readers = [...file.readers, one.name];
  one.job = { ...one.job!, left: file.seconds };
}

const owns = (state: Draft, { bunch, token }: Job): boolean => state.leases[bunch]!.token === token;

/** Each third of its length, the lease is made to hold longer, on the condition that it is still this one. */
function extend(state: Draft, one: Mutable<Worker>, { lease }: Parameters): void {
  const job = one.job!;
  if (job.lost || state.now - job.extended < lease / 3) return;
  if (owns(state, job)) {
    one.job = { ...job, extended: state.now };
    state.leases[job.bunch] = { ...state.leases[job.bunch]!, until: state.now + lease };
    return;
  }
  one.job = { ...job, lost: true };
  const { holder, token } = state.leases[job.bunch]!;
  tell(state, `${one.name} cannot extend its lease of bunch ${job.bunch + 1}: ${holder} has token ${token}.`);
}

/** The file is read: commits it, and goes on with the next one, or hands the bunch back. */
function finish(state: Draft, one: Mutable<Worker>, parameters: Parameters): void {
  one.beat = state.now;
  commit(state, one, parameters);
  extend(state, one, parameters);
  const job = one.job!;
  const files = job.files.slice(1);
  if (files.length > 0 && !job.lost) {
    one.job = { ...job, files };
    read(state, one);
    return;
  }
  if (owns(state, job)) state.leases[job.bunch] = { ...state.leases[job.bunch]!, until: state.now };
  one.job = undefined;
  one.wakes = state.now;
}

function commit(state: Draft, { name, job }: Worker, { conditional }: Parameters): void {
  const file = state.files[job!.files[0]!]!;
  const before = file.done;
  if (!before || !conditional) file.done = { by: name, at: state.now };
  state.marks.push({ worker: name, at: state.now, kind: before ? 'late' : 'commit' });
  if (!before) {
    tell(state, `${name} commits ${file.name}.`);
  } else if (conditional) {
    state.refused++;
    tell(state, `${name} would commit ${file.name}, and is refused: ${before.by} has. The object stays as it is.`);
  } else {
    state.overwritten++;
    tell(state, `${name} writes ${file.name} over what ${before.by} has written.`);
  }
}

/** Ends each worker that has been silent for too long and puts a new one in its place. It cannot know whether that one is dead. */
function heal(state: Draft, { stale }: Parameters): void {
  if (complete(state)) return;
  for (const one of [...state.workers]) {
    const silent = state.now - one.beat;
    if (one.life === 'replaced' || one.life === 'ended' || silent <= stale) continue;
    const wrong = alive(one) && !one.frozen;
    if (wrong) state.mistaken++;
    one.life = 'replaced';
    const next = worker(state.workers.length, state.now, 'boots');
    state.workers.push(next);
    tell(
      state,
      `The healer has not heard of ${one.name} for ${silent} s, ends it, and starts ${next.name}.${wrong ? ` ${one.name} was at work.` : ''}`,
    );
  }
}

/** Files that are done, and readings that were begun for that. */
export function count({ files }: State): { readonly committed: number; readonly readings: number } {
  return {
    committed: files.filter(({ done }) => done).length,
    readings: files.reduce((sum, { readers }) => sum + readers.length, 0),
  };
}

export const goals: readonly Goal<State>[] = [
  {
    text: 'Kill two workers, and see every file committed once.',
    met: (state) => state.killed > 1 && complete(state) && state.overwritten === 0,
  },
  { text: 'Bring a worker back from the dead, too late: have its commit refused.', met: ({ refused }) => refused > 0 },
  { text: 'Give up the condition, and have a result written twice.', met: ({ overwritten }) => overwritten > 0 },
  { text: 'Make the healer end a worker that is at work.', met: ({ mistaken }) => mistaken > 0 },
];

/** For those who have no script: one worker dies, and one comes back when others have done its work. */
export function scenario(): State {
  const pass = (state: State, seconds: number): State => advance(state, defaults, seconds);
  let state = strike(pass(begin(defaults.seed), 25), 'B', 'freeze');
  state = strike(pass(state, 5), 'A', 'kill');
  state = strike(pass(state, 78), 'B', 'thaw');
  return pass(state, 72);
}
