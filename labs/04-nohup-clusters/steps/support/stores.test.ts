import { expect, test } from 'vitest';
import { wasMade } from './stores.ts';

const deadly = new Set(['kill-before']);

test.each([
  ['a call', {}, true],
  ['one that was refused', { error: 'PreconditionFailed' }, false],
  ['one whose caller died before it', { fault: 'kill-before' }, false],
  ['one whose caller died after it', { fault: 'kill-after' }, true],
  ['one that was slow', { fault: 'latency' }, true],
])('%s: was it made?', (_, call, expected) => {
  expect(wasMade(call, deadly)).toBe(expected);
});
