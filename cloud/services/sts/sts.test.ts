/** AssumeRole: who may, for how long, and what the session is then. */
import * as iam from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

type Client = ReturnType<TestCloud['as']>;
let t: TestCloud;
let ann: Client;
let annArn: string;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
  [ann, annArn] = await user();
});
afterAll(() => t.close());

const document = (...Statement: Statement[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (Principal: Statement['Principal'], more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  ...(Principal === undefined ? {} : { Principal }),
  ...more,
});

/** A user with these rights, as a client and as an ARN. */
async function user(...statements: Statement[]): Promise<[Client, string]> {
  const UserName = `user${++count}`;
  const { User } = await t.iam.send(new iam.CreateUserCommand({ UserName }));
  if (statements.length > 0) {
    const PolicyDocument = document(...statements);
    await t.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }));
  }
  const { AccessKey } = await t.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId, SecretAccessKey } = AccessKey!;
  return [t.as({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! }), User!.Arn!];
}

/** A role with this trust policy; its ARN. */
async function role(trusted: Statement[], more: Partial<iam.CreateRoleCommandInput> = {}): Promise<string> {
  const input = { RoleName: `role${++count}`, AssumeRolePolicyDocument: document(...trusted), ...more };
  return (await t.iam.send(new iam.CreateRoleCommand(input))).Role!.Arn!;
}

async function permit(arn: string, ...statements: Statement[]): Promise<void> {
  const RoleName = arn.split('/').at(-1)!;
  const PolicyDocument = document(...statements);
  await t.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }));
}

const assume = (client: Client, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  client.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));
async function become(client: Client, arn: string, more: Partial<AssumeRoleCommandInput> = {}): Promise<Client> {
  const { Credentials } = await assume(client, arn, more);
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return t.as({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! });
}

const NOTHING_HERE: Statement = { Effect: 'Allow', Action: 'sts:GetAccessKeyInfo', Resource: '*' };
const MAY: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
const account = () => ({ AWS: `arn:aws:iam::${t.accountId}:root` });

describe('who may assume a role', () => {
  const lines: readonly [title: string, trusted: () => Statement[], own: Statement[], may: boolean][] = [
    ['its trust names the user: that is enough', () => [trust({ AWS: annArn })], [], true],
    ['its trust names everybody', () => [trust('*')], [], true],
    ['its trust names the account: the user’s own policies decide', () => [trust(account())], [], false],
    ['its trust names the account, and the user’s policy allows it', () => [trust(account())], [MAY], true],
    [
      'the user’s policy allows it, and the trust names somebody else',
      () => [trust({ AWS: `${annArn}x` })],
      [MAY],
      false,
    ],
    [
      'a Deny names the user, whom the account’s statement covers',
      () => [trust(account()), trust({ AWS: annArn }, { Effect: 'Deny' })],
      [MAY],
      false,
    ],
    [
      'a Deny on something else names the user, and its own policies are silent',
      () => [trust(account()), trust({ AWS: annArn }, { Effect: 'Deny', Action: 'sts:TagSession' })],
      [],
      false,
    ],
    [
      'a condition on the account’s statement names the user, and its own policies are silent',
      () => [trust(account(), { Condition: { ArnEquals: { 'aws:PrincipalArn': annArn } } })],
      [],
      false,
    ],
    [
      'the statement that names the user has a condition that does not hold',
      () => [trust(account()), trust({ AWS: annArn }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })],
      [],
      false,
    ],
    [
      'the trust names the user, and its own policy denies it',
      () => [trust({ AWS: annArn })],
      [{ ...MAY, Effect: 'Deny' }],
      false,
    ],
    [
      'a Deny spares nobody but somebody else',
      () => [
        trust('*'),
        trust('*', { Effect: 'Deny', Condition: { ArnNotEquals: { 'aws:PrincipalArn': `${annArn}x` } } }),
      ],
      [MAY],
      false,
    ],
  ];
  test.each(lines)('%s', async (_, trusted, own, may) => {
    const UserName = annArn.split('/').at(-1)!;
    const put = new iam.PutUserPolicyCommand({
      UserName,
      PolicyName: 'own',
      PolicyDocument: document(NOTHING_HERE, ...own),
    });
    await t.iam.send(put);
    const arn = await role(trusted());
    if (may) {
      await assume(ann, arn);
      return;
    }
    expect(await refusal(assume(ann, arn))).toEqual({
      name: 'AccessDenied',
      message: `User: ${annArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      status: 403,
    });
  });

  test('a role of another account: both sides have to allow it', async () => {
    const theirs = t.as(t.cloud.identity.rootCredentials('999988887777'));
    const { Role } = await theirs.iam.send(
      new iam.CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: document(trust(account())) }),
    );
    const [may] = await user(MAY);
    await assume(may, Role!.Arn!);
    const [mayNot] = await user();
    expect((await refusal(assume(mayNot, Role!.Arn!))).name).toBe('AccessDenied');
    const own = await role([trust({ AWS: '999988887777' })]);
    expect((await refusal(assume(t, own))).name).toBe('AccessDenied');
  });

  test('an external id is what a condition of the trust asks for', async () => {
    const arn = await role([trust(account(), { Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } } })]);
    await assume(t, arn, { ExternalId: 'agreed' });
    for (const more of [{}, { ExternalId: 'guessed' }]) {
      expect((await refusal(assume(t, arn, more))).name).toBe('AccessDenied');
    }
  });
});

describe('for how long', () => {
  test.each([
    [
      899,
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      43_201,
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [7201, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
  ])('%i seconds of a role of two hours are refused', async (DurationSeconds, message) => {
    const arn = await role([trust(account())], { MaxSessionDuration: 7200 });
    expect(await refusal(assume(t, arn, { DurationSeconds }))).toEqual({
      name: 'ValidationError',
      message,
      status: 400,
    });
  });

  test('an hour when nothing is asked for, two where the role has them, one where a session begins it', async () => {
    const first = await role([trust(account())], { MaxSessionDuration: 7200 });
    await permit(first, MAY);
    const second = await role([trust({ AWS: first })], { MaxSessionDuration: 43_200 });
    const now = t.cloud.clock.now();
    const left = async (client: Client, arn: string, DurationSeconds?: number) =>
      ((await assume(client, arn, { DurationSeconds })).Credentials!.Expiration!.getTime() - now) / 1000;
    expect(await left(t, first)).toBe(3600);
    expect(await left(t, first, 7200)).toBe(7200);
    const chained = await become(t, first);
    expect(await left(chained, second, 3600)).toBe(3600);
    expect(await refusal(assume(chained, second, { DurationSeconds: 3601 }))).toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  test('a role’s maximum is between one hour and twelve', async () => {
    expect(await refusal(role([trust(account())], { MaxSessionDuration: 60 }))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value '60' at 'maxSessionDuration' failed to satisfy constraint"),
    });
  });
});

// Recorded of AWS: test_sts_invalid_parameters.
test.each([
  ['nothing-valid-in-here', 'session', 'nothing-valid-in-here is invalid'],
  ['arn::b:::something/test-role', 'session', 'arn::b:::something/test-role is invalid'],
  ['arn:a::::something/test-role', 'session', 'arn:a::::something/test-role is invalid'],
  ['arn:a:::something/test-role', 'session', 'arn:a:::something/test-role is invalid'],
  ['arn:a:a::aaaaaaaaaa:', 'session', 'arn:a:a::aaaaaaaaaa: is invalid'],
  [
    'arn:aws:iam::111122223333:role/any',
    'Session1:2',
    "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  ],
  [
    'short',
    's',
    "2 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 's' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
  ],
])('the role %s, the session %s: refused', async (RoleArn, RoleSessionName, message) => {
  expect(await refusal(assume(t, RoleArn, { RoleSessionName }))).toEqual({
    name: 'ValidationError',
    message,
    status: 400,
  });
});

describe('tags of a session', () => {
  const TAGS: Statement['Action'] = ['sts:AssumeRole', 'sts:TagSession'];
  const tag = (Key: string, Value = 'value') => ({ Key, Value });

  // Recorded of AWS: test_assume_role_tag_validation, test_iam_role_chaining_override_transitive_tags.
  test('contradict neither each other nor those that the calling session hands on', async () => {
    const arn = await role([trust(account(), { Action: TAGS })]);
    await permit(arn, { Effect: 'Allow', Action: TAGS, Resource: '*' });
    const said = async (client: Client, more: Partial<AssumeRoleCommandInput>) => {
      const { name, message, status } = await refusal(assume(client, arn, more));
      expect([name, status]).toEqual(['InvalidParameterValue', 400]);
      return message;
    };
    expect(await said(t, { Tags: [tag('a'), tag('b')], TransitiveTagKeys: ['c'] })).toBe(
      'The specified transitive tag key must be included in the requested tags.',
    );
    expect(await said(t, { Tags: [tag('a'), tag('A')] })).toBe(
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    const session = await become(t, arn, { Tags: [tag('a'), tag('b')], TransitiveTagKeys: ['A'] });
    for (const key of ['a', 'A']) {
      expect(await said(session, { Tags: [tag(key)] })).toBe(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    await assume(session, arn, { Tags: [tag('b')] });
  });

  test('need sts:TagSession, count in conditions, and go on where they are transitive', async () => {
    const plain = await role([trust(account())]);
    expect(await refusal(assume(t, plain, { Tags: [tag('a')] }))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: sts:TagSession'),
    });
    const first = await role([trust(account(), { Action: TAGS })]);
    await permit(first, MAY);
    const wants = (key: string) => [
      trust(account(), { Condition: { StringEquals: { [`aws:PrincipalTag/${key}`]: 'red' } } }),
    ];
    const [team, once] = [await role(wants('Team')), await role(wants('Once'))];
    const Tags = [tag('Team', 'red'), tag('Once', 'red')];
    const session = await become(t, first, { Tags, TransitiveTagKeys: ['Team'] });
    await permit(team, MAY);
    const next = await become(session, team);
    await assume(session, once);
    await assume(next, team);
    expect((await refusal(assume(next, once))).name).toBe('AccessDenied');
  });
});

test('a session has of its role’s rights those that its own policies allow', async () => {
  await t.s3.send(new CreateBucketCommand({ Bucket: 'limited' }));
  const arn = await role([trust(account())]);
  await permit(arn, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const put = (client: Client) => client.s3.send(new PutObjectCommand({ Bucket: 'limited', Key: 'a', Body: 'x' }));
  await put(await become(t, arn));
  const list: Statement = { Effect: 'Allow', Action: ['s3:ListBucket', 'sqs:*'], Resource: '*' };
  const reader = await become(t, arn, { Policy: document(list) });
  await reader.s3.send(new ListObjectsV2Command({ Bucket: 'limited' }));
  expect(await refusal(put(reader))).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('because no session policy allows the s3:PutObject action'),
  });
  expect(
    (await refusal(reader.sqs.send(new (await import('@aws-sdk/client-sqs')).ListQueuesCommand({})))).name,
  ).toMatch(/AccessDenied/);
  const full = { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] };
  await put(await become(t, arn, full));
});

test('a role has of its rights those that its boundary allows', async () => {
  await t.s3.send(new CreateBucketCommand({ Bucket: 'bounded' }));
  const boundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  const arn = await role([trust(account())], { PermissionsBoundary: boundary });
  await permit(arn, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const session = await become(t, arn);
  await session.s3.send(new ListObjectsV2Command({ Bucket: 'bounded' }));
  const put = new PutObjectCommand({ Bucket: 'bounded', Key: 'a', Body: 'x' });
  expect((await refusal(session.s3.send(put))).message).toContain('because no permissions boundary allows');
  const { Role } = await t.iam.send(new iam.GetRoleCommand({ RoleName: arn.split('/').at(-1)! }));
  expect(Role!.PermissionsBoundary).toEqual({
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: boundary,
  });
});

test('what is not built is not passed over', async () => {
  const arn = await role([trust(account())]);
  const mfa = { SerialNumber: `arn:aws:iam::${t.accountId}:mfa/ann`, TokenCode: '123456' };
  expect(await refusal(assume(t, arn, mfa))).toMatchObject({ name: 'NotImplemented', status: 501 });
});

test('a session is whom its role and its name say, for as long as it was to last', async () => {
  const arn = await role([trust(account())]);
  const session = await become(t, arn, { DurationSeconds: 900 });
  const who = () => session.sts.send(new GetCallerIdentityCommand({}));
  const name = arn.split('/').at(-1);
  expect(await who()).toMatchObject({
    Account: t.accountId,
    Arn: `arn:aws:sts::${t.accountId}:assumed-role/${name}/session`,
    UserId: expect.stringMatching(/^AROA[A-Z2-7]{16}:session$/),
  });
  await t.cloud.clock.advance(899_000);
  await who();
  await t.cloud.clock.advance(1000);
  expect((await refusal(who())).name).toBe('ExpiredToken');
});
