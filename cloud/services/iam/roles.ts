/** Roles. Mirrors https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and its siblings. */
import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../contract.ts';
import { constraints } from '../../identity/constraints.ts';
import type { Directory, Role } from '../../identity/directory.ts';
import { uniqueId } from '../../identity/keys.ts';
import { boundaryOf, describeBoundary } from './boundaries.ts';
import { assertName, isTaken, pathOf } from './names.ts';
import { paged } from './paging.ts';
import { alreadyExists, authorize, deleteConflict, encodeDocument, roleOf } from './shared.ts';
import { checkTrust } from './trust.ts';

export const roles = (directory: Directory) => {
  const createRole: Operation<iam.CreateRoleCommandInput, iam.CreateRoleCommandOutput> = (input, call) => {
    const name = assertName(input.RoleName, 'roleName');
    const path = pathOf(input.Path);
    const arn = `arn:aws:iam::${call.accountId}:role${path}${name}`;
    authorize(call, arn);
    if (isTaken(directory.roles, call, name)) throw alreadyExists(`Role with name ${name}`);
    constraints([['maxSessionDuration', input.MaxSessionDuration, SESSION, 'optional']]);
    const role: Role = {
      accountId: call.accountId,
      name,
      path,
      arn,
      id: uniqueId('AROA'),
      createdAt: call.core.clock.now(),
      trust: checkTrust(input.AssumeRolePolicyDocument, 'assumeRolePolicyDocument'),
      description: input.Description,
      maxSession: input.MaxSessionDuration ?? 3600,
      inline: new Map(),
      attached: new Set(),
      tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! })),
      boundary: boundaryOf(directory, input.PermissionsBoundary),
    };
    directory.roles.set(arn, role);
    return { Role: { ...identify(role), ...tagsOf(role) } };
  };

  const getRole: Operation<iam.GetRoleCommandInput, iam.GetRoleCommandOutput> = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    return {
      Role: {
        ...describeRole(role),
        ...tagsOf(role),
        // Who used it when is not kept.
        RoleLastUsed: {},
        ...describeBoundary(role),
      },
    };
  };

  const listRoles: Operation<iam.ListRolesCommandInput, iam.ListRolesCommandOutput> = (input, call) => {
    authorize(call, '*');
    const all = directory
      .of(directory.roles, call.accountId)
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, told } = paged(all, ({ name }) => [name], input, call);
    return { Roles: items.map(describeRole), ...told };
  };

  const deleteRole: Operation<iam.DeleteRoleCommandInput, iam.DeleteRoleCommandOutput> = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    if (role.attached.size > 0) throw deleteConflict('detach all policies');
    if (role.inline.size > 0) throw deleteConflict('delete policies');
    if (directory.of(directory.profiles, call.accountId).some((profile) => profile.role === role.arn)) {
      throw deleteConflict('remove roles from instance profile');
    }
    directory.roles.delete(role.arn);
    return {};
  };

  const updateAssumeRolePolicy: Operation<
    iam.UpdateAssumeRolePolicyCommandInput,
    iam.UpdateAssumeRolePolicyCommandOutput
  > = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    role.trust = checkTrust(input.PolicyDocument, 'policyDocument');
    return {};
  };

  const updateRole: Operation<iam.UpdateRoleCommandInput, iam.UpdateRoleCommandOutput> = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    constraints([['maxSessionDuration', input.MaxSessionDuration, SESSION, 'optional']]);
    role.description = input.Description ?? role.description;
    role.maxSession = input.MaxSessionDuration ?? role.maxSession;
    return {};
  };

  return {
    CreateRole: createRole,
    GetRole: getRole,
    ListRoles: listRoles,
    DeleteRole: deleteRole,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
    UpdateRole: updateRole,
  };
};

/** Seconds that a role's sessions may be let to last. */
const SESSION = { from: 3600, to: 43_200 } as const;

/** As its creation tells of it. */
const identify = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(role.trust),
  ...(role.description === undefined ? {} : { Description: role.description }),
});

/** As lists and instance profiles tell of it. */
export const describeRole = (role: Role): iam.Role => ({ ...identify(role), MaxSessionDuration: role.maxSession });

const tagsOf = ({ tags }: Role) => (tags.length > 0 ? { Tags: tags } : {});
