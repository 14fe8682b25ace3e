import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawing, events, table, ways } from './draw.ts';
import {
  chainedLongest,
  defaults,
  failed,
  goals,
  describe as inWords,
  lengthText,
  longest,
  night,
  type Parameters,
  refusesAt,
  refusing,
  simulate,
} from './model.ts';

const many: Parameters[] = Array.from({ length: 400 }, (_, i) => ({
  seed: i,
  chained: i % 3 === 0,
  length: 15 * (1 + (i % 13)),
  way: ways[i % 4]![0],
  margin: 5 * (1 + (i % 9)),
  outage: (i * 7) % night,
}));

const met = (parameters: Partial<Parameters>): boolean[] =>
  goals.map((goal) => goal.met(simulate({ ...defaults, ...parameters })));

describe('the model of a night', () => {
  it('is the same for the same seed, and has other calls with another', () => {
    expect(simulate(defaults)).toEqual(simulate(defaults));
    expect(simulate({ ...defaults, seed: 4 }).calls).not.toEqual(simulate(defaults).calls);
  });

  it('has the ceilings that the dated facts have', () => {
    const { facts } = JSON.parse(readFileSync(new URL('../../../chapters/facts.json', import.meta.url), 'utf8')) as {
      facts: readonly { readonly id: string; readonly value: number }[];
    };
    const hours = (id: string) => facts.find((fact) => fact.id === id)!.value;
    expect(longest).toBe(hours('sts.session.max') * 60);
    expect(chainedLongest).toBe(hours('sts.chained.max') * 60);
  });

  it('makes each call at its time, whatever becomes of it, a few minutes after the last one', () => {
    for (const parameters of many) {
      const { calls } = simulate(parameters);
      expect(calls.map(({ at }) => at)).toEqual(
        simulate({ ...defaults, seed: parameters.seed }).calls.map(({ at }) => at),
      );
      for (const [index, { at }] of calls.entries())
        expect([4, 5, 6]).toContain(index === 0 ? 4 : at - calls[index - 1]!.at);
      expect(night - calls.at(-1)!.at).toBeLessThan(6);
    }
  });

  it('does a call with keys that hold, and no other', () => {
    for (const parameters of many) {
      const { calls, sessions } = simulate(parameters);
      for (const { at, outcome } of calls) {
        const held = sessions.some(({ from, to }) => from <= at && at < to);
        if (outcome === 'done') expect(held).toBe(true);
        if (outcome === 'expired') expect(sessions.findLast(({ from }) => from < at)!.to).toBeLessThanOrEqual(at);
        if (parameters.way !== 'eager' && outcome === 'without') expect(held).toBe(false);
      }
    }
  });

  it('gives a session for each question that is granted, none while STS refuses, none over the ceiling', () => {
    for (const parameters of many) {
      const { asks, sessions } = simulate(parameters);
      expect(sessions.map(({ from }) => from)).toEqual(asks.filter(({ granted }) => granted).map(({ at }) => at));
      for (const { from, to } of sessions) {
        expect(refusesAt(parameters, from)).toBe(false);
        expect(to - from).toBeLessThanOrEqual(parameters.chained ? chainedLongest : longest);
      }
    }
  });

  it('never makes a call with expired keys for who renews ahead, and asks once for who copies', () => {
    for (const parameters of many) {
      const ahead = simulate({ ...parameters, way: 'ahead' });
      expect(ahead.calls.filter(({ outcome }) => outcome === 'expired')).toEqual([]);
      expect(failed(ahead).length).toBeLessThanOrEqual(failed(simulate({ ...parameters, way: 'eager' })).length);
      expect(simulate({ ...parameters, way: 'copied' }).asks).toHaveLength(1);
    }
  });

  it('loses no call when it renews ahead by as long as STS refuses and a pause between calls, on whatever night', () => {
    const unharmed = (seed: number, margin: number) => met({ seed, way: 'ahead', margin })[3];
    const seeds = Array.from({ length: 60 }, (_, seed) => seed);
    for (const seed of seeds) expect(unharmed(seed, refusing + 5), `seed ${seed}`).toBe(true);
    expect(seeds.some((seed) => !unharmed(seed, refusing))).toBe(true);
    expect(seeds.some((seed) => unharmed(seed, refusing - 5))).toBe(false);
    expect(unharmed(defaults.seed, refusing)).toBe(false);
  });

  it('has goals that are not met at first, and each of which can be met', () => {
    expect(met({})).toEqual([false, false, false, false]);
    expect(met({ length: 75 })).toEqual([true, false, false, false]);
    expect(met({ chained: false, length: 240 })).toEqual([false, true, false, false]);
    expect(met({ way: 'ahead', margin: 10, outage: 50 })).toEqual([false, false, true, false]);
    expect(met({ way: 'ahead' })).toEqual([false, false, false, true]);
    // Neither a session that ends soon nor one that is refused is a way around.
    expect(met({ way: 'eager', margin: 45 })[3]).toBe(false);
    expect(met({ way: 'ahead', length: 75 })).toEqual([true, false, false, false]);
  });
});

describe('its drawing, its list and its table', () => {
  it('tell the same as the words', () => {
    const result = simulate(defaults);
    expect(inWords(result)).toBe(
      '24 of 37 calls fail. The first is that of 1:02: ExpiredToken, as the keys ended at 1:00. STS was asked 1 time.',
    );
    expect(drawing(result)).toContain(inWords(result));
    expect(drawing(result)).toContain('1:02 ExpiredToken');
    expect(table(defaults)).toContain(
      '<th scope="row">copies its keys once</th><td>1:02 ExpiredToken</td><td>24 of 37</td><td>1</td>',
    );
    expect(events(result)).toContain('<strong>1:02</strong> A call fails: ExpiredToken.');
  });

  it('say why there are no keys: a length that is not allowed, an outage, a program that gives up', () => {
    const said = (parameters: Partial<Parameters>) => inWords(simulate({ ...defaults, ...parameters }));
    expect(said({ length: 75 })).toContain('STS refuses a session of 1 h 15 min');
    expect(said({ way: 'eager' })).toContain('with keys in its hand that hold until 1:00');
    expect(said({ way: 'ahead', margin: 10, outage: 50 })).toContain('ended at 1:00, and STS refuses to give new ones');
    expect(said({ way: 'ahead' })).toMatch(/^All 37 calls are done\./);
  });

  it('list causes before what they cause, and no more than a few', () => {
    const late = events(simulate({ ...defaults, way: 'refused' }));
    expect(late.indexOf('A call fails')).toBeLessThan(late.indexOf('hold until 2:02'));
    expect(events(simulate({ ...defaults, way: 'ahead', length: 15 }))).toMatch(/And \d+ more such moments\./);
    expect([60, 15, 75].map(lengthText)).toEqual(['1 h', '15 min', '1 h 15 min']);
  });
});
