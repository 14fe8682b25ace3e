import { describe, expect, it } from 'vitest';
import { choices, drawing, events, describe as inWords, merges, table } from './draw.ts';
import {
  defaults,
  goals,
  type Hour,
  healed,
  hour,
  isClaim,
  isCount,
  isCut,
  outcomes,
  type Parameters,
  rightInTheEnd,
  simulate,
  wishes,
} from './model.ts';

const many: Parameters[] = Array.from({ length: 180 }, (_, i) => ({
  seed: i,
  from: (i * 7) % hour,
  length: (i * 11) % 46,
  handles: choices[i % 2]![0],
  counts: choices[(i >> 1) % 2]![0],
  merge: merges[i % 3]![0],
}));

const simulated = (changed: Partial<Parameters>): Hour[] => many.map((one) => simulate({ ...one, ...changed }));
const met = (parameters: Partial<Parameters>): boolean[] =>
  goals.map((goal) => goal.met(simulate({ ...defaults, ...parameters })));

describe('the model of an hour', () => {
  it('is the same for the same seed, and has other wishes with another', () => {
    expect(simulate(defaults)).toEqual(simulate(defaults));
    expect(wishes(1)).not.toEqual(wishes(2));
  });

  it('gives each wish one outcome, and asks for the same whatever is chosen', () => {
    for (const { parameters, operations } of simulated({}))
      expect(operations.map(({ outcome, ...wish }) => wish)).toEqual(wishes(parameters.seed));
  });

  it('wants each handle at both sites, once at each', () => {
    for (const { seed } of many) {
      const claims = wishes(seed).filter(({ kind }) => kind === 'claim');
      for (const [index, { handle, site }] of claims.entries()) {
        const other = claims[index + (index % 2 === 0 ? 1 : -1)];
        if (other) expect([other.handle, other.site === site]).toEqual([handle, false]);
      }
    }
  });

  it('promises no handle twice where there is one store, whatever happens', () => {
    for (const result of simulated({ handles: 'store' })) {
      expect(result.twice).toBe(0);
      expect(outcomes(result, 'wrong', isClaim)).toBe(0);
    }
  });

  it('refuses nothing where each site answers by itself', () => {
    for (const result of simulated({ handles: 'copies', counts: 'copies' }))
      expect(outcomes(result, 'refused')).toBe(0);
  });

  it('refuses, where there is one store, at the side that is cut off from it, and nobody else', () => {
    for (const { parameters, operations } of simulated({ handles: 'store', counts: 'store' }))
      for (const { at, site, outcome } of operations)
        expect(outcome === 'refused').toBe(site === 'west' && isCut(parameters, at));
  });

  it('answers no count that is out of date where there is one store', () => {
    for (const result of simulated({ counts: 'store' })) expect(outcomes(result, 'wrong', isCount)).toBe(0);
  });

  it('costs nothing to choose either where nothing breaks', () => {
    for (const result of simulated({ length: 0 })) {
      expect(outcomes(result, 'done')).toBe(result.operations.length);
      expect(rightInTheEnd(result)).toBe(true);
    }
  });

  it('brings both sites to what is right, once the way is there again and sets are united', () => {
    for (const result of simulated({ counts: 'copies', merge: 'union' })) {
      const { from, length } = result.parameters;
      for (const { at, east, west, right } of result.minutes)
        if (at < from || at >= from + length) expect([east, west]).toEqual([right, right]);
    }
  });

  it('loses no message and counts none that was refused: what has come and is not read waits', () => {
    const whole = simulated({ length: 0, counts: 'copies', merge: 'union' });
    for (const { operations, minutes } of [...whole, ...simulated({ counts: 'store' })]) {
      let waiting = 0;
      for (const { kind } of operations.filter(({ outcome }) => outcome !== 'refused')) {
        if (kind === 'message') waiting++;
        if (kind === 'read' && waiting > 0) waiting--;
      }
      expect(minutes.at(-1)!.right).toBe(waiting);
    }
    for (const { operations, minutes } of simulated({ counts: 'copies' })) {
      const count = (of: string): number => operations.filter(({ kind }) => kind === of).length;
      expect(minutes.at(-1)!.right).toBeGreaterThanOrEqual(count('message') - count('read'));
      expect(minutes.at(-1)!.right).toBeLessThanOrEqual(count('message'));
    }
  });

  it('gets counts wrong for good in some hour with either way of bringing numbers together', () => {
    for (const merge of ['newest', 'add'] as const) {
      const results = simulated({ counts: 'copies', merge }).filter(healed);
      expect(results.some((result) => !rightInTheEnd(result))).toBe(true);
      expect(results.some(rightInTheEnd)).toBe(true);
    }
  });

  it('has goals that are not met at first, and each of which can be met', () => {
    expect(met({})).toEqual([false, false, false, false]);
    expect(met({ handles: 'copies' })).toEqual([true, false, false, false]);
    expect(met({ counts: 'copies' })).toEqual([false, true, false, false]);
    expect(met({ counts: 'copies', merge: 'newest' })).toEqual([false, false, true, false]);
    expect(met({ counts: 'copies', merge: 'add' })).toEqual([false, false, true, false]);
    const quiet = Array.from({ length: 55 }, (_, from) => met({ from, length: 5 })[3]);
    expect(quiet.some(Boolean)).toBe(true);
    expect(quiet.every(Boolean)).toBe(false);
    // No partition at all is no way around.
    expect(met({ length: 0, counts: 'copies' })).toEqual([false, false, false, false]);
  });
});

describe('its drawing, its list and its table', () => {
  it('tell the same as the words', () => {
    const result = simulate({ ...defaults, handles: 'copies', counts: 'copies', merge: 'add' });
    expect(inWords(simulate(defaults))).toContain('From 0:15 to 0:40 the sites are cut off from each other.');
    expect(inWords(result)).toMatch(
      /Refused: 0 claims of a handle, 0 requests about counts\..* promised to two people\./,
    );
    expect(drawing(result)).toContain(inWords(result));
    expect(events(result)).toContain('<strong>0:15</strong> The way between the sites breaks.');
    expect(events(result)).toContain('which the other site has promised to somebody else');
    expect(inWords(simulate({ ...defaults, length: 0 }))).toContain('holds all the time');
    expect(inWords(simulate({ ...defaults, from: 50 }))).toContain('before the way is mended');
  });

  it('draws a sign for each wish, and no line of the west while it says nothing', () => {
    const count = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;
    for (const parameters of many.slice(0, 60)) {
      const result = simulate(parameters);
      const drawn = drawing(result);
      expect(count(drawn, /M[\d.]+ \d+v1[26]/g) + count(drawn, /l8 8m-8 0l8-8/g)).toBe(result.operations.length);
    }
    const west = /class="mark dashed" fill="none" d="([^"]+)"/;
    expect(count(west.exec(drawing(simulate(defaults)))![1]!, /M/g)).toBe(2);
    expect(count(west.exec(drawing(simulate({ ...defaults, counts: 'copies' })))![1]!, /M/g)).toBe(1);
  });

  it('has a row for each choice, whatever is chosen now', () => {
    expect(table(defaults)).toContain('<th scope="row">handles, each site</th><td>0</td><td>2</td><td>2 with two</td>');
    expect(table(defaults).match(/<tr>/g)).toHaveLength(7);
    expect(table({ ...defaults, counts: 'copies', merge: 'add' })).toBe(table(defaults));
  });
});
