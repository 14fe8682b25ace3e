/**
 * Which execution environment serves which request: one at a time each, the one that was used last first, a new one when
 * none is free. Pure: the drawing, the table and the tests all ask this one function. All times are in seconds.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';
import { several } from '../words.ts';

export interface Parameters {
  readonly seed: number;
  /** Requests in the minute. */
  readonly requests: number;
  /** How long the handler works on one. */
  readonly work: number;
  /** How long INIT takes. */
  readonly init: number;
  /** How long a frozen environment is kept. */
  readonly idle: number;
}

export interface Request {
  readonly at: number;
  readonly environment: number;
  readonly cold: boolean;
  /** When its handler starts and ends. */
  readonly start: number;
  readonly end: number;
}

export interface Phase {
  readonly kind: 'init' | 'invoke' | 'frozen';
  readonly from: number;
  readonly to: number;
}

export interface Environment {
  readonly phases: readonly Phase[];
}

export interface Minute {
  readonly requests: readonly Request[];
  readonly environments: readonly Environment[];
  /** The largest number of environments in use at one moment. */
  readonly atOnce: number;
}

/** Length of the drawing; requests arrive in its first 50 seconds, so that most are answered in it. */
export const minute = 60;
const lastArrival = 50;

export const defaults: Parameters = { seed: 3, requests: 8, work: 4, init: 1, idle: 15 };

export function simulate({ seed, requests: count, work, init, idle }: Parameters): Minute {
  const random = seeded(seed);
  const arrivals = Array.from({ length: count }, () => Math.round(random() * lastArrival * 10) / 10);
  arrivals.sort((a, b) => a - b);

  const environments: { phases: Phase[]; free: number }[] = [];
  const requests = arrivals.map((at): Request => {
    let chosen = -1;
    for (const [index, { free }] of environments.entries()) {
      const usable = free <= at && at - free < idle;
      if (usable && (chosen < 0 || free > environments[chosen]!.free)) chosen = index;
    }
    const cold = chosen < 0;
    if (cold) chosen = environments.push({ phases: [], free: at }) - 1;
    const environment = environments[chosen]!;
    const start = cold ? at + init : at;
    if (cold) environment.phases.push({ kind: 'init', from: at, to: start });
    else if (at > environment.free) environment.phases.push({ kind: 'frozen', from: environment.free, to: at });
    environment.phases.push({ kind: 'invoke', from: start, to: start + work });
    environment.free = start + work;
    return { at, environment: chosen, cold, start, end: start + work };
  });
  for (const { phases, free } of environments) phases.push({ kind: 'frozen', from: free, to: free + idle });

  const atOnce = Math.max(
    0,
    ...requests.map(({ at }) => requests.filter((other) => other.at <= at && at < other.end).length),
  );
  return { requests, environments, atOnce };
}

/** What the minute shows, in words. */
export function describe({ requests, environments, atOnce }: Minute): string {
  const cold = requests.filter((request) => request.cold).length;
  return (
    `${several(requests.length, 'request')}, ${several(environments.length, 'environment')}, ` +
    `${several(cold, 'cold start')}. At the busiest moment ${several(atOnce, 'environment was', 'environments were')} in use.`
  );
}

const enough = 5;

/** Things to bring about by turning the knobs. */
export const goals: readonly Goal<Minute>[] = [
  {
    text: `Serve ${enough} requests or more with a single environment.`,
    met: ({ requests, environments }) => requests.length >= enough && environments.length === 1,
  },
  {
    text: `Make every one of ${enough} requests or more a cold start.`,
    met: ({ requests }) => requests.length >= enough && requests.every((request) => request.cold),
  },
];
