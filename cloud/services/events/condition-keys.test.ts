/** Condition keys: of events, of patterns, of targets. */
import * as eb from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
import { refusal } from '../../testing.ts';
import { aws, queueArn, rule, SHOP, useCloud } from './testing.ts';

useCloud();

const allow = (Action: string, Condition: NonNullable<Statement['Condition']>): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Condition,
});
let roles = 0;
async function as(...statements: Statement[]): Promise<eb.EventBridgeClient> {
  const arn = await aws.role(`role${++roles}`, ...statements);
  const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(arn, 's', 900);
  return aws.as(credentials).events;
}
/** What becomes of a call: `yes`, or the error's name. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'yes',
    (error: Error) => error.name,
  );
const DENIED = 'AccessDeniedException';
const entry = (Source: string, DetailType = 'Order') => ({ Source, DetailType, Detail: '{}' });

test('events are published one by one, as their sources and detail types are allowed', async () => {
  const events = await as(
    allow('events:PutEvents', {
      StringEquals: { 'events:source': 'shop', 'events:detail-type': ['Order', 'Refund'] },
      Bool: { 'events:eventBusInvocation': 'false' },
    }),
  );
  const put = (...Entries: eb.PutEventsRequestEntry[]) => events.send(new eb.PutEventsCommand({ Entries }));
  expect((await put(entry('shop'), entry('shop', 'Refund'))).FailedEntryCount).toBe(0);
  const { FailedEntryCount, Entries } = await put(entry('shop'), entry('bank'), entry('shop', 'Theft'));
  expect(FailedEntryCount).toBe(2);
  expect(Entries!.map(({ EventId, ErrorCode }) => (EventId ? 'yes' : ErrorCode))).toEqual(['yes', DENIED, DENIED]);
  expect(await refusal(put(entry('bank'), entry('shop', 'Theft')))).toMatchObject({
    name: DENIED,
    message: expect.stringContaining('is not authorized to perform: events:PutEvents on resource: '),
  });
});

/** The tables of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html, but for one line. */
test.each<[NonNullable<Statement['Condition']>, object, boolean]>([
  [{ StringEquals: { 'events:source': 'aws.ec2' } }, { source: ['aws.ec2'] }, true],
  [{ StringEquals: { 'events:source': 'aws.ec2' } }, { source: ['aws.ec2', 'aws.s3'] }, false],
  [{ StringEquals: { 'events:source': 'aws.ec2' } }, { source: ['aws.ec2'], 'detail-type': ['State'] }, true],
  [{ StringEquals: { 'events:source': 'aws.ec2' } }, { 'detail-type': ['State'] }, false],
  [{ StringEquals: { 'events:source': 'aws.ec2' } }, { source: [{ prefix: 'aws.' }] }, false],
  [{ StringEquals: { 'events:source': ['aws.ec2', 'aws.ecs'] } }, { source: ['aws.ecs'] }, true],
  [{ StringEquals: { 'events:source': ['aws.ec2', 'aws.ecs'] } }, { source: ['aws.s3'] }, false],
  [{ StringEquals: { 'events:source': 'a', 'events:detail-type': 'x' } }, { source: ['a'] }, false],
  [
    { StringEquals: { 'events:source': 'a', 'events:detail-type': 'x' } },
    { source: ['a'], 'detail-type': ['x'] },
    true,
  ],
  [
    { StringEquals: { 'events:source': 'a', 'events:detail-type': 'x' } },
    { source: ['a'], 'detail-type': ['x', 'y'] },
    false,
  ],
  [{ Null: { 'events:source': 'false' } }, { source: ['aws.ecs', 'aws.ec2'] }, true],
  [{ Null: { 'events:source': 'false' } }, { 'detail-type': ['State'] }, false],
  [{ StringEquals: { 'events:detail.service': 'ABUSE' } }, { detail: { service: ['ABUSE'] } }, true],
  [{ StringEquals: { 'events:detail.service': 'ABUSE' } }, { detail: { service: ['EC2'] } }, false],
  [
    { StringEquals: { 'events:detail.userIdentity.principalId': ['me'] } },
    { detail: { userIdentity: { principalId: ['me'] } } },
    true,
  ],
])('PutRule under %j, of %j: %s', async (condition, pattern, allowed) => {
  const events = await as(allow('events:PutRule', condition));
  const put = new eb.PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify(pattern) });
  expect(await outcome(events.send(put))).toBe(allowed ? 'yes' : DENIED);
});

test('who may make rules of all sources but one may not have it among others', async () => {
  const events = await as(
    { Effect: 'Allow', Action: 'events:PutRule', Resource: '*' },
    { ...allow('events:PutRule', { StringEquals: { 'events:source': 'aws.ec2' } }), Effect: 'Deny' },
  );
  const put = (...source: string[]) =>
    outcome(events.send(new eb.PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify({ source }) })));
  expect([await put('aws.s3'), await put('aws.s3', 'aws.ec2')]).toEqual(['yes', DENIED]);
});

test('targets are allowed by their ARN, each of them', async () => {
  await rule('one', SHOP);
  const events = await as(allow('events:PutTargets', { ArnLike: { 'events:TargetArn': 'arn:aws:sqs:*:*:in*' } }));
  const put = (...queues: string[]) => {
    const Targets = queues.map((name) => ({ Id: name, Arn: queueArn(name) }));
    return outcome(events.send(new eb.PutTargetsCommand({ Rule: 'one', Targets })));
  };
  expect([await put('inbox'), await put('outbox'), await put('inbox', 'outbox')]).toEqual(['yes', DENIED, DENIED]);
});

test('a rule that is there tells which account has made it; a new one has no creator yet', async () => {
  await rule('one', SHOP);
  const own = { StringEquals: { 'events:creatorAccount': aws.accountId } };
  const events = await as(allow('events:DescribeRule', own), allow('events:PutRule', own));
  expect(await outcome(events.send(new eb.DescribeRuleCommand({ Name: 'one' })))).toBe('yes');
  expect(await outcome(events.send(new eb.PutRuleCommand({ Name: 'one', ...SHOP })))).toBe('yes');
  expect(await outcome(events.send(new eb.PutRuleCommand({ Name: 'two', ...SHOP })))).toBe(DENIED);
});
