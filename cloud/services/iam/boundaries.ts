/**
 * Permissions boundaries of roles and users: managed policies beyond which their own allow nothing.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../contract.ts';
import type { Directory, Holder } from '../../identity/directory.ts';
import { authorize, managedOf, noSuchEntity, roleOf, userOf } from './shared.ts';

/** The ARN, of a policy that is there. */
export function boundaryOf(directory: Directory, arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : managedOf(directory, arn);
}

/** As GetRole and GetUser tell of it. The SDK's type knows another word than the one that AWS uses. */
export const describeBoundary = ({ boundary }: Holder): { PermissionsBoundary?: iam.AttachedPermissionsBoundary } =>
  boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy' as iam.PermissionsBoundaryAttachmentType,
          PermissionsBoundaryArn: boundary,
        },
      };

export const boundaries = (directory: Directory) => {
  const put = (holder: Holder, arn: string | undefined): object => {
    holder.boundary = managedOf(directory, arn);
    return {};
  };
  const drop = (holder: Holder, what: string): object => {
    if (holder.boundary === undefined) throw noSuchEntity(`The permissions boundary of ${what}`);
    holder.boundary = undefined;
    return {};
  };

  const putRole: Operation<iam.PutRolePermissionsBoundaryCommandInput, object> = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    return put(role, input.PermissionsBoundary);
  };
  const dropRole: Operation<iam.DeleteRolePermissionsBoundaryCommandInput, object> = (input, call) => {
    const role = roleOf(directory, call, input.RoleName);
    authorize(call, role.arn);
    return drop(role, `role ${role.name}`);
  };
  const putUser: Operation<iam.PutUserPermissionsBoundaryCommandInput, object> = (input, call) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    return put(user, input.PermissionsBoundary);
  };
  const dropUser: Operation<iam.DeleteUserPermissionsBoundaryCommandInput, object> = (input, call) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    return drop(user, `user ${user.name}`);
  };

  return {
    PutRolePermissionsBoundary: putRole,
    DeleteRolePermissionsBoundary: dropRole,
    PutUserPermissionsBoundary: putUser,
    DeleteUserPermissionsBoundary: dropUser,
  };
};
