import { expect, test } from 'vitest';
import type { TraceEntry } from '../../cloud/contract.ts';
import { lastCall } from './last-call.ts';

const account = { accountId: '111122223333', service: 'sqs' } as const;
const start = (id: number, time: number): TraceEntry => ({
  ...account,
  id,
  time,
  kind: 'hop',
  service: 'cloud',
  operation: 'RunScript',
});
const call = (operation: string, time: number, more: Partial<TraceEntry>): TraceEntry => ({
  ...account,
  id: 100 + time,
  time,
  kind: 'call',
  operation,
  ...more,
});

test('a script that waits for ever is told by its own last call, whoever has called since', () => {
  const trace = [
    start(1, 0),
    call('SendMessage', 500, { cause: 1 }),
    start(2, 1000),
    call('CreateQueue', 1000, { cause: 2 }),
    call('ReceiveMessage', 3500, { cause: 2, resource: 'letters' }),
    call('PutMetricData', 9000, { cause: 3 }),
    call('ListQueues', 9500, {}),
  ];
  expect(lastCall(trace)).toBe('Its last call was sqs ReceiveMessage of letters, 2.5 s after it began.');
});

test('what a refused call was refused for is told', () => {
  const trace = [start(1, 0), call('ReceiveMessage', 0, { cause: 1, error: 'AccessDenied' })];
  expect(lastCall(trace)).toBe('Its last call was sqs ReceiveMessage, 0 s after it began: AccessDenied.');
});

test('so is one that never got as far as a call', () => {
  expect(lastCall([start(1, 0), call('ListQueues', 0, {})])).toBe('It had made no call.');
});
