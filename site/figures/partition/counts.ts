/**
 * How many messages wait for one person, kept for two sites: in one store, or in a copy on each side. Beside what the
 * copies say it keeps what is so: which messages have come, and which have been read.
 */
import type { Choice, Operation, Site, Wish } from './model.ts';

/** Sets of messages are united; or there are numbers only, of which the newer one is kept, or their changes are added. */
export type Merge = 'union' | 'newest' | 'add';

export interface Counts {
  take(wish: Wish, cut: boolean): Operation['outcome'];
  /** The way is there again: both sites are to know what either knows. */
  heal(): void;
  /** What a site says when it is asked. */
  said(site: Site): number;
  right(): number;
}

/** What a site knows. `number`, `change` and `changed` are all that there is where no sets are kept. */
interface Copy {
  readonly came: Set<number>;
  readonly read: Set<number>;
  number: number;
  /** By how much the number has changed since the way broke, and when for the last time. */
  change: number;
  changed: number;
}

const sites = ['east', 'west'] as const;

export function countsOf(choice: Choice, merge: Merge): Counts {
  const copy = (): Copy => ({ came: new Set(), read: new Set(), number: 0, change: 0, changed: -1 });
  const copies = { east: copy(), west: copy() };
  const waiting = ({ came, read }: Copy): number[] => [...came].filter((id) => !read.has(id));
  const united = (): Copy => ({
    ...copies.east,
    came: new Set([...copies.east.came, ...copies.west.came]),
    read: new Set([...copies.east.read, ...copies.west.read]),
  });
  const right = (): number => waiting(united()).length;
  const said = (site: Site): number => {
    const copy = copies[site === 'west' && choice === 'store' ? 'east' : site];
    return merge === 'union' || choice === 'store' ? waiting(copy).length : copy.number;
  };
  const take = ({ at, site, kind }: Wish, cut: boolean): Operation['outcome'] => {
    if (cut && choice === 'store' && site === 'west') return 'refused';
    if (kind === 'ask') return said(site) === right() ? 'done' : 'wrong';
    // The minute is the message's id: there is one wish in each.
    const id = kind === 'message' ? at : waiting(copies[site])[0];
    if (id === undefined) return 'done';
    for (const one of cut ? [copies[site]] : sites.map((name) => copies[name])) {
      one[kind === 'message' ? 'came' : 'read'].add(id);
      one.number += kind === 'message' ? 1 : -1;
      if (cut) one.change += kind === 'message' ? 1 : -1;
      one.changed = at;
    }
    return 'done';
  };
  const heal = (): void => {
    const { came, read } = united();
    const { east, west } = copies;
    const newer = east.changed >= west.changed ? east : west;
    const added = east.number + west.change;
    for (const one of [east, west]) {
      for (const id of came) one.came.add(id);
      for (const id of read) one.read.add(id);
    }
    const number = merge === 'newest' ? newer.number : added;
    for (const one of [east, west]) Object.assign(one, { number, change: 0 });
  };
  return { take, heal, said, right };
}
