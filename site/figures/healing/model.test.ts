import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { drawing, events, describe as inWords, table } from './draw.ts';
import {
  advance,
  alive,
  type Blow,
  begin,
  complete,
  count,
  defaults,
  goals,
  type Parameters,
  perBunch,
  type State,
  scenario,
  strike,
} from './model.ts';

const met = (state: State): boolean[] => goals.map((goal) => goal.met(state));
const blows: readonly Blow[] = ['kill', 'freeze', 'thaw'];

/** States of a run in which workers are struck at random, until nothing more is left to do or a long time is over. */
function* struck(seed: number, changes: Partial<Parameters> = {}): Generator<State> {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const parameters = { ...defaults, seed, lease: 9 + Math.floor(random() * 60), ...changes };
  let state = begin(seed);
  for (let step = 0; step < 40; step++) {
    state = advance(state, parameters, 1 + Math.floor(random() * 20));
    yield state;
    if (random() < 0.4) state = strike(state, pick(state.workers).name, pick(blows));
  }
  // Left alone, whoever is frozen stays so.
  yield advance(state, parameters, 1200);
}

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

describe('the model of workers that die', () => {
  it('comes to the same whatever the size of its steps, and has other files with another seed', () => {
    const once = advance(begin(1), defaults, 200);
    let small = begin(1);
    for (let step = 0; step < 200; step++) small = advance(small, defaults, 1);
    expect(small).toEqual(once);
    expect(begin(2).files).not.toEqual(begin(1).files);
  });

  it('has every file committed once in the end, by one who has read it, whoever dies and whenever', () => {
    for (const seed of seeds) {
      let last = begin(seed);
      for (const state of struck(seed)) {
        const done = state.files.filter((file) => file.done);
        expect(done.filter(({ readers, done }) => !readers.includes(done!.by))).toEqual([]);
        // What is done stays as it is.
        const before = last.files.flatMap((file) => file.done ?? []);
        expect(done.flatMap((file) => file.done!)).toEqual(expect.arrayContaining(before));
        last = state;
      }
      expect(complete(last), `seed ${seed}`).toBe(true);
      expect(last.overwritten).toBe(0);
      expect(last.marks.filter(({ kind }) => kind === 'commit')).toHaveLength(last.files.length);
    }
  });

  it('reads a file again for a death or a pause alone: each reading ends in a commit, in a late one, or with its worker', () => {
    for (const seed of seeds) {
      for (const state of struck(seed)) {
        const { readings } = count(state);
        const on = state.workers.filter(({ job }) => job !== undefined).length;
        expect(readings).toBe(state.marks.length + on);
        expect(state.marks.filter(({ kind }) => kind === 'late')).toHaveLength(state.refused);
      }
    }
    const calm = advance(begin(1), { ...defaults, stale: 180 }, 200);
    expect(count(calm)).toEqual({ committed: calm.files.length, readings: calm.files.length });
  });

  it('gives a bunch a new token with each holder, and never to two at a time who could both extend', () => {
    for (const seed of seeds) {
      let before: State['leases'] = [];
      for (const state of struck(seed)) {
        for (const [bunch, lease] of state.leases.entries()) {
          const old = before[bunch];
          if (old) expect(lease!.token).toBeGreaterThanOrEqual(old.token);
          if (old && lease!.token === old.token) expect(lease!.holder).toBe(old.holder);
          const owners = state.workers.filter(
            (one) => alive(one) && one.job?.bunch === bunch && one.job.token === lease?.token,
          );
          expect(owners.length).toBeLessThanOrEqual(1);
        }
        before = state.leases;
      }
    }
  });

  it('gives the work of the dead to another when the lease has run out, and not before', () => {
    let state = strike(advance(begin(defaults.seed), defaults, 12), 'A', 'kill');
    const { until } = state.leases[0]!;
    while (state.leases[0]!.token === 1) state = advance(state, defaults, 1);
    expect(state.now).toBeGreaterThanOrEqual(until);
    expect(state.files.slice(0, perBunch).flatMap(({ readers }) => readers)[0]).toBe('A');
  });

  it('replaces whoever was silent for too long, the dead and the living, and nobody when all is done', () => {
    let dead = begin(1);
    for (const name of 'ABC') dead = strike(dead, name, 'kill');
    dead = advance(dead, defaults, 600);
    expect(dead.workers.map(({ name, life }) => name + life).slice(0, 3)).toEqual([
      'Areplaced',
      'Breplaced',
      'Creplaced',
    ]);
    expect(complete(dead)).toBe(true);
    const { length } = dead.workers;
    expect(advance(dead, defaults, 600).workers).toHaveLength(length);
    expect(advance(begin(defaults.seed), { ...defaults, stale: 10 }, 200).mistaken).toBeGreaterThan(0);
  });

  it('does not thaw what is not frozen, and does nothing to the dead', () => {
    const state = begin(1);
    expect(strike(state, 'A', 'thaw')).toBe(state);
    const dead = strike(state, 'A', 'kill');
    for (const blow of blows) expect(strike(dead, 'A', blow)).toBe(dead);
    const frozen = strike(state, 'A', 'freeze');
    expect(strike(frozen, 'A', 'freeze')).toBe(frozen);
    expect(strike(frozen, 'Z', 'kill')).toBe(frozen);
  });

  it('has goals that are not met at first, nor when nobody is struck, and each of which can be met', () => {
    expect(met(begin(defaults.seed))).toEqual([false, false, false, false]);
    expect(met(advance(begin(defaults.seed), defaults, 400))).toEqual([false, false, false, false]);
    const back = (changes: Partial<Parameters>): State => {
      const parameters = { ...defaults, ...changes };
      const frozen = strike(advance(begin(defaults.seed), parameters, 25), 'B', 'freeze');
      return advance(strike(advance(frozen, parameters, 85), 'B', 'thaw'), parameters, 60);
    };
    expect(met(back({ stale: 180 }))).toEqual([false, true, false, false]);
    expect(met(back({ stale: 180, conditional: false }))).toEqual([false, false, true, false]);
    const two = strike(strike(advance(begin(defaults.seed), defaults, 12), 'A', 'kill'), 'B', 'kill');
    expect(met(advance(two, defaults, 400))).toEqual([true, false, false, false]);
    expect(met(advance(begin(defaults.seed), { ...defaults, stale: 10 }, 200))[3]).toBe(true);
  });
});

describe('its drawing, its list and its table', () => {
  it('tell the same as the words', () => {
    const state = scenario();
    expect(inWords(state)).toBe(
      '3:00: 12 of 12 files are committed, 14 readings were begun, 1 late commit was refused. B ended, C ended, D ended.',
    );
    expect(drawing(state)).toContain(inWords(state));
    expect(table(state).match(/<tr>/g)).toHaveLength(state.files.length + 1);
    expect(table(state)).toContain('<th scope="row">2y</th><td>B, C</td><td>C</td><td>1:46</td>');
    expect(events(advance(scenario(), defaults, 1))).toContain('B commits 4z.');
    expect(events(begin(1))).toContain('Nothing has happened yet.');
  });

  it('show each file and each lease, and of the workers those that came last', () => {
    const first = drawing(begin(1));
    expect(first.match(/class="box still"/g)).toHaveLength(12);
    expect(first.match(/>free</g)).toHaveLength(4);
    const long = advance(begin(5), { ...defaults, stale: 10 }, 70);
    expect(long.workers.length).toBeGreaterThan(3);
    for (const one of long.workers.slice(-6)) expect(drawing(long)).toContain(`>${one.name}</tspan>`);
  });
});
