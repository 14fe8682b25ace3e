/** What the operations of IAM share: finding things, and the errors when they are not there. */
import { AwsError, type Call } from '../../contract.ts';
import type { Directory, Holder, Role, User } from '../../identity/directory.ts';
import { assertName } from './names.ts';

/** Policies, trust policies and the like cross the wire URL-encoded. */
export const encodeDocument = (document: string): string => encodeURIComponent(document);

export const noSuchEntity = (what: string): AwsError => new AwsError('NoSuchEntity', `${what} cannot be found.`, 404);

export const alreadyExists = (what: string, more = ''): AwsError =>
  new AwsError('EntityAlreadyExists', `${what} already exists.${more}`, 409);

export const deleteConflict = (why: string): AwsError =>
  new AwsError('DeleteConflict', `Cannot delete entity, must ${why} first.`, 409);

/** Of a policy document, before it is read: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const DOCUMENT = { least: 1, most: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' } as const;

export function roleOf(directory: Directory, call: Call, name: string | undefined): Role {
  const role = directory.find(directory.roles, call.accountId, assertName(name, 'roleName'));
  if (!role) throw noSuchEntity(`The role with name ${name}`);
  return role;
}

/** Users may be asked for by names that no new one can have. */
const LONGEST_KNOWN = 128;

export function userOf(directory: Directory, call: Call, name: string | undefined): User {
  const own = call.principal.kind === 'user' ? call.principal.arn.split('/').at(-1) : undefined;
  if (name === undefined && own === undefined) {
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials', 400);
  }
  const user = directory.find(directory.users, call.accountId, assertName(name ?? own, 'userName', LONGEST_KNOWN));
  if (!user) throw noSuchEntity(`The user with name ${name ?? own}`);
  return user;
}

export function inlineOf(holder: Holder, kind: 'role' | 'user', policy: string | undefined): string {
  const document = holder.inline.get(policy ?? '');
  if (document === undefined) throw noSuchEntity(`The ${kind} policy with name ${policy}`);
  return document;
}

/** The ARN of a managed policy that is there to be attached. */
export function managedOf(directory: Directory, arn: string | undefined): string {
  if (!arn?.startsWith('arn:')) throw new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!', 400);
  if (directory.document(arn) !== undefined) return arn;
  throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
}

/** Throws `AccessDenied` unless the caller may do `iam:ACTION` to this resource. */
export function authorize(call: Call, resource: string): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `iam:${call.operation}`,
    resource,
    resourceAccount: call.accountId,
  });
}
