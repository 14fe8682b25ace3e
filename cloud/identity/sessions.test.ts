/** Keys and sessions that are over, and what of callers and their requests conditions see. */
import * as iam from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../testing.ts';
import type { Statement } from './policy.ts';

let t: TestCloud;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
  await t.s3.send(new CreateBucketCommand({ Bucket: 'homes' }));
});
afterAll(() => t.close());

const put = (RoleName: string, ...Statement: Statement[]) =>
  t.iam.send(
    new iam.PutRolePolicyCommand({
      RoleName,
      PolicyName: `p${++count}`,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
const session = (roleArn: string) => {
  const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(roleArn, 'session', 3600);
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken! };
};
const list = (as: ReturnType<TestCloud['as']>) => as.s3.send(new ListBucketsCommand({}));
const EVERYTHING: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

async function user(UserName: string, Statement: Statement, more: Partial<iam.CreateUserCommandInput> = {}) {
  await t.iam.send(new iam.CreateUserCommand({ UserName, ...more }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await t.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  const { AccessKey } = await t.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
  return t.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
}

test('a session of a deleted role has none of the rights of one made later by its name', async () => {
  const old = t.as(session(await t.role('worker', EVERYTHING)));
  await list(old);
  await t.iam.send(new iam.DeleteRolePolicyCommand({ RoleName: 'worker', PolicyName: 'inline' }));
  await t.iam.send(new iam.DeleteRoleCommand({ RoleName: 'worker' }));
  expect(await refusal(list(old))).toMatchObject({ name: 'AccessDenied' });
  const anew = t.as(session(await t.role('worker', EVERYTHING)));
  await list(anew);
  expect(await refusal(list(old))).toMatchObject({ name: 'AccessDenied' });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
test('older sessions can be revoked', async () => {
  const arn = await t.role('revoked', EVERYTHING);
  const older = t.as(session(arn));
  await t.cloud.clock.advance(10_000);
  const time = new Date(t.cloud.clock.now()).toISOString();
  await put('revoked', { ...EVERYTHING, Effect: 'Deny', Condition: { DateLessThan: { 'aws:TokenIssueTime': time } } });
  const newer = t.as(session(arn));
  expect(await refusal(list(older))).toMatchObject({ name: 'AccessDenied' });
  await list(newer);
});

test.each<[condition: Statement['Condition'], user: boolean, role: boolean]>([
  [{ StringEquals: { 'aws:PrincipalType': 'User' } }, true, false],
  [{ StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, false, true],
  [{ Null: { 'aws:username': 'false' } }, true, false],
  [{ StringEquals: { 'aws:username': 'teller' } }, true, false],
  [{ StringLike: { 'aws:userid': 'AIDA*' } }, true, false],
  [{ StringLike: { 'aws:userid': 'AROA*:session' } }, false, true],
  [{ Null: { 'aws:TokenIssueTime': 'false' } }, false, true],
  [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true, true],
  [{ StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:ResourceAccount': '111122223333' } }, true, true],
  [{ StringLike: { 'aws:UserAgent': 'aws-sdk-js/*' } }, true, true],
  [{ Bool: { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' } }, true, true],
  [{ DateLessThan: { 'aws:CurrentTime': '2100-01-01' }, NumericGreaterThan: { 'aws:EpochTime': '1' } }, true, true],
  [{ Null: { 'aws:SourceArn': 'true', 'aws:SourceAccount': 'true' } }, true, true],
])('%j', async (Condition, ofUser, ofRole) => {
  const named = ofUser && 'StringEquals' in Condition! && 'aws:username' in Condition.StringEquals!;
  const name = named ? 'teller' : `user${++count}`;
  const statement = { ...EVERYTHING, Condition };
  const callers = [await user(name, statement), t.as(session(await t.role(`role${++count}`, statement)))];
  const may = await Promise.all(
    callers.map((as) =>
      list(as).then(
        () => true,
        () => false,
      ),
    ),
  );
  expect(may).toEqual([ofUser, ofRole]);
});

test('the region is the one that the client calls', async () => {
  const region = { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } };
  const arn = await t.role('regional', EVERYTHING, { ...EVERYTHING, Effect: 'Deny', Condition: region });
  const credentials = session(arn);
  await list(t.as(credentials));
  const abroad = new S3Client({ endpoint: t.cloud.url, region: 'eu-west-1', credentials });
  expect(await refusal(abroad.send(new ListBucketsCommand({})))).toMatchObject({ name: 'AccessDenied' });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_home-directory-console.html
test('users have homes in a bucket', async () => {
  const home = 'home/$' + '{aws:username}';
  const ann = await user('ann', { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::homes/${home}/*` });
  await t.iam.send(
    new iam.PutUserPolicyCommand({
      UserName: 'ann',
      PolicyName: 'list',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: 'arn:aws:s3:::homes',
          Condition: { StringLike: { 's3:prefix': ['', `${home}/*`] } },
        },
      }),
    }),
  );
  const write = (Key: string) => ann.s3.send(new PutObjectCommand({ Bucket: 'homes', Key, Body: 'x' }));
  const look = (Prefix?: string) => ann.s3.send(new ListObjectsV2Command({ Bucket: 'homes', Prefix }));
  await write('home/ann/a');
  expect(await refusal(write('home/bob/a'))).toMatchObject({ name: 'AccessDenied' });
  await look('');
  await look('home/ann/x');
  expect(await refusal(look('home/bob/'))).toMatchObject({ name: 'AccessDenied' });
  expect(await refusal(look())).toMatchObject({ name: 'AccessDenied' });
});

test('tags fill variables, and a default what is missing', async () => {
  const Resource = 'arn:aws:s3:::homes/$' + "{aws:PrincipalTag/team, 'all'}/*";
  const statement: Statement = { Effect: 'Allow', Action: 's3:PutObject', Resource };
  const red = await user('red', statement, { Tags: [{ Key: 'Team', Value: 'red' }] });
  const none = await user('none', statement);
  const write = (as: typeof red, Key: string) => as.s3.send(new PutObjectCommand({ Bucket: 'homes', Key, Body: 'x' }));
  await write(red, 'red/a');
  await write(none, 'all/a');
  for (const [as, key] of [
    [red, 'all/a'],
    [none, 'red/a'],
  ] as const) {
    expect(await refusal(write(as, key))).toMatchObject({ name: 'AccessDenied' });
  }
});

test('the keys of a session’s tags are several values', async () => {
  const trust = (wanted: string) => ({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: t.accountId },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', wanted] } },
    },
  });
  const tagged = await user('tagger', EVERYTHING);
  const assume = async (RoleName: string, wanted: string) => {
    const document = JSON.stringify(trust(wanted));
    const { Role } = await t.iam.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
    const Tags = ['team', 'cost'].map((Key) => ({ Key, Value: 'x' }));
    return tagged.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'tagged', Tags }));
  };
  await assume('both', 'cost');
  expect(await refusal(assume('one', 'else'))).toMatchObject({ name: 'AccessDenied' });
});

test('in an open cloud a deleted key is nobody’s, and so is one that has been forgotten', async () => {
  const open = await openTestCloud({ identity: 'open', held: false });
  try {
    const make = async (UserName: string) => {
      await open.iam.send(new iam.CreateUserCommand({ UserName }));
      const { AccessKey } = await open.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey!;
      return { AccessKeyId, as: open.as({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }) };
    };
    const who = (as: ReturnType<TestCloud['as']>) => as.sts.send(new GetCallerIdentityCommand({}));
    const [ann, bob] = [await make('ann'), await make('bob')];
    await who(ann.as);
    await open.iam.send(new iam.DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId: ann.AccessKeyId }));
    await open.cloud.reset(open.accountId);
    for (const { as } of [ann, bob]) {
      expect(await refusal(who(as))).toMatchObject({ name: 'InvalidClientTokenId', status: 403 });
    }
    const unknown = open.as({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' });
    expect((await who(unknown)).Account).toBe('000000000000');
  } finally {
    await open.close();
  }
});
