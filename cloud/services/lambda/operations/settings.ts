/** Permissions, tags, concurrency and what becomes of asynchronous events. */
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Operation } from '../../../contract.ts';
import type { Statement } from '../../../identity/policy.ts';
import { authorize, policyOf } from '../access.ts';
import { conflict, invalidParameter, notFound } from '../errors.ts';
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

  /** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
  const putConcurrency: Operation<
    lambda.PutFunctionConcurrencyCommandInput,
    lambda.PutFunctionConcurrencyCommandOutput
  > = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'PutFunctionConcurrency', found);
    found.reservedConcurrency = input.ReservedConcurrentExecutions;
    return { ReservedConcurrentExecutions: found.reservedConcurrency };
  };
  const getConcurrency: Operation<
    lambda.GetFunctionConcurrencyCommandInput,
    lambda.GetFunctionConcurrencyCommandOutput
  > = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'GetFunctionConcurrency', found);
    return found.reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: found.reservedConcurrency };
  };
  const deleteConcurrency: Operation<
    lambda.DeleteFunctionConcurrencyCommandInput,
    lambda.DeleteFunctionConcurrencyCommandOutput
  > = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'DeleteFunctionConcurrency', found);
    found.reservedConcurrency = undefined;
    return {};
  };

  /** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html; destinations are not built. */
  const putEventInvokeConfig: Operation<
    lambda.PutFunctionEventInvokeConfigCommandInput,
    lambda.PutFunctionEventInvokeConfigCommandOutput
  > = (input, call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'PutFunctionEventInvokeConfig', found, reference.qualifier);
    if (input.DestinationConfig?.OnFailure?.Destination || input.DestinationConfig?.OnSuccess?.Destination) {
      throw new AwsError(
        'NotImplemented',
        'Destinations of asynchronous invocations are not built in this cloud.',
        501,
      );
    }
    const [retries, maximumAge] = [input.MaximumRetryAttempts, input.MaximumEventAgeInSeconds];
    if (retries !== undefined && (retries < 0 || retries > 2))
      throw invalidParameter('MaximumRetryAttempts is between 0 and 2.');
    if (maximumAge !== undefined && (maximumAge < 60 || maximumAge > 21_600)) {
      throw invalidParameter('MaximumEventAgeInSeconds is between 60 and 21600.');
    }
    const modifiedAt = call.core.clock.now();
    found.asynchronous.set(reference.qualifier ?? '$LATEST', { retries, maximumAge, modifiedAt });
    return {
      LastModified: new Date(modifiedAt),
      FunctionArn: `${found.arn}:${reference.qualifier ?? '$LATEST'}`,
      MaximumRetryAttempts: retries,
      MaximumEventAgeInSeconds: maximumAge,
    };
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
    PutFunctionConcurrency: putConcurrency,
    GetFunctionConcurrency: getConcurrency,
    DeleteFunctionConcurrency: deleteConcurrency,
    PutFunctionEventInvokeConfig: putEventInvokeConfig,
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
