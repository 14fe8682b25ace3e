/**
 * Instance profiles: what an instance wears to have a role.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html and its siblings.
 */
import type * as iam from '@aws-sdk/client-iam';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import type { Directory, InstanceProfile } from '../../identity/directory.ts';
import { uniqueId } from '../../identity/keys.ts';
import { assertName, isTaken, pathOf } from './names.ts';
import { paged } from './paging.ts';
import { describeRole } from './roles.ts';
import { alreadyExists, authorize, deleteConflict, noSuchEntity, roleOf } from './shared.ts';

export const instanceProfiles = (directory: Directory) => {
  const profileOf = (call: Call, name: string | undefined): InstanceProfile => {
    const profile = directory.find(directory.profiles, call.accountId, assertName(name, 'instanceProfileName'));
    if (!profile) throw noSuchEntity(`Instance Profile ${name}`);
    return profile;
  };
  const describe = (profile: InstanceProfile): iam.InstanceProfile => {
    const role = profile.role === undefined ? undefined : directory.roles.get(profile.role);
    return {
      Path: profile.path,
      InstanceProfileName: profile.name,
      InstanceProfileId: profile.id,
      Arn: profile.arn,
      CreateDate: new Date(profile.createdAt),
      Roles: role ? [describeRole(role)] : [],
      ...(profile.tags.length > 0 ? { Tags: profile.tags } : {}),
    };
  };

  const create: Operation<iam.CreateInstanceProfileCommandInput, iam.CreateInstanceProfileCommandOutput> = (
    input,
    call,
  ) => {
    const name = assertName(input.InstanceProfileName, 'instanceProfileName');
    const path = pathOf(input.Path);
    const arn = `arn:aws:iam::${call.accountId}:instance-profile${path}${name}`;
    authorize(call, arn);
    if (isTaken(directory.profiles, call, name)) throw alreadyExists(`Instance Profile ${name}`);
    const profile: InstanceProfile = {
      accountId: call.accountId,
      name,
      path,
      arn,
      id: uniqueId('AIPA'),
      createdAt: call.core.clock.now(),
      role: undefined,
      tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! })),
    };
    directory.profiles.set(arn, profile);
    return { InstanceProfile: describe(profile) };
  };

  const get: Operation<iam.GetInstanceProfileCommandInput, iam.GetInstanceProfileCommandOutput> = (input, call) => {
    const profile = profileOf(call, input.InstanceProfileName);
    authorize(call, profile.arn);
    return { InstanceProfile: describe(profile) };
  };

  const list: Operation<iam.ListInstanceProfilesCommandInput, iam.ListInstanceProfilesCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, '*');
    const all = directory
      .of(directory.profiles, call.accountId)
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, told } = paged(all, ({ name }) => [name], input, call);
    return { InstanceProfiles: items.map(describe), ...told };
  };

  const listForRole: Operation<
    iam.ListInstanceProfilesForRoleCommandInput,
    iam.ListInstanceProfilesForRoleCommandOutput
  > = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    const all = directory.of(directory.profiles, call.accountId).filter((profile) => profile.role === role.arn);
    const { items, told } = paged(all, ({ name }) => [name], input, call);
    return { InstanceProfiles: items.map(describe), ...told };
  };

  const remove: Operation<iam.DeleteInstanceProfileCommandInput, iam.DeleteInstanceProfileCommandOutput> = (
    input,
    call,
  ) => {
    const profile = profileOf(call, input.InstanceProfileName);
    authorize(call, profile.arn);
    if (profile.role !== undefined) throw deleteConflict('remove roles from instance profile');
    directory.profiles.delete(profile.arn);
    return {};
  };

  const addRole: Operation<iam.AddRoleToInstanceProfileCommandInput, iam.AddRoleToInstanceProfileCommandOutput> = (
    input,
    call,
  ) => {
    const profile = profileOf(call, input.InstanceProfileName);
    authorize(call, profile.arn);
    const role = roleOf(directory, call, input.RoleName);
    passRole(call, role.arn);
    if (profile.role !== undefined) {
      throw new AwsError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
    }
    profile.role = role.arn;
    return {};
  };

  const removeRole: Operation<
    iam.RemoveRoleFromInstanceProfileCommandInput,
    iam.RemoveRoleFromInstanceProfileCommandOutput
  > = (input, call) => {
    const profile = profileOf(call, input.InstanceProfileName);
    authorize(call, profile.arn);
    const role = roleOf(directory, call, input.RoleName);
    if (profile.role !== role.arn) {
      throw noSuchEntity(`Role ${input.RoleName} in Instance Profile ${input.InstanceProfileName}`);
    }
    profile.role = undefined;
    return {};
  };

  return {
    CreateInstanceProfile: create,
    GetInstanceProfile: get,
    ListInstanceProfiles: list,
    ListInstanceProfilesForRole: listForRole,
    DeleteInstanceProfile: remove,
    AddRoleToInstanceProfile: addRole,
    RemoveRoleFromInstanceProfile: removeRole,
  };
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html: needs iam:PassRole too. */
function passRole(call: Call, resource: string): void {
  const { principal, accountId } = call;
  call.core.identity.authorize({ principal, action: 'iam:PassRole', resource, resourceAccount: accountId });
}
