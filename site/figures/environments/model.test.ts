import { describe, expect, it } from 'vitest';
import { drawing, nameOf, table } from './draw.ts';
import { defaults, goals, describe as inWords, type Parameters, simulate } from './model.ts';

const many: Parameters[] = Array.from({ length: 200 }, (_, i) => ({
  seed: i,
  requests: 1 + (i % 20),
  work: 0.5 + (i % 17),
  init: 0.5 + (i % 5),
  idle: 1 + (i % 60),
}));

describe('the model of execution environments', () => {
  it('gives the same minute for the same seed, another for another', () => {
    expect(simulate(defaults)).toEqual(simulate(defaults));
    expect(simulate({ ...defaults, seed: 4 })).not.toEqual(simulate(defaults));
  });

  it('serves every request once, each environment one at a time', () => {
    for (const parameters of many) {
      const { requests, environments } = simulate(parameters);
      expect(requests).toHaveLength(parameters.requests);
      expect(environments.flatMap((one) => one.phases.filter((phase) => phase.kind === 'invoke'))).toHaveLength(
        parameters.requests,
      );
      for (const { phases } of environments) {
        for (const [index, phase] of phases.entries()) {
          expect(phase.to).toBeGreaterThan(phase.from);
          if (index > 0) expect(phase.from).toBeCloseTo(phases[index - 1]!.to);
        }
      }
    }
  });

  it('starts an environment for each cold start, and never fewer than are needed at once', () => {
    for (const parameters of many) {
      const { requests, environments, atOnce } = simulate(parameters);
      expect(requests.filter((request) => request.cold)).toHaveLength(environments.length);
      expect(environments.length).toBeGreaterThanOrEqual(atOnce);
    }
  });

  it('starts a new one only when none is free and kept', () => {
    for (const parameters of many) {
      const { requests } = simulate(parameters);
      for (const cold of requests.filter((request) => request.cold)) {
        const before = requests.slice(0, requests.indexOf(cold));
        const last = new Map(before.map((request) => [request.environment, request.end]));
        for (const free of last.values()) expect(free <= cold.at && cold.at - free < parameters.idle).toBe(false);
      }
    }
  });

  it('lets only cold starts wait, for INIT', () => {
    for (const parameters of many) {
      for (const { cold, at, start } of simulate(parameters).requests)
        expect(start - at).toBeCloseTo(cold ? parameters.init : 0);
    }
  });

  it('has goals that are not met at first and that the knobs can meet', () => {
    expect(goals.map((goal) => goal.met(simulate(defaults)))).toEqual(goals.map(() => false));
    const single = simulate({ ...defaults, requests: 5, work: 0.5, init: 0.5, idle: 60 });
    const cold = simulate({ ...defaults, requests: 5, work: 20, idle: 1 });
    expect(goals[0]!.met(single)).toBe(true);
    expect(goals[1]!.met(cold)).toBe(true);
  });
});

describe('its drawing and its table', () => {
  it('tell the same as the words', () => {
    const result = simulate(defaults);
    expect(drawing(result)).toContain(inWords(result));
    expect(table(result).match(/<tr>/g)).toHaveLength(defaults.requests + 1);
    expect(drawing(result).match(/class="phase invoke"/g)!.length).toBe(defaults.requests + 1);
  });

  it('names environments by letters', () => {
    expect([0, 25, 26, 51, 52].map(nameOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA']);
  });
});
