import { describe, expect, it } from 'vitest';
import { drawing, table, ways } from './draw.ts';
import {
  defaults,
  goals,
  describe as inWords,
  type Parameters,
  type Piece,
  simulate,
  sizesOf,
  tolerance,
} from './model.ts';

const many: Parameters[] = Array.from({ length: 300 }, (_, i) => ({
  seed: i,
  files: 6 + (i % 35),
  largest: 1 + ((i * 7) % 40),
  workers: 2 + (i % 7),
  slow: 1 + (i % 4) / 2,
  way: ways[i % 5]![0],
}));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const met = (parameters: Partial<Parameters>): boolean[] =>
  goals.map((goal) => goal.met(simulate({ ...defaults, ...parameters })));
const byWorker = (pieces: readonly Piece[], worker: number): Piece[] =>
  pieces.filter((piece) => piece.worker === worker).sort((one, other) => one.from - other.from);

describe('the model of a load that is shared out', () => {
  it('has the same files for the same seed, whatever the way, and others with another', () => {
    expect(simulate(defaults)).toEqual(simulate(defaults));
    expect(sizesOf({ ...defaults, way: 'copies', workers: 8 })).toEqual(sizesOf(defaults));
    expect(sizesOf({ ...defaults, seed: 2 })).not.toEqual(sizesOf(defaults));
    expect(Math.max(...sizesOf(defaults))).toBe(defaults.largest);
    expect(new Set(sizesOf({ ...defaults, largest: 1 }))).toEqual(new Set([1]));
  });

  it('does each file once, in the time that it takes there; of two copies one is given up', () => {
    for (const parameters of many) {
      const { pieces, sizes } = simulate(parameters);
      const done = pieces.filter(({ vain }) => !vain);
      expect(done.map(({ file }) => file).sort((a, b) => a - b)).toEqual([...sizes.keys()]);
      const off = done.filter(
        ({ file, worker, from, to }) =>
          Math.abs(to - from - sizes[file]! * (worker === 0 ? parameters.slow : 1)) > 1e-9,
      );
      expect(off).toEqual([]);
      for (const { file, to } of pieces.filter(({ vain }) => vain))
        expect(done.find((other) => other.file === file)!.to).toBe(to);
      if (parameters.way !== 'copies') expect(pieces).toHaveLength(sizes.length);
    }
  });

  it('gives a worker one file at a time, and no pause while there is something to take', () => {
    for (const parameters of many) {
      const { pieces } = simulate(parameters);
      for (let worker = 0; worker < parameters.workers; worker++)
        for (const [index, { from }] of byWorker(pieces, worker).entries())
          expect(from).toBeCloseTo(index === 0 ? 0 : byWorker(pieces, worker)[index - 1]!.to);
    }
  });

  it('accounts for all of the workers’ time: read, read in vain, idle', () => {
    for (const parameters of many) {
      const { pieces, makespan, idle, wasted } = simulate(parameters);
      const useful = sum(pieces.filter(({ vain }) => !vain).map(({ from, to }) => to - from));
      expect(useful + wasted + idle * parameters.workers * makespan).toBeCloseTo(parameters.workers * makespan);
      expect(idle).toBeGreaterThanOrEqual(-1e-9);
    }
  });

  it('is never done before the largest file is, nor before the work is divided evenly', () => {
    for (const parameters of many.map((one) => ({ ...one, slow: 1 }))) {
      const { makespan, sizes } = simulate(parameters);
      const floor = Math.max(...sizes, sum(sizes) / parameters.workers);
      expect(makespan).toBeGreaterThanOrEqual(floor - 1e-9);
    }
  });

  it('is by longest first no more than a third later than the best of all ways to share out', () => {
    const best = (sizes: readonly number[], loads: readonly number[]): number => {
      const [size, ...rest] = sizes;
      if (size === undefined) return Math.max(...loads);
      return Math.min(...loads.map((load, worker) => best(rest, loads.with(worker, load + size))));
    };
    for (const one of many.slice(0, 60)) {
      const parameters: Parameters = { ...one, files: 7, workers: 2 + (one.seed % 2), slow: 1, way: 'longest' };
      const { makespan, sizes } = simulate(parameters);
      const least = best(sizes, Array<number>(parameters.workers).fill(0));
      expect(makespan).toBeGreaterThanOrEqual(least);
      expect(makespan).toBeLessThanOrEqual((4 / 3) * least);
    }
  });

  it('takes with equal counts as long as with any other way where all is alike, and twice as long where one file is large', () => {
    for (const [way] of ways) {
      expect(simulate({ ...defaults, way, largest: 1 })).toMatchObject({ makespan: 6, bound: 6 });
    }
    expect(simulate(defaults).makespan / simulate(defaults).bound).toBe(2);
    expect(simulate({ ...defaults, way: 'taken' }).makespan).toBeLessThan(tolerance * simulate(defaults).bound);
  });

  it('has the makespans that the chapter counts for 1, 1, 1, 1, 1, 1 and 6', () => {
    // Found among seeds: those that make such files, with the large one last by name.
    const spans = (way: Parameters['way']): Set<number> => {
      const found = new Set<number>();
      for (let seed = 0; seed < 4000; seed++) {
        const parameters = { ...defaults, seed, files: 7, workers: 2, largest: 6, way };
        const sizes = sizesOf(parameters);
        if (sizes.at(-1) === 6 && sum(sizes) === 12) found.add(simulate(parameters).makespan);
      }
      return found;
    };
    expect([spans('taken'), spans('split'), spans('longest')]).toEqual([new Set([9]), new Set([9]), new Set([6])]);
  });

  it('gains by copies from a slow machine, and nothing from a large file', () => {
    for (const parameters of many.map((one) => ({ ...one, way: 'copies' as const }))) {
      const { makespan, bound, wasted } = simulate(parameters);
      expect(makespan).toBeLessThanOrEqual(bound);
      const equal = simulate({ ...parameters, slow: 1 });
      expect(equal.makespan).toBe(equal.bound);
      if (makespan < bound) expect(wasted).toBeGreaterThan(0);
    }
  });

  it('has goals that are not met at first, and each of which can be met', () => {
    expect(met({})).toEqual([false, false, false, false]);
    expect(met({ largest: 1 })).toEqual([true, false, false, false]);
    expect(met({ way: 'longest', workers: 5 })).toEqual([false, true, false, false]);
    expect(met({ way: 'copies' })).toEqual([false, false, true, false]);
    expect(met({ way: 'copies', slow: 3 })).toEqual([false, false, false, true]);
    // A slow machine is no way around the first.
    expect(met({ slow: 4 })[0]).toBe(false);
  });
});

describe('its drawing and its table', () => {
  it('tell the same as the words', () => {
    const run = simulate(defaults);
    expect(inWords(run)).toBe(
      '18 files, 61.5 min of work, 3 workers: the last is done after 42 min, 2.00 times what longest first takes. Workers are idle for 51\u00a0% of that time.',
    );
    expect(drawing(run)).toContain(inWords(run));
    expect(drawing(run).match(/class="phase invoke"/g)).toHaveLength(17);
    expect(drawing(run).match(/class="phase init"/g)).toHaveLength(1);
    expect(table(defaults)).toContain(
      '<th scope="row">fixed split, by name</th><td>42</td><td>2.00</td><td>51\u00a0%</td>',
    );
    expect(table(defaults).match(/<tr>/g)).toHaveLength(ways.length + 1);
  });

  it('show copies, and what they cost', () => {
    const run = simulate({ ...defaults, way: 'copies', slow: 3 });
    expect(drawing(run)).toContain('class="phase frozen"');
    expect(inWords(run)).toMatch(/min of work were for copies that came second\.$/);
  });
});
