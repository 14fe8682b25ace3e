/**
 * One night of a program that works with temporary credentials: sessions that end, calls every few minutes, and an STS that
 * refuses for a while. Pure: the drawing, the tables, the goals and the tests all ask `simulate`. Times are whole minutes
 * since the program's start.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';
import { clockText, several } from '../words.ts';

/**
 * What the program does about keys: copies them once; asks for new ones when a call is refused; asks ahead, and fails
 * while STS refuses (eager) or goes on with those it has (ahead).
 */
export type Way = 'copied' | 'refused' | 'eager' | 'ahead';

export interface Parameters {
  readonly seed: number;
  /** Whether it is a session that begins the session: role chaining. */
  readonly chained: boolean;
  /** How long a session the program asks for. */
  readonly length: number;
  readonly way: Way;
  /** How long before their end it asks for new keys, if it asks ahead. */
  readonly margin: number;
  /** When STS begins to refuse; 0 for never. */
  readonly outage: number;
}

export interface Ask {
  readonly at: number;
  readonly granted: boolean;
}

export interface Session {
  readonly from: number;
  /** When its keys end. */
  readonly to: number;
}

export interface Call {
  readonly at: number;
  /** `expired`: made with keys that had ended. `without`: not made, as there were none to make it with. */
  readonly outcome: 'done' | 'expired' | 'without';
}

export interface Night {
  readonly parameters: Parameters;
  readonly asks: readonly Ask[];
  readonly sessions: readonly Session[];
  readonly calls: readonly Call[];
}

export const night = 180;
/** For how long STS refuses. */
export const refusing = 20;
/** The facts sts.session.max and sts.chained.max, in minutes. */
export const longest = 720;
export const chainedLongest = 60;

export const defaults: Parameters = { seed: 3, chained: true, length: 60, way: 'copied', margin: 25, outage: 35 };

export const refusesAt = ({ outage }: Parameters, at: number): boolean =>
  outage > 0 && at >= outage && at < outage + refusing;

/** Whether such a session is to be had at all. */
export const allowed = ({ chained, length }: Parameters): boolean => length <= (chained ? chainedLongest : longest);

/** A call about every five minutes. */
function moments(seed: number): number[] {
  const random = seeded(seed);
  const found: number[] = [];
  for (let at = 0; at <= night; at += 4 + Math.floor(random() * 3)) found.push(at);
  return found;
}

export function simulate(parameters: Parameters): Night {
  const { way, margin, length } = parameters;
  const asks: Ask[] = [];
  const sessions: Session[] = [];
  const ask = (at: number): boolean => {
    const granted = allowed(parameters) && !refusesAt(parameters, at);
    asks.push({ at, granted });
    if (granted) sessions.push({ from: at, to: at + length });
    return granted;
  };
  const ahead = way === 'ahead' || way === 'eager';
  const calls = moments(parameters.seed).map((at): Call => {
    const due = ahead ? (sessions.at(-1)?.to ?? 0) - at <= margin : at === 0;
    const threw = due && !ask(at) && way === 'eager';
    const keys = sessions.at(-1);
    const holds = keys !== undefined && at < keys.to;
    const outcome = holds && !threw ? 'done' : keys && !ahead ? 'expired' : 'without';
    if (outcome !== 'done' && way === 'refused') ask(at);
    return { at, outcome };
  });
  return { parameters, asks, sessions, calls };
}

export const failed = ({ calls }: Night): readonly Call[] => calls.filter(({ outcome }) => outcome !== 'done');

export function failureText({ at, outcome }: Call): string {
  return `${clockText(at)} ${outcome === 'expired' ? 'ExpiredToken' : 'not made'}`;
}

/** What the night shows, in words. */
export function describe(result: Night): string {
  const { parameters, calls, asks, sessions } = result;
  if (!allowed(parameters))
    return (
      `STS refuses a session of ${lengthText(parameters.length)}: one that another session begins may last ` +
      `${lengthText(chainedLongest)} at most. There are no keys, and none of ${calls.length} calls is made.`
    );
  const lost = failed(result);
  const asked = `STS was asked ${several(asks.length, 'time')}.`;
  const [first] = lost;
  if (!first) return `All ${calls.length} calls are done. ${asked}`;
  const keys = sessions.findLast(({ from }) => from < first.at);
  const why =
    first.outcome === 'expired'
      ? `ExpiredToken, as the keys ended at ${clockText(keys!.to)}`
      : keys && first.at < keys.to
        ? `the program gives up while STS refuses, with keys in its hand that hold until ${clockText(keys.to)}`
        : `the keys ended at ${clockText(keys?.to ?? 0)}, and STS refuses to give new ones`;
  return `${lost.length} of ${calls.length} calls fail. The first is that of ${clockText(first.at)}: ${why}. ${asked}`;
}

/** `1 h`, `15 min`, `1 h 15 min`. */
export function lengthText(minutes: number): string {
  const parts = [minutes >= 60 ? `${Math.floor(minutes / 60)} h` : '', minutes % 60 > 0 ? `${minutes % 60} min` : ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** Whether STS may refuse at whatever moment of the night, once the program has begun. */
function unharmed(parameters: Parameters): boolean {
  for (let outage = 1; outage <= night; outage++)
    if (failed(simulate({ ...parameters, outage })).length > 0) return false;
  return true;
}

export const goals: readonly Goal<Night>[] = [
  {
    text: 'Ask for a session that STS refuses for its length alone.',
    met: ({ parameters }) => !allowed(parameters),
  },
  {
    text: 'Let keys that were copied once last the whole night.',
    met: (result) => result.parameters.way === 'copied' && failed(result).length === 0,
  },
  {
    text: 'Renew ahead, keep the old keys meanwhile, and lose a call all the same: find the moment.',
    met: (result) => result.parameters.way === 'ahead' && allowed(result.parameters) && failed(result).length > 0,
  },
  {
    text: 'As a chained session, renew in such a way that STS has no moment at which its refusing costs a call.',
    met: ({ parameters }) => parameters.chained && allowed(parameters) && unharmed(parameters),
  },
];
