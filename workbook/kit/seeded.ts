/** Choices drawn from the run's seed. */
import { createHash } from 'node:crypto';
import type { Seeded } from './contract.ts';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** The same seed and place draw the same, whatever else the run does. */
export function seeded(seed: number, place: string): Seeded {
  let state = createHash('sha256').update(`${seed} ${place}`).digest().readUInt32LE();
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    integer,
    pick: (from) => from[integer(0, from.length - 1)]!,
    shuffle: (items) => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(0, last);
        [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
      }
      return shuffled;
    },
    name: (prefix) => `${prefix}-${Array.from({ length: 6 }, () => LETTERS[integer(0, LETTERS.length - 1)]).join('')}`,
  };
}
