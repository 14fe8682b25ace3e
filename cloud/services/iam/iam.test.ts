/** Roles, users and policies, with what AWS has been recorded to answer, by the recordings' names. */
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let count = 0;
let RoleName: string;
let UserName: string;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(() => {
  count++;
  [RoleName, UserName] = [`role${count}`, `user${count}`];
});

const statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const policy = (Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource }] });
const members = (one: object | undefined) => Object.keys(one ?? {}).sort();

// test_create_describe_role, test_role_with_tags
test('a role is told of with different members by its creation, alone and in a list', async () => {
  const Tags = [{ Key: 'test', Value: 'value' }];
  const input = { RoleName, AssumeRolePolicyDocument, Path: '/some/', Tags };
  const created = (await t.iam.send(new CreateRoleCommand(input))).Role;
  const common = ['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'Path', 'RoleId', 'RoleName'];
  expect(members(created)).toEqual([...common, 'Tags'].sort());
  expect(created).toMatchObject({ Arn: `arn:aws:iam::${t.accountId}:role/some/${RoleName}`, Path: '/some/' });
  const got = (await t.iam.send(new GetRoleCommand({ RoleName }))).Role;
  expect(members(got)).toEqual([...common, 'MaxSessionDuration', 'RoleLastUsed', 'Tags'].sort());
  expect(got).toMatchObject({ MaxSessionDuration: 3600, RoleLastUsed: {}, Tags });
  expect(decodeURIComponent(got!.AssumeRolePolicyDocument!)).toBe(AssumeRolePolicyDocument);
  const { Roles, IsTruncated } = await t.iam.send(new ListRolesCommand({ PathPrefix: '/some/' }));
  expect(IsTruncated).toBe(false);
  expect(Roles!.map(members)).toEqual([[...common, 'MaxSessionDuration'].sort()]);
});

// test_create_role_with_malformed_assume_role_policy_document
test('a trust policy that is no JSON is refused', async () => {
  const input = { RoleName, AssumeRolePolicyDocument: 'this is no JSON' };
  expect(await refusal(t.iam.send(new CreateRoleCommand(input)))).toEqual({
    name: 'MalformedPolicyDocumentException',
    message: 'This policy contains invalid Json',
    status: 400,
  });
});

// test_role_attach_policy, test_user_attach_policy
test('what is attached has to be a policy, by its ARN', async () => {
  await t.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await t.iam.send(new CreateUserCommand({ UserName }));
  const { Policy } = await t.iam.send(
    new CreatePolicyCommand({ PolicyName: `policy${count}`, PolicyDocument: policy('*') }),
  );
  expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 0, DefaultVersionId: 'v1' });
  const attachments = [
    (PolicyArn: string) => t.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    (PolicyArn: string) => t.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  ];
  for (const attach of attachments) {
    for (const named of ['longpolicynamebutnoarn', Policy!.PolicyName!]) {
      expect(await refusal(attach(named))).toEqual({
        name: 'ValidationError',
        message: 'Invalid ARN:  Could not be parsed!',
        status: 400,
      });
    }
    expect(await refusal(attach(`${Policy!.Arn}123`))).toEqual({
      name: 'NoSuchEntityException',
      message: `Policy ${Policy!.Arn}123 does not exist or is not attachable.`,
      status: 404,
    });
    await attach(Policy!.Arn!);
  }
});

// test_delete_non_existent_policy_returns_no_such_entity
test('a policy that is not there was not found', async () => {
  const PolicyArn = `arn:aws:iam::${t.accountId}:policy/non-existent-policy`;
  await t.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const calls = [
    t.iam.send(new DeletePolicyCommand({ PolicyArn })),
    t.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  ];
  for (const call of calls) {
    expect(await refusal(call)).toEqual({
      name: 'NoSuchEntityException',
      message: `Policy ${PolicyArn} was not found.`,
      status: 404,
    });
  }
});

// test_put_user_policy_encoding, test_put_role_policy_encoding
test('policies come back as they were put, encoded parts of them too', async () => {
  const PolicyDocument = policy(
    'arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis',
  );
  await t.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await t.iam.send(new CreateUserCommand({ UserName }));
  const PolicyName = 'inline';
  await t.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  await t.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  const { $metadata: _, ...ofUser } = await t.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
  expect(ofUser).toEqual({ UserName, PolicyName, PolicyDocument: encodeURIComponent(PolicyDocument) });
  const { $metadata: __, ...ofRole } = await t.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  expect(ofRole).toEqual({ RoleName, PolicyName, PolicyDocument: encodeURIComponent(PolicyDocument) });
});

// test_list_roles_with_permission_boundary
test('a boundary is set and taken away; alone a role tells of it, in a list it does not', async () => {
  await t.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Path: '/bounded/' }));
  await t.iam.send(new CreateUserCommand({ UserName }));
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
  const told = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PermissionsBoundary };
  const ofRole = async () => (await t.iam.send(new GetRoleCommand({ RoleName }))).Role!.PermissionsBoundary;
  expect(await ofRole()).toBeUndefined();
  await t.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  await t.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
  expect(await ofRole()).toEqual(told);
  expect((await t.iam.send(new GetUserCommand({ UserName }))).User!.PermissionsBoundary).toEqual(told);
  const { Roles } = await t.iam.send(new ListRolesCommand({ PathPrefix: '/bounded/' }));
  expect(members(Roles![0])).not.toContain('PermissionsBoundary');
  const drop = () => t.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  await drop();
  expect(await ofRole()).toBeUndefined();
  expect((await refusal(drop())).name).toBe('NoSuchEntityException');
});

test('GetUser without a name: the account itself, the user itself, and no role', async () => {
  expect((await t.iam.send(new GetUserCommand({}))).User).toMatchObject({
    UserId: t.accountId,
    Arn: `arn:aws:iam::${t.accountId}:root`,
  });
  const role = await t.role(RoleName, { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' });
  const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(role, 'test', 900);
  const session = t.as({ accessKeyId, secretAccessKey, sessionToken: sessionToken! });
  expect(await refusal(session.iam.send(new GetUserCommand({})))).toMatchObject({
    name: 'ValidationError',
    message: 'Must specify userName when calling with non-User credentials',
  });
});
