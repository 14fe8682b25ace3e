import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type Credentials, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { area, refused } from './engines.ts';

const assume = async (t: Bench, RoleArn: string): Promise<Credentials> =>
  (await t.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', DurationSeconds: 900 }))).Credentials!;
const as = (t: Bench, keys: Credentials, sessionToken = keys.SessionToken) => ({
  ...t.config,
  credentials: { accessKeyId: keys.AccessKeyId!, secretAccessKey: keys.SecretAccessKey!, sessionToken },
});
const caller = (t: Bench, keys: Credentials, token?: string) =>
  new STSClient(as(t, keys, token)).send(new GetCallerIdentityCommand({}));

area('IAM and STS', (behaves) => {
  behaves('who calls is told: the account, or the session of a role', async (t) => {
    const { Account, Arn } = await t.sts.send(new GetCallerIdentityCommand({}));
    expect([Account, Arn]).toEqual([t.accountId, `arn:aws:iam::${t.accountId}:root`]);
    const keys = await assume(t, await t.role('worker'));
    expect((await caller(t, keys)).Arn).toBe(`arn:aws:sts::${t.accountId}:assumed-role/worker/session`);
  });

  behaves(
    'a session lasts from 15 minutes on',
    async (t) => {
      const RoleArn = await t.role('worker');
      const short = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', DurationSeconds: 899 });
      expect(await refused(t.sts.send(short))).toBe('ValidationError 400');
    },
    { localstack: 'a session may be shorter than 15 minutes' },
  );

  behaves('a role that is not there, and one that is there already', async (t) => {
    expect(await refused(t.iam.send(new GetRoleCommand({ RoleName: 'nothing' })))).toBe('NoSuchEntityException 404');
    await t.role('there');
    const again = new CreateRoleCommand({ RoleName: 'there', AssumeRolePolicyDocument: '{}' });
    expect(await refused(t.iam.send(again))).toMatch(/^(EntityAlreadyExistsException 409|MalformedPolicyDocument)/);
  });

  behaves(
    'a session may do what its role’s policies allow, and nothing else',
    async (t) => {
      const keys = await assume(t, await t.role('nothing'));
      expect(await refused(new S3Client(as(t, keys)).send(new ListBucketsCommand({})))).toBe('AccessDenied 403');
    },
    { localstack: 'policies are not enforced' },
  );

  behaves(
    'a session’s key is worth nothing without its token',
    async (t) => {
      const keys = await assume(t, await t.role('worker'));
      expect(await refused(caller(t, keys, 'another'))).toBe('InvalidClientTokenId 403');
    },
    { localstack: 'session tokens are not looked at' },
  );

  behaves(
    'a session ends',
    async (t) => {
      const keys = await assume(t, await t.role('worker'));
      await t.control('POST', 'clock/advance', { seconds: 901 });
      expect(await refused(caller(t, keys))).toBe('ExpiredToken 403');
    },
    { localstack: 'time cannot be moved, and sessions do not end' },
  );
});
