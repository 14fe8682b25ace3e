/** Permissions and tags. */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Operation } from '../../../contract.ts';
import type { Statement } from '../../../identity/policy.ts';
import { authorize, policyOf } from '../access.ts';
import { conflict, notFound } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';

export const settings = (of: Lambda) => {
  const { store } = of;

  /** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
  const addPermission: Operation<lambda.AddPermissionCommandInput, lambda.AddPermissionCommandOutput> = (
    input,
    call,
  ) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'AddPermission', found, reference.qualifier);
    const resource = reference.qualifier === undefined ? found.arn : `${found.arn}:${reference.qualifier}`;
    if (found.permissions.some(({ Sid, Resource }) => Sid === input.StatementId && Resource === resource)) {
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const principal = input.Principal ?? '';
    const service = principal.endsWith('.amazonaws.com');
    const statement: Statement = {
      Sid: input.StatementId!,
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : service ? { Service: principal } : { AWS: accountPrincipal(principal) },
      Action: input.Action!,
      Resource: resource,
      ...conditionOf(input),
    };
    found.permissions.push(statement);
    return { Statement: JSON.stringify(statement) };
  };

  const getPolicy: Operation<lambda.GetPolicyCommandInput, lambda.GetPolicyCommandOutput> = (input, call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'GetPolicy', found, reference.qualifier);
    const resource = reference.qualifier === undefined ? found.arn : `${found.arn}:${reference.qualifier}`;
    if (!found.permissions.some(({ Resource }) => Resource === resource)) {
      throw notFound('The resource you requested does not exist.');
    }
    return { Policy: policyOf(found, resource), RevisionId: found.latest.revisionId };
  };

  const removePermission: Operation<lambda.RemovePermissionCommandInput, lambda.RemovePermissionCommandOutput> = (
    input,
    call,
  ) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'RemovePermission', found, reference.qualifier);
    const resource = reference.qualifier === undefined ? found.arn : `${found.arn}:${reference.qualifier}`;
    const at = found.permissions.findIndex(({ Sid, Resource }) => Sid === input.StatementId && Resource === resource);
    if (at < 0) throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    found.permissions.splice(at, 1);
    return {};
  };

  const tagResource: Operation<lambda.TagResourceCommandInput, lambda.TagResourceCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.Resource, undefined));
    authorize(call, 'TagResource', found);
    Object.assign(found.tags, input.Tags);
    return {};
  };
  const untagResource: Operation<lambda.UntagResourceCommandInput, lambda.UntagResourceCommandOutput> = (
    input,
    call,
  ) => {
    const found = store.get(referenceOf(call, input.Resource, undefined));
    authorize(call, 'UntagResource', found);
    for (const key of input.TagKeys ?? []) delete found.tags[key];
    return {};
  };
  const listTags: Operation<lambda.ListTagsCommandInput, lambda.ListTagsCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.Resource, undefined));
    authorize(call, 'ListTags', found);
    return { Tags: { ...found.tags } };
  };

  return {
    AddPermission: addPermission,
    GetPolicy: getPolicy,
    RemovePermission: removePermission,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTags: listTags,
  };
};

const accountPrincipal = (principal: string): string =>
  /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;

function conditionOf(input: lambda.AddPermissionCommandInput): Pick<Statement, 'Condition'> {
  if (!input.SourceArn && !input.SourceAccount) return {};
  return {
    Condition: {
      ...(input.SourceAccount ? { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } } : {}),
      ...(input.SourceArn ? { ArnLike: { 'AWS:SourceArn': input.SourceArn } } : {}),
    },
  };
}
