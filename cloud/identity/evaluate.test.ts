import { describe, expect, test } from 'vitest';
import type { ConditionKeys } from '../contract.ts';
import { RequestContext } from './context.ts';
import { compilePolicy, evaluate, evaluateResourcePolicy } from './evaluate.ts';
import type { Statement } from './policy.ts';

const documentOf = (Statement: readonly Statement[], Version = '2012-10-17') =>
  compilePolicy(JSON.stringify({ Version, Statement }));
const ask = (action: string, resource: string, keys: ConditionKeys = {}) => ({
  action,
  resource,
  context: new RequestContext(() => keys),
});
const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:Get*',
  Resource: 'arn:aws:s3:::inbox/*',
  ...more,
});

test.each([
  ['a wildcard in the action', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow()], 'allow'],
  ['without regard to case', 'S3:getobject', 'arn:aws:s3:::inbox/a', [allow()], 'allow'],
  ['another action', 's3:PutObject', 'arn:aws:s3:::inbox/a', [allow()], 'silent'],
  ['another resource', 's3:GetObject', 'arn:aws:s3:::outbox/a', [allow()], 'silent'],
  ['the bucket is not its objects', 's3:GetObject', 'arn:aws:s3:::inbox', [allow()], 'silent'],
  ['a deny wins', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow(), allow({ Effect: 'Deny' })], 'deny'],
  ['NotAction', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Action: undefined, NotAction: 's3:Put*' })], 'allow'],
  [
    'NotResource',
    's3:GetObject',
    'arn:aws:s3:::inbox/a',
    [allow({ Resource: undefined, NotResource: '*/b' })],
    'allow',
  ],
  ['one letter', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Resource: 'arn:aws:s3:::inbox/?' })], 'allow'],
  ['no resource', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Resource: undefined })], 'silent'],
  ['nothing at all', 's3:GetObject', 'arn:aws:s3:::inbox/a', [], 'silent'],
] as const)('%s', (_, action, resource, statements, verdict) => {
  expect(evaluate([documentOf(statements)], ask(action, resource))).toBe(verdict);
});

test('a resource’s policy may name no resource, or all but some', () => {
  const says = (more: Partial<Statement>) =>
    evaluateResourcePolicy(
      documentOf([allow({ Principal: { Service: 'sns.amazonaws.com' }, Resource: undefined, ...more })]),
      ask('s3:GetObject', 'arn:aws:s3:::inbox/a'),
      { service: 'sns.amazonaws.com' },
    );
  expect(says({})).toBe('allow');
  expect(says({ NotResource: '*/a' })).toBe('silent');
  expect(says({ NotResource: '*/b' })).toBe('allow');
});

test('a Deny on all but some spares those', () => {
  const deny = documentOf([{ Effect: 'Deny', NotPrincipal: { AWS: 'arn:aws:iam::1:user/ann' }, Action: 's3:*' }]);
  const of = (name: string) =>
    evaluateResourcePolicy(deny, ask('s3:GetObject', 'arn:aws:s3:::inbox/a'), {
      kind: 'user',
      accountId: '1',
      arn: `arn:aws:iam::1:user/${name}`,
      userId: name,
    });
  expect([of('ann'), of('bob')]).toEqual(['silent', 'deny']);
});

describe('variables', () => {
  const HOME = 'arn:aws:s3:::inbox/$' + '{aws:username}/*';
  const get = (key: string, keys: ConditionKeys) => ask('s3:GetObject', `arn:aws:s3:::inbox/${key}`, keys);

  test('stand for what the request has, literally', () => {
    const policy = [documentOf([allow({ Resource: HOME })])];
    expect(evaluate(policy, get('ann/a', { 'aws:username': 'ann' }))).toBe('allow');
    expect(evaluate(policy, get('bob/a', { 'aws:username': 'ann' }))).toBe('silent');
    expect(evaluate(policy, get('bob/a', { 'aws:username': '*' }))).toBe('silent');
    expect(evaluate(policy, get('*/a', { 'aws:username': '*' }))).toBe('allow');
  });

  test('without a value match nothing: of NotResource that excepts nothing', () => {
    const { Resource: _, ...rest } = allow();
    expect(evaluate([documentOf([allow({ Resource: HOME })])], get('ann/a', {}))).toBe('silent');
    expect(evaluate([documentOf([allow({ Effect: 'Deny', Resource: HOME })])], get('ann/a', {}))).toBe('silent');
    const but = documentOf([{ ...rest, Effect: 'Deny', NotResource: HOME }]);
    expect(evaluate([but], get('ann/a', { 'aws:username': 'ann' }))).toBe('silent');
    expect(evaluate([but], get('ann/a', {}))).toBe('deny');
  });

  test('are text in documents of the older version, and replace no part of an ARN before its fifth colon', () => {
    const ann = get('ann/a', { 'aws:username': 'ann' });
    expect(evaluate([documentOf([allow({ Resource: HOME })], '2008-10-17')], ann)).toBe('silent');
    const text = get('$' + '{aws:username}/a', { 'aws:username': 'ann' });
    expect(evaluate([documentOf([allow({ Resource: HOME })], '2008-10-17')], text)).toBe('allow');
    const early = 'arn:aws:sqs:us-east-1:$' + '{aws:PrincipalAccount}:jobs';
    const queue = ask('s3:GetObject', 'arn:aws:sqs:us-east-1:1:jobs', { 'aws:PrincipalAccount': '1' });
    expect(evaluate([documentOf([allow({ Resource: early })])], queue)).toBe('silent');
  });
});
