import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProcessEntry } from './process-tree.ts';
import { watchStuck } from './stuck.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const entry: ProcessEntry = { pid: 1, parent: 0, state: 'S', command: 'node', cpu: 1, threads: 1, memory: 0 };
/** Looks for so many milliseconds at a tree of one process, and tells whether it was stuck at the end. */
function look(stuck: () => boolean, ms: number, every = 100): boolean {
  let last = false;
  for (let passed = 0; passed < ms; passed += every) {
    vi.advanceTimersByTime(every);
    last = stuck();
  }
  return last;
}

test('who does nothing for long is stuck, until it does something', () => {
  let cpu = 1;
  const stuck = watchStuck(() => [{ ...entry, cpu }], 5000);
  expect(look(stuck, 5000)).toBe(false);
  expect(look(stuck, 500)).toBe(true);
  cpu += 0.01;
  expect(look(stuck, 100)).toBe(false);
  expect(look(stuck, 5500)).toBe(true);
});

test.each(['R', 'D'])('who waits for the machine, in state %s, is not', (state) => {
  expect(
    look(
      watchStuck(() => [{ ...entry, state }], 5000),
      20_000,
    ),
  ).toBe(false);
});

test('nobody is who has not been looked at', () => {
  const stuck = watchStuck(() => [entry], 5000);
  expect(look(stuck, 60_000, 2000)).toBe(false);
  expect(look(stuck, 6000)).toBe(true);
  // What is known stays known.
  expect(look(stuck, 10_000, 5000)).toBe(true);
});

test('where the kernel shows nothing, nothing is known', () => {
  expect(
    look(
      watchStuck(() => [], 5000),
      20_000,
    ),
  ).toBe(false);
});
