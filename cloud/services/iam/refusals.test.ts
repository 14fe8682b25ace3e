/** What IAM refuses of names, paths and pages. */
import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
  await t.role('Worker');
  await t.iam.send(new iam.CreateUserCommand({ UserName: 'Ann' }));
  await t.iam.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'Profile' }));
  await t.iam.send(new iam.CreatePolicyCommand({ PolicyName: 'Readers', PolicyDocument: policy('*') }));
});
afterAll(() => t.close());

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = (Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] });
const role = (RoleName: string, more: Partial<iam.CreateRoleCommandInput> = {}) =>
  t.iam.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));
const user = (UserName: string, more: Partial<iam.CreateUserCommandInput> = {}) =>
  t.iam.send(new iam.CreateUserCommand({ UserName, ...more }));
const managed = (PolicyName: string, more: Partial<iam.CreatePolicyCommandInput> = {}) =>
  t.iam.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: policy('*'), ...more }));
const constraint = (value: string, member: string, rule: string) =>
  `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`;
const letters = (member: string) =>
  `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`;
const PATH =
  'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.';
const long = (length: number) => 'x'.repeat(length);

type Refusal = [what: string, call: () => Promise<unknown>, message: string, name?: string, status?: number];

const REFUSALS: Refusal[] = [
  [
    'a role of 65 letters',
    () => role(long(65)),
    constraint(long(65), 'roleName', 'have length less than or equal to 64'),
  ],
  [
    'a user of 65 letters',
    () => user(long(65)),
    constraint(long(65), 'userName', 'have length less than or equal to 64'),
  ],
  [
    'a policy of 129 letters',
    () => managed(long(129)),
    constraint(long(129), 'policyName', 'have length less than or equal to 128'),
  ],
  [
    'an inline policy of 129 letters',
    () =>
      t.iam.send(
        new iam.PutRolePolicyCommand({ RoleName: 'Worker', PolicyName: long(129), PolicyDocument: policy('*') }),
      ),
    constraint(long(129), 'policyName', 'have length less than or equal to 128'),
  ],
  ['a role with a slash', () => role('some/role'), letters('roleName')],
  ['a user with a blank', () => user('Ann Bee'), letters('userName')],
  ['to get a role by its path', () => t.iam.send(new iam.GetRoleCommand({ RoleName: 'a/b' })), letters('roleName')],
  ['a path that does not begin with a slash', () => role('r', { Path: 'some/' }), PATH],
  ['a path that does not end with one', () => user('u', { Path: '/some' }), PATH],
  ['a path with a blank', () => managed('p', { Path: '/so me/' }), PATH],
  [
    'a path of 513 letters',
    () => role('r', { Path: `/${long(511)}/` }),
    constraint(`/${long(511)}/`, 'path', 'have length less than or equal to 512'),
  ],
  [
    'a role of another case',
    () => role('WORKER'),
    'Role with name WORKER already exists.',
    'EntityAlreadyExistsException',
    409,
  ],
  [
    'a user of another case',
    () => user('ann'),
    'User with name ann already exists.',
    'EntityAlreadyExistsException',
    409,
  ],
  [
    'a profile of another case',
    () => t.iam.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'PROFILE' })),
    'Instance Profile PROFILE already exists.',
    'EntityAlreadyExistsException',
    409,
  ],
  [
    'a policy of another case and path',
    () => managed('readers', { Path: '/some/' }),
    'A policy called readers already exists. Duplicate names are not allowed.',
    'EntityAlreadyExistsException',
    409,
  ],
  [
    'no item at a time',
    () => t.iam.send(new iam.ListRolesCommand({ MaxItems: 0 })),
    constraint('0', 'maxItems', 'have value greater than or equal to 1'),
  ],
  [
    'more than a thousand',
    () => t.iam.send(new iam.ListRolePoliciesCommand({ RoleName: 'Worker', MaxItems: 1001 })),
    constraint('1001', 'maxItems', 'have value less than or equal to 1000'),
  ],
  ['a marker of nobody', () => t.iam.send(new iam.ListRolesCommand({ Marker: 'x' })), 'Invalid Marker.'],
];

test.each(REFUSALS)('refuses %s', async (_, call, message, name = 'ValidationError', status = 400) => {
  expect(await refusal(call())).toEqual({ name, message, status });
});

test('a policy is deleted neither while it is attached, nor where it is AWS’s', async () => {
  const { Policy } = await managed('Attached');
  await t.iam.send(new iam.AttachRolePolicyCommand({ RoleName: 'Worker', PolicyArn: Policy!.Arn! }));
  const remove = (PolicyArn: string) => refusal(t.iam.send(new iam.DeletePolicyCommand({ PolicyArn })));
  expect(await remove(Policy!.Arn!)).toEqual({
    name: 'DeleteConflictException',
    message: 'Cannot delete a policy attached to entities.',
    status: 409,
  });
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
  expect(await remove(PolicyArn)).toEqual({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${t.accountId}:root is not authorized to perform: iam:DeletePolicy on resource: policy ${PolicyArn}`,
    status: 403,
  });
  await t.iam.send(new iam.GetPolicyCommand({ PolicyArn }));
});
