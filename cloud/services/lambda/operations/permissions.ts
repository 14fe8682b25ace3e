/** Who may invoke a function, by its own policy. Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html and its siblings. */
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import type { Statement } from '../../../identity/policy.ts';
import { authorize, policyOf } from '../access.ts';
import { conflict, functionNotFound, invalidParameter, notFound, preconditionFailed } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { functionArn, referenceOf } from '../names.ts';
import { type LambdaFunction, newRevision } from '../store.ts';

const noSuchResource = () => notFound('The resource you requested does not exist.');

export const permissions = (of: Lambda) => {
  const { store } = of;

  const find = (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }, call: Call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const { qualifier } = reference;
    const found = store.find(reference.accountId, reference.name);
    if (found) authorize(call, call.operation, found, qualifier);
    const arn = functionArn(call.region, reference.accountId, reference.name);
    const resource = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    return { found, qualifier, resource, arn };
  };

  const add: Operation<lambda.AddPermissionCommandInput, lambda.AddPermissionCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.StatementId, 'statementId', { required: true, pattern: '([a-zA-Z0-9-_]+)' })
      .enforce();
    const { found, qualifier, resource, arn } = find(input, call);
    if (qualifier === '$LATEST') throw invalidParameter('We currently do not support adding policies for $LATEST.');
    if (!found) throw functionNotFound(arn);
    if (qualifier !== undefined) assertThere(found, qualifier);
    const Principal = principalOf(input.Principal ?? '');
    if (found.permissions.some(({ Sid, Resource }) => Sid === input.StatementId && Resource === resource)) {
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    if (isOld(input.RevisionId, found, qualifier, resource)) throw policyChanged();
    const statement: Statement = {
      Sid: input.StatementId!,
      Effect: 'Allow',
      Principal,
      Action: input.Action!,
      Resource: resource,
      ...conditionOf(input),
    };
    found.permissions.push(statement);
    changed(found, qualifier, resource);
    return { Statement: JSON.stringify(statement) };
  };

  const get: Operation<lambda.GetPolicyCommandInput, lambda.GetPolicyCommandOutput> = (input, call) => {
    const { found, resource } = find(input, call);
    if (!found?.permissions.some(({ Resource }) => Resource === resource)) throw noSuchResource();
    return { Policy: policyOf(found, resource), RevisionId: found.policyRevisions.get(resource) };
  };

  const remove: Operation<lambda.RemovePermissionCommandInput, lambda.RemovePermissionCommandOutput> = (
    input,
    call,
  ) => {
    const { found, qualifier, resource } = find(input, call);
    if (!found) throw notFound(`No policy found for: ${resource}`);
    if (qualifier !== undefined) assertThere(found, qualifier);
    if (!found.permissions.some(({ Resource }) => Resource === resource)) {
      throw notFound('No policy is associated with the given resource.');
    }
    const at = found.permissions.findIndex(({ Sid, Resource }) => Sid === input.StatementId && Resource === resource);
    if (at < 0) throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    if (isOld(input.RevisionId, found, qualifier, resource)) throw preconditionFailed();
    found.permissions.splice(at, 1);
    changed(found, qualifier, resource);
    return {};
  };

  return { AddPermission: add, GetPolicy: get, RemovePermission: remove };
};

const policyChanged = () =>
  new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
    412,
  );

const holderOf = (of: LambdaFunction, qualifier: string | undefined): { revisionId: string } =>
  of.aliases.get(qualifier ?? '') ?? of.versions.get(qualifier ?? '') ?? of.latest;

/** Compared with the policy's revision, or where there is none yet, with that of what it will be of. */
const isOld = (
  given: string | undefined,
  of: LambdaFunction,
  qualifier: string | undefined,
  resource: string,
): boolean => given !== undefined && given !== (of.policyRevisions.get(resource) ?? holderOf(of, qualifier).revisionId);

/** A policy that changes makes a new revision of what it is of as well. */
function changed(of: LambdaFunction, qualifier: string | undefined, resource: string): void {
  const revision = newRevision();
  holderOf(of, qualifier).revisionId = revision;
  if (of.permissions.some(({ Resource }) => Resource === resource)) of.policyRevisions.set(resource, revision);
  else of.policyRevisions.delete(resource);
}

/** A qualifier is taken for an alias where it could be one. */
function assertThere(of: LambdaFunction, qualifier: string): void {
  if (qualifier === '$LATEST' || of.versions.has(qualifier) || of.aliases.has(qualifier)) return;
  const arn = `${of.arn}:${qualifier}`;
  throw /^\d+$|\$/.test(qualifier) ? functionNotFound(arn) : notFound(`Cannot find alias arn: ${arn}`);
}

function principalOf(given: string): Statement['Principal'] {
  if (given === '*') return '*';
  if (given.endsWith('.amazonaws.com')) return { Service: given };
  if (/^\d{12}$/.test(given)) return { AWS: `arn:aws:iam::${given}:root` };
  if (/^arn:aws[a-z-]*:(iam|sts)::\d{12}:/.test(given)) return { AWS: given };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

function conditionOf(input: lambda.AddPermissionCommandInput): Pick<Statement, 'Condition'> {
  const equal = Object.entries({
    'AWS:SourceAccount': input.SourceAccount,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:EventSourceToken': input.EventSourceToken,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
  }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  const viaUrl = input.InvokedViaFunctionUrl;
  if (equal.length === 0 && !input.SourceArn && viaUrl === undefined) return {};
  return {
    Condition: {
      ...(equal.length > 0 ? { StringEquals: Object.fromEntries(equal) } : {}),
      ...(input.SourceArn ? { ArnLike: { 'AWS:SourceArn': input.SourceArn } } : {}),
      ...(viaUrl === undefined ? {} : { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } }),
    },
  };
}
