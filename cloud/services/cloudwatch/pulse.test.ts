import { expect, test } from 'vitest';
import type { Clock, Millis, Timer } from '../../contract.ts';
import { Pulse } from './pulse.ts';

const MINUTE = 60_000;

/** A clock that shows its timers, and runs them when it is told to. */
function clockOfTests() {
  let now = 0;
  const timers = new Set<{ due: Millis; run: () => void | Promise<void> }>();
  return {
    timers,
    now: () => now,
    at: (due: Millis, run: () => void | Promise<void>): Timer => {
      const timer = { due, run };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    to(time: Millis) {
      for (;;) {
        const next = [...timers].sort((left, right) => left.due - right.due)[0];
        if (!next || next.due > time) break;
        timers.delete(next);
        now = next.due;
        void next.run();
      }
      now = time;
    },
  };
}

test('who sleeps has no timer; who wakes is called at the next full minute, and then when it asks to be', () => {
  const clock = clockOfTests();
  const pulse = new Pulse(clock as unknown as Clock);
  const seen: Millis[] = [];
  const beat = pulse.join(MINUTE, (edge) => [edge + MINUTE, edge + 30 * MINUTE][seen.push(edge) - 1]);
  expect(clock.timers.size).toBe(0);
  clock.to(90_000);
  beat.wake();
  beat.wake();
  expect(clock.timers.size).toBe(1);
  clock.to(60 * MINUTE);
  expect(seen).toEqual([2 * MINUTE, 3 * MINUTE, 33 * MINUTE]);
  expect(clock.timers.size).toBe(0);
});

test('who has asked for a later edge may be woken for the next one', () => {
  const clock = clockOfTests();
  const pulse = new Pulse(clock as unknown as Clock);
  const seen: Millis[] = [];
  const beat = pulse.join(MINUTE, (edge) => (seen.push(edge) < 2 ? edge + 1000 * MINUTE : undefined));
  beat.wake();
  clock.to(90_000);
  beat.wake();
  clock.to(2000 * MINUTE);
  expect(seen).toEqual([MINUTE, 2 * MINUTE]);
});

test('who is woken by what it does itself is called at the next edge', () => {
  const clock = clockOfTests();
  const pulse = new Pulse(clock as unknown as Clock);
  const seen: Millis[] = [];
  const beat = pulse.join(MINUTE, (edge) => {
    if (seen.push(edge) === 1) beat.wake();
    return undefined;
  });
  beat.wake();
  clock.to(10 * MINUTE);
  expect(seen).toEqual([MINUTE, 2 * MINUTE]);
});

test('each keeps its own measure, on one timer; who has stopped is called no more', () => {
  const clock = clockOfTests();
  const pulse = new Pulse(clock as unknown as Clock);
  const seen: string[] = [];
  const beats = (
    [
      ['seconds', 10_000],
      ['minutes', MINUTE],
    ] as const
  ).map(([name, every]) =>
    pulse.join(every, (edge) => {
      seen.push(`${name} ${edge / 1000}`);
      return edge + every;
    }),
  );
  for (const beat of beats) beat.wake();
  expect(clock.timers.size).toBe(1);
  clock.to(MINUTE);
  expect(seen.slice(-2)).toEqual(['seconds 60', 'minutes 60']);
  for (const beat of beats) beat.stop();
  clock.to(60 * MINUTE);
  expect(seen).toHaveLength(7);
});
