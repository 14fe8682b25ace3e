import * as iam from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../testing.ts';

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
