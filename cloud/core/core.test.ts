import { expect, test } from 'vitest';
import { createFaults, partiesOf } from './faults.ts';
import { createTargets } from './targets.ts';
import { createTrace } from './trace.ts';

const call = { accountId: '111111111111', service: 's3', operation: 'GetObject', resource: 'inbox/a.pdf' };

test('a fault hits its service, operation, resource and account, and nothing else', () => {
  const faults = createFaults();
  const effect = { kind: 'latency', ms: 10 } as const;
  faults.add({
    id: 'f',
    accountId: call.accountId,
    service: 's3',
    operation: 'GetObject',
    resource: 'inbox/*',
    effect,
  });
  expect(faults.match(call).map(({ id }) => id)).toEqual(['f']);
  for (const other of [
    { accountId: '222222222222' },
    { service: 'sqs' },
    { operation: 'PutObject' },
    { resource: 'outbox/a.pdf' },
  ]) {
    expect(faults.match({ ...call, ...other })).toEqual([]);
  }
});

test('the nth matching call is hit, once', () => {
  const faults = createFaults();
  faults.add({ id: 'second', service: 's3', nth: 2, effect: { kind: 'reset' } });
  expect([1, 2, 3].map(() => faults.match(call).length)).toEqual([0, 1, 0]);
});

test('a fault may meet one caller, or all whose ARN begins alike, at whichever service', () => {
  const faults = createFaults();
  const role = 'arn:aws:sts::111111111111:assumed-role/worker';
  faults.add({ id: 'all', service: '*', principal: `${role}/*`, nth: 3, effect: { kind: 'reset' } });
  faults.add({ id: 'one', service: '*', principal: `${role}/i-1`, effect: { kind: 'reset' } });
  const by = (principal: string | undefined, service: string) =>
    faults.match({ ...call, service, ...(principal ? { principal } : {}) }).map(({ id }) => id);
  expect(by(`${role}/i-1`, 's3')).toEqual(['one']);
  expect(by(`${role}-2/i-1`, 's3')).toEqual([]);
  expect(by(undefined, 's3')).toEqual([]);
  expect(by(`${role}/i-2`, 'ec2')).toEqual([]);
  expect(by(`${role}/i-2`, 's3')).toEqual(['all']);
});

test('a fault may meet the calls between two parties, one way or both', () => {
  const faults = createFaults();
  const arn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;
  const met = (from: string, to: string) => {
    const about = { accountId: '111111111111', service: 'lambda', operation: 'Invoke', resource: to };
    const parties = partiesOf(about, 'us-east-1', [undefined, 'arn:aws:iam::111111111111:role/all', arn(from)]);
    return faults.match({ ...about, parties }).map(({ id }) => id);
  };
  const effect = { kind: 'hang' } as const;
  faults.add({ id: 'one', service: '*', between: { from: arn('feed'), to: arn('chat') }, effect });
  faults.add({ id: 'both', service: '*', between: { from: arn('feed'), to: 'ch*', bothWays: true }, effect });
  faults.add({
    id: 'role',
    service: 's3',
    between: { from: 'arn:aws:iam::111111111111:role/*', to: 'lambda' },
    effect,
  });
  expect([met('feed', 'chat'), met('chat', 'feed'), met('feed', 'other'), met('other', 'chat')]).toEqual([
    ['one', 'both'],
    [],
    [],
    [],
  ]);
  faults.add({ id: 'arns', service: '*', between: { from: arn('feed'), to: arn('chat'), bothWays: true }, effect });
  expect(met('chat', 'feed')).toEqual(['arns']);
  expect(faults.match(call)).toEqual([]);
});

test('clearing one account leaves the faults of the others', () => {
  const faults = createFaults();
  faults.add({ id: 'mine', accountId: '111111111111', service: 's3', effect: { kind: 'reset' } });
  faults.add({ id: 'theirs', accountId: '222222222222', service: 's3', effect: { kind: 'reset' } });
  faults.clear('111111111111');
  expect(faults.match(call)).toEqual([]);
  expect(faults.match({ ...call, accountId: '222222222222' })).toHaveLength(1);
});

test('trace entries are numbered, stamped and amended; detail is merged', () => {
  const trace = createTrace({ now: () => 42 });
  const id = trace.add({ kind: 'call', ...call, detail: { a: 1 } });
  trace.amend(id, { error: 'NoSuchKey', detail: { b: 2 } });
  expect(trace.entries(call.accountId)).toEqual([
    { id: 1, time: 42, kind: 'call', ...call, error: 'NoSuchKey', detail: { a: 1, b: 2 } },
  ]);
  trace.reset(call.accountId);
  expect(trace.entries()).toEqual([]);
});

test('a delivery to a service that is not built is refused by name', () => {
  expect(() => createTargets().get('arn:aws:sns:us-east-1:111111111111:topic')).toThrow(/sns/);
});
