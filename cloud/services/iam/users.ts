/** Users and their access keys. Mirrors https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html and its siblings. */
import type * as iam from '@aws-sdk/client-iam';
import { AwsError, type Operation, type Principal } from '../../contract.ts';
import type { User } from '../../identity/directory.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { uniqueId } from '../../identity/keys.ts';
import { boundaryOf, describeBoundary } from './boundaries.ts';
import { assertName, isTaken, pathOf } from './names.ts';
import { paged } from './paging.ts';
import { alreadyExists, authorize, deleteConflict, noSuchEntity, userOf } from './shared.ts';

export const users = ({ directory, keys }: IdentityStore) => {
  const createUser: Operation<iam.CreateUserCommandInput, iam.CreateUserCommandOutput> = (input, call) => {
    const name = assertName(input.UserName, 'userName');
    const path = pathOf(input.Path);
    const arn = `arn:aws:iam::${call.accountId}:user${path}${name}`;
    authorize(call, arn);
    if (isTaken(directory.users, call, name)) throw alreadyExists(`User with name ${name}`);
    const user: User = {
      accountId: call.accountId,
      name,
      path,
      arn,
      id: uniqueId('AIDA'),
      createdAt: call.core.clock.now(),
      inline: new Map(),
      attached: new Set(),
      tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! })),
      keys: new Set(),
      boundary: boundaryOf(directory, input.PermissionsBoundary),
    };
    directory.users.set(arn, user);
    return { User: describeUser(user) };
  };

  const getUser: Operation<iam.GetUserCommandInput, iam.GetUserCommandOutput> = (input, call) => {
    const { kind, arn, accountId } = call.principal;
    // Who is the account itself is told so.
    if (kind === 'root' && input.UserName === undefined) {
      return { User: { Path: '/', UserName: 'root', UserId: accountId, Arn: arn, CreateDate: new Date(0) } };
    }
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    return { User: describeUser(user) };
  };

  const deleteUser: Operation<iam.DeleteUserCommandInput, iam.DeleteUserCommandOutput> = (input, call) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    if (user.keys.size > 0) throw deleteConflict('delete access keys');
    if (user.attached.size > 0) throw deleteConflict('detach all policies');
    if (user.inline.size > 0) throw deleteConflict('delete policies');
    directory.users.delete(user.arn);
    return {};
  };

  const createAccessKey: Operation<iam.CreateAccessKeyCommandInput, iam.CreateAccessKeyCommandOutput> = (
    input,
    call,
  ) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    if (user.keys.size >= 2) {
      throw new AwsError('LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2', 409);
    }
    const principal: Principal = { kind: 'user', accountId: user.accountId, arn: user.arn, userId: user.id };
    const key = keys.user(principal);
    user.keys.add(key.accessKeyId);
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        Status: 'Active',
        CreateDate: new Date(call.core.clock.now()),
      },
    };
  };

  const deleteAccessKey: Operation<iam.DeleteAccessKeyCommandInput, iam.DeleteAccessKeyCommandOutput> = (
    input,
    call,
  ) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    if (!user.keys.delete(input.AccessKeyId ?? '')) {
      throw noSuchEntity(`The Access Key with id ${input.AccessKeyId}`);
    }
    keys.remove(input.AccessKeyId!);
    return {};
  };

  const listAccessKeys: Operation<iam.ListAccessKeysCommandInput, iam.ListAccessKeysCommandOutput> = (input, call) => {
    const user = userOf(directory, call, input.UserName);
    authorize(call, user.arn);
    const { items, told } = paged([...user.keys], (id) => [id], input, call);
    const metadata = items.map((id) => ({ UserName: user.name, AccessKeyId: id, Status: 'Active' as const }));
    return { AccessKeyMetadata: metadata, ...told };
  };

  return {
    CreateUser: createUser,
    GetUser: getUser,
    DeleteUser: deleteUser,
    CreateAccessKey: createAccessKey,
    DeleteAccessKey: deleteAccessKey,
    ListAccessKeys: listAccessKeys,
  };
};

const describeUser = (user: User): iam.User => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.createdAt),
  ...describeBoundary(user),
  ...(user.tags.length > 0 ? { Tags: user.tags } : {}),
});
