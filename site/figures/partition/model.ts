/**
 * One hour of a social network with two sites, and a way between them that breaks. For each of two operations the reader
 * chooses what a site does that cannot reach the other: refuse, or answer from what it has. Pure: the drawing, the tables,
 * the goals and the tests all ask `simulate`. Times are whole minutes since the beginning.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';
import { type Counts, countsOf, type Merge } from './counts.ts';

export type Site = 'east' | 'west';
/** `store`: there is one of it, in the east. `copies`: each site has its own, and answers from it. */
export type Choice = 'store' | 'copies';

export interface Parameters {
  readonly seed: number;
  /** When the way between the sites breaks, and for how long; 0 for never. */
  readonly from: number;
  readonly length: number;
  readonly handles: Choice;
  readonly counts: Choice;
  /** How two copies of a count are brought together. */
  readonly merge: Merge;
}

/** What somebody wants at a site: a handle, to leave a message, to read one, to know how many wait. */
export interface Wish {
  readonly at: number;
  readonly site: Site;
  readonly kind: 'claim' | 'message' | 'read' | 'ask';
  /** Of a claim: each handle is wanted once at each site. */
  readonly handle: number;
}

export interface Operation extends Wish {
  /** `wrong`: answered, and not so: a handle that is another's, a count that is out of date. */
  readonly outcome: 'done' | 'refused' | 'wrong';
}

/** How many messages wait: as each site says, where it can, and as it is. */
export interface Minute {
  readonly at: number;
  readonly east: number;
  readonly west: number | undefined;
  readonly right: number;
}

export interface Hour {
  readonly parameters: Parameters;
  readonly operations: readonly Operation[];
  readonly minutes: readonly Minute[];
  /** Handles that two people have been promised. */
  readonly twice: number;
}

export const hour = 60;

export const defaults: Parameters = {
  seed: 26,
  from: 15,
  length: 25,
  handles: 'store',
  counts: 'store',
  merge: 'union',
};

export const isCut = ({ from, length }: Parameters, at: number): boolean => at >= from && at < from + length;

/** What people want in this hour. It does not depend on what they get. */
export function wishes(seed: number): Wish[] {
  const random = seeded(seed);
  const found: Wish[] = [];
  let claims = 0;
  let first: Site = 'east';
  for (let at = 1; at < hour; at += 1 + Math.floor(random() * 2)) {
    const drawn = random();
    const site: Site = random() < 0.5 ? 'east' : 'west';
    const kind = drawn < 0.25 ? 'claim' : drawn < 0.6 ? 'message' : drawn < 0.75 ? 'read' : 'ask';
    if (kind !== 'claim') {
      found.push({ at, site, kind, handle: 0 });
      continue;
    }
    // The second to want a handle is at the other site.
    if (claims % 2 === 0) first = site;
    const other: Site = first === 'east' ? 'west' : 'east';
    found.push({ at, site: claims % 2 === 0 ? first : other, kind, handle: Math.floor(claims / 2) });
    claims++;
  }
  return found;
}

export function simulate(parameters: Parameters): Hour {
  const counts = countsOf(parameters.counts, parameters.merge);
  /** By site, the handles that it knows to be promised. Where there is one store, both are the same. */
  const east = new Set<number>();
  const known = { east, west: parameters.handles === 'store' ? east : new Set<number>() };
  const promised = new Map<number, number>();
  const operations: Operation[] = [];
  const minutes: Minute[] = [];
  const wanted = wishes(parameters.seed);
  const claim = ({ at, site, handle }: Wish): Operation['outcome'] => {
    const cut = isCut(parameters, at);
    if (cut && parameters.handles === 'store' && site === 'west') return 'refused';
    if (known[site].has(handle)) return 'done';
    promised.set(handle, (promised.get(handle) ?? 0) + 1);
    for (const one of cut ? [site] : (['east', 'west'] as const)) known[one].add(handle);
    return promised.get(handle) === 2 ? 'wrong' : 'done';
  };
  for (let at = 0; at <= hour; at++) {
    const cut = isCut(parameters, at);
    if (!cut && isCut(parameters, at - 1)) {
      counts.heal();
      for (const handle of [...known.east, ...known.west])
        for (const site of [known.east, known.west]) site.add(handle);
    }
    for (const wish of wanted.filter((one) => one.at === at)) {
      operations.push({ ...wish, outcome: wish.kind === 'claim' ? claim(wish) : counts.take(wish, cut) });
    }
    minutes.push({ at, ...saidBy(counts, parameters, cut), right: counts.right() });
  }
  return { parameters, operations, minutes, twice: [...promised.values()].filter((times) => times > 1).length };
}

function saidBy(counts: Counts, parameters: Parameters, cut: boolean): Pick<Minute, 'east' | 'west'> {
  const silent = cut && parameters.counts === 'store';
  return { east: counts.said('east'), west: silent ? undefined : counts.said('west') };
}

export const outcomes = (
  { operations }: Hour,
  outcome: Operation['outcome'],
  of: (operation: Operation) => boolean = () => true,
): number => operations.filter((operation) => operation.outcome === outcome && of(operation)).length;

export const isClaim = ({ kind }: Operation): boolean => kind === 'claim';
export const isCount = ({ kind }: Operation): boolean => kind !== 'claim';

/** The way broke, and was mended before the hour ended. */
export const healed = ({ parameters: { from, length } }: Hour): boolean => length > 0 && from + length <= hour;

export const rightInTheEnd = ({ minutes }: Hour): boolean => {
  const { east, west, right } = minutes.at(-1)!;
  return east === right && west === right;
};

/** The least length of a partition that counts for a goal. */
const enough = 15;

export const goals: readonly Goal<Hour>[] = [
  {
    text: 'Promise one handle to two people.',
    met: ({ twice }) => twice > 0,
  },
  {
    text: `For ${enough} minutes or more, answer everybody who asks for a count, and promise no handle twice: someone is refused a handle.`,
    met: (result) =>
      result.parameters.length >= enough &&
      result.twice === 0 &&
      outcomes(result, 'refused', isCount) === 0 &&
      outcomes(result, 'refused', isClaim) > 0 &&
      outcomes(result, 'wrong', isCount) > 0 &&
      healed(result) &&
      rightInTheEnd(result),
  },
  {
    text: 'Let the partition heal, and a count stay wrong.',
    met: (result) => healed(result) && !rightInTheEnd(result),
  },
  {
    text: 'Let the way be broken for 5 minutes or more, and nobody notice: nothing is refused, and nothing wrong.',
    met: (result) =>
      result.parameters.length >= 5 && healed(result) && outcomes(result, 'done') === result.operations.length,
  },
];
