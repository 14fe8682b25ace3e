/**
 * Documents on their way through a queue that is emptied when an alarm says that enough have gathered: uploads, their
 * messages, a depth that is measured once a minute, an alarm that acts when its state changes and at no other time, a
 * function that drains until it finds nothing or runs out of time. Pure: a state and what comes of it; the drawing, the
 * table, the goals and the tests all ask these functions. Times are whole seconds since the beginning.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';

export interface Parameters {
  readonly seed: number;
  /** Work on one document. */
  readonly work: number;
  /** The function's time limit. */
  readonly limit: number;
  /** The visibility timeout: for how long a received message is hidden. */
  readonly hidden: number;
}

interface Message {
  /** When it is to be seen, for the first time or again. */
  visibleAt: number;
  receives: number;
}

interface Run {
  readonly ends: number;
  /** What it has received and not yet worked on; it works on the first. */
  batch: readonly number[];
  busyUntil: number;
}

/** What was so at a full minute. */
export interface Minute {
  readonly at: number;
  /** The sample: messages visible at this moment. */
  readonly visible: number;
  readonly inFlight: number;
  readonly alarm: 'OK' | 'ALARM';
  readonly running: number;
  readonly results: number;
}

export interface State {
  readonly now: number;
  readonly uploaded: number;
  readonly lastUpload: number;
  /** Those not deleted, by number. */
  readonly messages: ReadonlyMap<number, Readonly<Message>>;
  readonly runs: readonly Readonly<Run>[];
  readonly results: number;
  /** Results that were written although they were there. */
  readonly again: number;
  /** Messages that were received more than once. */
  readonly twice: number;
  readonly alarm: 'OK' | 'ALARM';
  readonly fired: number;
  readonly minutes: readonly Minute[];
  readonly events: readonly { readonly at: number; readonly text: string }[];
}

export const threshold = 100;
const batchSize = 10;
const slowest = 8;

export const defaults: Parameters = { seed: 5, work: 1, limit: 150, hidden: 60 };

export const begin: State = {
  now: 0,
  uploaded: 0,
  lastUpload: 0,
  messages: new Map(),
  runs: [],
  results: 0,
  again: 0,
  twice: 0,
  alarm: 'OK',
  fired: 0,
  minutes: [],
  events: [],
};

/** Documents are uploaded now; their messages come within seconds. */
export function upload(state: State, { seed }: Parameters, count: number): State {
  const messages = new Map(state.messages);
  for (let number = state.uploaded; number < state.uploaded + count; number++)
    messages.set(number, {
      visibleAt: state.now + 1 + Math.floor(seeded(seed * 1000 + number)() * slowest),
      receives: 0,
    });
  const text = count === 1 ? 'One document is uploaded.' : `${count} documents are uploaded.`;
  return {
    ...state,
    messages,
    uploaded: state.uploaded + count,
    lastUpload: state.now,
    events: [...state.events, { at: state.now, text }],
  };
}

/** The functions that run are ended at once, as by a crash. What they have received comes back when it is no longer hidden. */
export function crash(state: State): State {
  if (state.runs.length === 0) return state;
  return { ...state, runs: [], events: [...state.events, { at: state.now, text: 'The function crashes.' }] };
}

export function advance(state: State, parameters: Parameters, seconds: number): State {
  // Copied once, then changed in place: seconds are many.
  const next = {
    ...state,
    messages: new Map([...state.messages].map(([number, message]) => [number, { ...message }])),
    runs: state.runs.map((run) => ({ ...run })),
    minutes: [...state.minutes],
    events: [...state.events],
  };
  for (let second = 0; second < seconds; second++) {
    next.now++;
    if (next.now % 60 === 0) measure(next, parameters);
    next.runs = next.runs.filter((run) => work(next, run, parameters));
  }
  return next;
}

type Draft = { -readonly [Key in Exclude<keyof State, 'messages'>]: State[Key] } & {
  messages: Map<number, Message>;
  runs: Run[];
  minutes: Minute[];
  events: State['events'][number][];
};

/** The metric's datapoint of the minute, and what the alarm makes of it. */
function measure(state: Draft, { limit }: Parameters): void {
  const { visible, inFlight } = count(state);
  const before = state.alarm;
  state.alarm = visible >= threshold ? 'ALARM' : 'OK';
  if (before !== state.alarm) {
    const fires = state.alarm === 'ALARM';
    tell(
      state,
      `The metric says ${visible}: ${before} turns to ${state.alarm}${fires ? ', and the function is invoked.' : '. Nothing is invoked.'}`,
    );
    if (fires) {
      state.fired++;
      state.runs.push({ ends: state.now + limit, batch: [], busyUntil: state.now });
    }
  }
  const { now: at, alarm, results } = state;
  state.minutes.push({ at, visible, inFlight, alarm, running: state.runs.length, results });
}

/** One second of a run; answers whether it goes on. */
function work(state: Draft, run: Run, { work: effort, hidden }: Parameters): boolean {
  const free = state.now >= run.busyUntil;
  const [done, ...rest] = run.batch;
  if (free && done !== undefined) {
    state.results++;
    // Gone already: another run was faster, and the result is written a second time.
    if (!state.messages.delete(done)) state.again++;
    run.batch = rest;
  }
  if (state.now >= run.ends) {
    tell(state, `The function is stopped by its time limit. ${state.messages.size} messages are left.`);
    return false;
  }
  if (!free) return true;
  if (run.batch.length === 0) {
    run.batch = visibleOnes(state).slice(0, batchSize);
    if (run.batch.length === 0) {
      tell(state, 'The function finds nothing more and ends.');
      return false;
    }
    for (const number of run.batch) {
      const message = state.messages.get(number)!;
      message.visibleAt = state.now + hidden;
      if (++message.receives === 2) state.twice++;
    }
  }
  run.busyUntil = state.now + effort;
  return true;
}

const visibleOnes = ({ messages, now }: State): number[] =>
  [...messages].flatMap(([number, { visibleAt }]) => (visibleAt <= now ? [number] : []));

function tell(state: Draft, text: string): void {
  state.events.push({ at: state.now, text });
}

/** The queue's depth now, as no metric knows it. */
export function count(state: State): { readonly visible: number; readonly inFlight: number; readonly coming: number } {
  const hidden = [...state.messages.values()].filter(({ visibleAt }) => visibleAt > state.now);
  const inFlight = hidden.filter(({ receives }) => receives > 0).length;
  return { visible: state.messages.size - hidden.length, inFlight, coming: hidden.length - inFlight };
}

const still = 5;

/** Whether for some minutes nothing was uploaded, nothing ran, and each sample was as asked. */
function quiet({ minutes, lastUpload, runs }: State, holds: (minute: Minute) => boolean): boolean {
  const last = minutes.slice(-still);
  return (
    last.length === still &&
    runs.length === 0 &&
    last[0]!.at > lastUpload &&
    last.every((minute) => minute.running === 0 && minute.inFlight === 0 && holds(minute))
  );
}

export const goals: readonly Goal<State>[] = [
  { text: 'Make the alarm fire.', met: ({ fired }) => fired > 0 },
  {
    text: `After a run, leave a tail in the queue that nothing fetches for ${still} minutes.`,
    met: (state) => state.fired > 0 && quiet(state, ({ visible }) => visible > 0 && visible < threshold),
  },
  {
    text: `After a run, leave ${threshold} or more waiting, and see ${still} minutes in which nothing fires.`,
    met: (state) => state.fired > 0 && quiet(state, ({ visible }) => visible >= threshold),
  },
  { text: 'Make a message come twice.', met: ({ twice }) => twice > 0 },
];

/** For those who have no script: two loads that together are enough, and one that is not. */
export function scenario(): State {
  let state = advance(begin, defaults, 20);
  state = advance(upload(state, defaults, 60), defaults, 80);
  state = advance(upload(state, defaults, 60), defaults, 260);
  return advance(upload(state, defaults, 40), defaults, 360);
}
