/**
 * Inline and managed policies of roles and users.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html and its siblings.
 */
import type * as iam from '@aws-sdk/client-iam';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { constraints } from '../../identity/constraints.ts';
import type { Directory, Holder, ManagedPolicy } from '../../identity/directory.ts';
import { assertIdentityPolicy } from '../../identity/identity-grammar.ts';
import { uniqueId } from '../../identity/keys.ts';
import { assertName, isTaken, pathOf } from './names.ts';
import { paged } from './paging.ts';
import { assertAttachable, assertInlineFits, assertManagedFits, type Kind } from './quotas.ts';
import { alreadyExists, authorize, DOCUMENT, encodeDocument, inlineOf, managedOf, roleOf, userOf } from './shared.ts';

export const policies = (directory: Directory) => {
  const managed = (arn: string | undefined): string => {
    if (arn && directory.document(arn) !== undefined) return arn;
    throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  };
  const put = (holder: Holder, kind: Kind, { PolicyName, PolicyDocument }: InlineInput): object => {
    const name = assertName(PolicyName, 'policyName');
    const document = checkDocument(PolicyDocument);
    assertInlineFits(holder, kind, name, document);
    holder.inline.set(name, document);
    return {};
  };
  const attach = (holder: Holder, kind: Kind, arn: string | undefined): object => {
    const found = managedOf(directory, arn);
    assertAttachable(holder, kind, found);
    holder.attached.add(found);
    return {};
  };
  const drop = (holder: Holder, kind: Kind, name: string | undefined): object => {
    inlineOf(holder, kind, name);
    holder.inline.delete(name!);
    return {};
  };
  const detach = (holder: Holder, arn: string | undefined): object => {
    if (!holder.attached.delete(arn ?? '')) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    return {};
  };
  const attachedTo = (
    holder: Holder,
    input: iam.ListAttachedRolePoliciesRequest | iam.ListAttachedUserPoliciesRequest,
    call: Call,
  ) => {
    const all = [...holder.attached]
      .filter((arn) => pathIn(arn).startsWith(input.PathPrefix ?? '/'))
      .map((arn) => ({ PolicyName: arn.split('/').at(-1)!, PolicyArn: arn }));
    const { items, told } = paged(all, ({ PolicyName, PolicyArn }) => [PolicyName, PolicyArn], input, call);
    return { AttachedPolicies: items, ...told };
  };
  const inlinePolicies = (
    holder: Holder,
    input: iam.ListRolePoliciesRequest | iam.ListUserPoliciesRequest,
    call: Call,
  ) => {
    const { items, told } = paged([...holder.inline.keys()], (name) => [name], input, call);
    return { PolicyNames: items, ...told };
  };

  /** A role's operations, after the caller's right to them is checked. */
  const ofRole =
    <I extends { RoleName: string | undefined }, O extends object>(
      act: (holder: Holder, input: I, call: Call) => O,
    ): Operation<I, O> =>
    (input, call) => {
      const role = roleOf(directory, call, input.RoleName);
      authorize(call, role.arn);
      return act(role, input, call);
    };
  const ofUser =
    <I extends { UserName: string | undefined }, O extends object>(
      act: (holder: Holder, input: I, call: Call) => O,
    ): Operation<I, O> =>
    (input, call) => {
      const user = userOf(directory, call, input.UserName);
      authorize(call, user.arn);
      return act(user, input, call);
    };

  const createPolicy: Operation<iam.CreatePolicyCommandInput, iam.CreatePolicyCommandOutput> = (input, call) => {
    const name = assertName(input.PolicyName, 'policyName');
    const path = pathOf(input.Path);
    const arn = `arn:aws:iam::${call.accountId}:policy${path}${name}`;
    authorize(call, arn);
    if (isTaken(directory.policies, call, name)) {
      throw alreadyExists(`A policy called ${name}`, ' Duplicate names are not allowed.');
    }
    const document = checkDocument(input.PolicyDocument);
    assertManagedFits(document);
    const policy: ManagedPolicy = {
      accountId: call.accountId,
      name,
      path,
      arn,
      id: uniqueId('ANPA'),
      createdAt: call.core.clock.now(),
      document,
    };
    directory.policies.set(arn, policy);
    return { Policy: describePolicy(policy, directory) };
  };

  const getPolicy: Operation<iam.GetPolicyCommandInput, iam.GetPolicyCommandOutput> = (input, call) => {
    const arn = managed(input.PolicyArn);
    authorize(call, arn);
    const policy = directory.policies.get(arn);
    if (policy) return { Policy: describePolicy(policy, directory) };
    return { Policy: { PolicyName: arn.split('/').at(-1)!, Arn: arn, DefaultVersionId: 'v1', IsAttachable: true } };
  };

  const deletePolicy: Operation<iam.DeletePolicyCommandInput, iam.DeletePolicyCommandOutput> = (input, call) => {
    const arn = managed(input.PolicyArn);
    authorize(call, arn);
    if (!directory.policies.has(arn)) throw ofAws(arn, call);
    if (attachments(directory, arn) > 0) {
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
    }
    directory.policies.delete(arn);
    return {};
  };

  return {
    CreatePolicy: createPolicy,
    GetPolicy: getPolicy,
    DeletePolicy: deletePolicy,
    PutRolePolicy: ofRole((role, input: iam.PutRolePolicyCommandInput) => put(role, 'role', input)),
    GetRolePolicy: ofRole((role, input: iam.GetRolePolicyCommandInput) => ({
      RoleName: role.name,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(inlineOf(role, 'role', input.PolicyName)),
    })),
    DeleteRolePolicy: ofRole((role, input: iam.DeleteRolePolicyCommandInput) => drop(role, 'role', input.PolicyName)),
    ListRolePolicies: ofRole(inlinePolicies),
    AttachRolePolicy: ofRole((role, input: iam.AttachRolePolicyCommandInput) => attach(role, 'role', input.PolicyArn)),
    DetachRolePolicy: ofRole((role, input: iam.DetachRolePolicyCommandInput) => detach(role, input.PolicyArn)),
    ListAttachedRolePolicies: ofRole(attachedTo),
    PutUserPolicy: ofUser((user, input: iam.PutUserPolicyCommandInput) => put(user, 'user', input)),
    GetUserPolicy: ofUser((user, input: iam.GetUserPolicyCommandInput) => ({
      UserName: user.name,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(inlineOf(user, 'user', input.PolicyName)),
    })),
    DeleteUserPolicy: ofUser((user, input: iam.DeleteUserPolicyCommandInput) => drop(user, 'user', input.PolicyName)),
    ListUserPolicies: ofUser(inlinePolicies),
    AttachUserPolicy: ofUser((user, input: iam.AttachUserPolicyCommandInput) => attach(user, 'user', input.PolicyArn)),
    DetachUserPolicy: ofUser((user, input: iam.DetachUserPolicyCommandInput) => detach(user, input.PolicyArn)),
    ListAttachedUserPolicies: ofUser(attachedTo),
  };
};

interface InlineInput {
  readonly PolicyName: string | undefined;
  readonly PolicyDocument: string | undefined;
}

/** Throws `ValidationError`, `MalformedPolicyDocument`. */
function checkDocument(document: string | undefined): string {
  constraints([['policyDocument', document, DOCUMENT]]);
  assertIdentityPolicy(document!);
  return document!;
}

/** Of `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`: `/service-role/`. */
const pathIn = (arn: string): string => /:policy(\/(?:.*\/)?)[^/]*$/.exec(arn)?.[1] ?? '/';

/** AWS's own policies are no account's to change. */
const ofAws = (arn: string, { principal, operation }: Call): AwsError =>
  new AwsError(
    'AccessDenied',
    `User: ${principal.arn} is not authorized to perform: iam:${operation} on resource: policy ${arn}`,
    403,
  );

const attachments = (directory: Directory, arn: string): number =>
  [...directory.roles.values(), ...directory.users.values()].filter(({ attached }) => attached.has(arn)).length;

const describePolicy = (policy: ManagedPolicy, directory: Directory): iam.Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: 'v1',
  AttachmentCount: attachments(directory, policy.arn),
  PermissionsBoundaryUsageCount: [...directory.roles.values(), ...directory.users.values()].filter(
    ({ boundary }) => boundary === policy.arn,
  ).length,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.createdAt),
});
