import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await openTestCloud();
});
afterEach(() => cloud.close());

const profile = { InstanceProfileName: 'worker' };
const worn = { ...profile, RoleName: 'worker' };

test('a profile takes one role on and off', async () => {
  const { iam } = cloud;
  await cloud.role('worker');
  await cloud.role('other');
  const made = await iam.send(new CreateInstanceProfileCommand(profile));
  expect(made.InstanceProfile).toMatchObject({
    Arn: `arn:aws:iam::${cloud.accountId}:instance-profile/worker`,
    InstanceProfileId: expect.stringMatching(/^AIPA/),
    Roles: [],
  });
  await iam.send(new AddRoleToInstanceProfileCommand(worn));
  const read = await iam.send(new GetInstanceProfileCommand(profile));
  expect(read.InstanceProfile!.Roles!.map(({ RoleName }) => RoleName)).toEqual(['worker']);
  expect((await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toHaveLength(1);
  expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'other' }))).InstanceProfiles).toEqual([]);
  await iam.send(new RemoveRoleFromInstanceProfileCommand(worn));
  await iam.send(new DeleteInstanceProfileCommand(profile));
  expect((await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toEqual([]);
});

test('refuses what IAM refuses', async () => {
  const { iam } = cloud;
  await cloud.role('worker');
  await cloud.role('other');
  await iam.send(new CreateInstanceProfileCommand(profile));
  await iam.send(new AddRoleToInstanceProfileCommand(worn));
  const table = [
    [
      new CreateInstanceProfileCommand(profile),
      'EntityAlreadyExistsException',
      'Instance Profile worker already exists.',
      409,
    ],
    [
      new GetInstanceProfileCommand({ InstanceProfileName: 'x' }),
      'NoSuchEntityException',
      'Instance Profile x cannot be found.',
      404,
    ],
    [
      new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'other' }),
      'LimitExceededException',
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      409,
    ],
    [
      new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'x' }),
      'NoSuchEntityException',
      'The role with name x cannot be found.',
      404,
    ],
    [
      new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: 'other' }),
      'NoSuchEntityException',
      'Role other in Instance Profile worker cannot be found.',
      404,
    ],
    [
      new DeleteInstanceProfileCommand(profile),
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
      409,
    ],
    [
      new DeleteRoleCommand({ RoleName: 'worker' }),
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
      409,
    ],
  ] as const;
  for (const [command, name, message, status] of table) {
    expect(await refusal(iam.send(command as GetInstanceProfileCommand))).toEqual({ name, message, status });
  }
});
