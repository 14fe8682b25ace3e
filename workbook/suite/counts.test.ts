import { expect, test } from 'vitest';
import { add, line, none, read } from './counts.ts';

test('reads the closing line of a stage', () => {
  expect(read('noise\n1 passed, 9 failed, 0 skipped\nmore\n12 passed, 0 failed, 3 skipped\n')).toEqual({
    passed: 12,
    failed: 0,
    skipped: 3,
  });
});

test('a stage that died before its closing line has no counts', () => {
  expect(read('12 passed, 0 failed, 3 skipped\nError: boom')).toBeUndefined();
  expect(read('')).toBeUndefined();
});

test('adds up and prints what it reads', () => {
  const sum = add(add(none, { passed: 1, failed: 2, skipped: 3 }), { passed: 4, failed: 0, skipped: 0 });
  expect(read(line(sum))).toEqual({ passed: 5, failed: 2, skipped: 3 });
});
