import * as iam from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../testing.ts';
import { evaluate, parsePolicy, type Statement } from './policy.ts';

describe('policies', () => {
  const allows = (action: string, resource: string, statements: Statement[], context: Record<string, string> = {}) =>
    evaluate([{ Statement: statements }], { action, resource, context }) === 'allow';
  const allow = (more: Partial<Statement> = {}): Statement => ({
    Effect: 'Allow',
    Action: 's3:Get*',
    Resource: 'arn:aws:s3:::inbox/*',
    ...more,
  });

  test.each([
    ['a wildcard in the action', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow()], true],
    ['without regard to case', 'S3:getobject', 'arn:aws:s3:::inbox/a', [allow()], true],
    ['another action', 's3:PutObject', 'arn:aws:s3:::inbox/a', [allow()], false],
    ['another resource', 's3:GetObject', 'arn:aws:s3:::outbox/a', [allow()], false],
    ['the bucket is not its objects', 's3:GetObject', 'arn:aws:s3:::inbox', [allow()], false],
    ['a deny wins', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow(), allow({ Effect: 'Deny' })], false],
    ['NotAction', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Action: undefined, NotAction: 's3:Put*' })], true],
    ['NotResource', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Resource: undefined, NotResource: '*/b' })], true],
    ['one letter', 's3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Resource: 'arn:aws:s3:::inbox/?' })], true],
    ['nothing at all', 's3:GetObject', 'arn:aws:s3:::inbox/a', [], false],
  ] as const)('%s', (_, action, resource, statements, expected) => {
    expect(allows(action, resource, [...statements])).toBe(expected);
  });

  test('conditions', () => {
    const when = (Condition: Statement['Condition'], context: Record<string, string>) =>
      allows('s3:GetObject', 'arn:aws:s3:::inbox/a', [allow({ Condition })], context);
    expect(when({ StringEquals: { 'aws:PrincipalAccount': ['1', '2'] } }, { 'aws:PrincipalAccount': '2' })).toBe(true);
    expect(when({ StringEquals: { 'aws:PrincipalAccount': '1' } }, {})).toBe(false);
    expect(when({ StringEqualsIfExists: { 'aws:PrincipalAccount': '1' } }, {})).toBe(true);
    expect(when({ StringNotEquals: { key: '1' } }, { key: '1' })).toBe(false);
    expect(when({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::in*' } }, { 'AWS:SourceArn': 'arn:aws:s3:::inbox' })).toBe(
      true,
    );
    expect(when({ Null: { key: 'true' } }, {})).toBe(true);
  });

  test('a condition that is not known never allows, and always denies', () => {
    const Condition = { BinaryEquals: { key: 'x' } };
    expect(
      evaluate([{ Statement: [allow({ Condition })] }], {
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::inbox/a',
        context: {},
      }),
    ).toBe('silent');
    const deny = [allow(), allow({ Effect: 'Deny', Condition })];
    expect(
      evaluate([{ Statement: deny }], { action: 's3:GetObject', resource: 'arn:aws:s3:::inbox/a', context: {} }),
    ).toBe('deny');
  });

  test('documents that are none are refused', () => {
    for (const document of [
      '',
      '{',
      '{}',
      '{"Statement":[{"Effect":"Perhaps","Action":"*"}]}',
      '{"Statement":{"Effect":"Allow"}}',
    ]) {
      expect(() => parsePolicy(document)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
    }
  });
});

describe('users, sessions and resources', () => {
  let t: TestCloud;
  beforeAll(async () => {
    t = await openTestCloud();
  });
  afterAll(() => t.close());

  test('a user may what its policies say; a bucket’s policy may say more, or less', async () => {
    await t.s3.send(new CreateBucketCommand({ Bucket: 'shared' }));
    await t.s3.send(new PutObjectCommand({ Bucket: 'shared', Key: 'a', Body: 'x' }));
    const { User } = await t.iam.send(new iam.CreateUserCommand({ UserName: 'ann' }));
    const { AccessKey } = await t.iam.send(new iam.CreateAccessKeyCommand({ UserName: 'ann' }));
    const ann = t.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
    const read = () => ann.s3.send(new GetObjectCommand({ Bucket: 'shared', Key: 'a' }));
    expect(await refusal(read())).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('no identity-based policy allows the s3:GetObject action'),
    });
    const policy = (Effect: string) =>
      t.s3.send(
        new PutBucketPolicyCommand({
          Bucket: 'shared',
          Policy: JSON.stringify({
            Statement: [
              { Effect, Principal: { AWS: User!.Arn }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' },
            ],
          }),
        }),
      );
    await policy('Allow');
    await read();
    await t.iam.send(
      new iam.AttachUserPolicyCommand({ UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }),
    );
    await policy('Deny');
    expect(await refusal(read())).toMatchObject({
      message: expect.stringContaining('explicit deny in a resource-based policy'),
    });
  });

  test('who may not list is not told that a key is missing', async () => {
    await t.s3.send(new CreateBucketCommand({ Bucket: 'private' }));
    const arn = await t.role('reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(arn, 'test', 900);
    const reader = t.as({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
    expect(await refusal(reader.s3.send(new GetObjectCommand({ Bucket: 'private', Key: 'none' })))).toMatchObject({
      name: 'AccessDenied',
    });
  });
});

test('an open cloud takes a 12-digit key for the account, and any secret', async () => {
  const t = await openTestCloud({ identity: 'open', held: false });
  try {
    const named = t.as({ accessKeyId: '123456789012', secretAccessKey: 'any' });
    expect((await named.sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
    const test = t.as({ accessKeyId: 'test', secretAccessKey: 'test' });
    expect((await test.sts.send(new GetCallerIdentityCommand({}))).Account).toBe('000000000000');
  } finally {
    await t.close();
  }
});
