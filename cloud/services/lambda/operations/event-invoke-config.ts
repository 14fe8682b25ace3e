/**
 * What becomes of asynchronous events: how often and how long they are tried, and who is told of the end.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html and its siblings.
 */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize } from '../access.ts';
import { invalidParameter, notFound } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { functionArn, referenceOf } from '../names.ts';
import type { EventInvokeConfig, LambdaFunction } from '../store.ts';
import { pageOf } from './page.ts';

type Input = lambda.PutFunctionEventInvokeConfigCommandInput | lambda.UpdateFunctionEventInvokeConfigCommandInput;

const DESTINATION =
  '$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';

const doesNotExist = () => notFound("The function doesn't exist.");

export const eventInvokeConfigs = (of: Lambda) => {
  const { store } = of;

  /** The function of a call, and which of its qualifiers is meant. Throws `ResourceNotFoundException`. */
  const find = (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }, call: Call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const qualifier = reference.qualifier ?? '$LATEST';
    const found = store.find(reference.accountId, reference.name);
    if (found) authorize(call, call.operation, found, reference.qualifier);
    return { found, qualifier, arn: functionArn(call.region, reference.accountId, reference.name, qualifier) };
  };
  const findExisting = (input: Input, call: Call) => {
    const { found, qualifier, arn } = find(input, call);
    if (!found || !has(found, qualifier)) throw doesNotExist();
    return { found, qualifier, arn };
  };
  const findConfig = (input: Parameters<typeof find>[0], call: Call) => {
    const { found, qualifier, arn } = find(input, call);
    const config = found?.asynchronous.get(qualifier);
    if (!found || !config) throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
    return { found, qualifier, config };
  };

  const put: Operation<
    lambda.PutFunctionEventInvokeConfigCommandInput,
    lambda.PutFunctionEventInvokeConfigCommandOutput
  > = (input, call) => {
    checkInput(input);
    if (
      input.MaximumRetryAttempts === undefined &&
      input.MaximumEventAgeInSeconds === undefined &&
      input.DestinationConfig === undefined
    ) {
      throw invalidParameter('You must specify at least one of error handling or destination setting.');
    }
    const { found, qualifier } = findExisting(input, call);
    return set(found, qualifier, input, call);
  };

  /** Keeps what the request does not name. */
  const update: Operation<
    lambda.UpdateFunctionEventInvokeConfigCommandInput,
    lambda.UpdateFunctionEventInvokeConfigCommandOutput
  > = (input, call) => {
    checkInput(input);
    const { found, qualifier, arn } = findExisting(input, call);
    const before = found.asynchronous.get(qualifier);
    if (!before) throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
    return set(found, qualifier, input, call, before);
  };

  const set = (found: LambdaFunction, qualifier: string, input: Input, call: Call, before?: EventInvokeConfig) => {
    const { OnSuccess: success, OnFailure: failure } = input.DestinationConfig ?? {};
    of.destinations.assertDestinations(found, { onSuccess: success?.Destination, onFailure: failure?.Destination });
    const config: EventInvokeConfig = {
      retries: input.MaximumRetryAttempts ?? before?.retries,
      maximumAge: input.MaximumEventAgeInSeconds ?? before?.maximumAge,
      onSuccess: (success ? success.Destination : before?.onSuccess) || undefined,
      onFailure: (failure ? failure.Destination : before?.onFailure) || undefined,
      modifiedAt: call.core.clock.now(),
    };
    found.asynchronous.set(qualifier, config);
    return describe(found, qualifier, config);
  };

  const get: Operation<
    lambda.GetFunctionEventInvokeConfigCommandInput,
    lambda.GetFunctionEventInvokeConfigCommandOutput
  > = (input, call) => {
    const { found, qualifier, config } = findConfig(input, call);
    return describe(found, qualifier, config);
  };

  const remove: Operation<
    lambda.DeleteFunctionEventInvokeConfigCommandInput,
    lambda.DeleteFunctionEventInvokeConfigCommandOutput
  > = (input, call) => {
    const { found, qualifier } = findConfig(input, call);
    found.asynchronous.delete(qualifier);
    return {};
  };

  const list: Operation<
    lambda.ListFunctionEventInvokeConfigsCommandInput,
    lambda.ListFunctionEventInvokeConfigsCommandOutput
  > = (input, call) => {
    const { found } = find(input, call);
    if (!found) throw doesNotExist();
    const { items, next } = pageOf(
      [...found.asynchronous],
      ([qualifier]) => [qualifier],
      input,
      { size: 50, most: 50 },
      call,
    );
    return {
      FunctionEventInvokeConfigs: items.map(([qualifier, config]) => describe(found, qualifier, config)),
      ...next,
    };
  };

  return {
    PutFunctionEventInvokeConfig: put,
    UpdateFunctionEventInvokeConfig: update,
    GetFunctionEventInvokeConfig: get,
    DeleteFunctionEventInvokeConfig: remove,
    ListFunctionEventInvokeConfigs: list,
  };
};

const has = (of: LambdaFunction, qualifier: string): boolean =>
  qualifier === '$LATEST' || of.versions.has(qualifier) || of.aliases.has(qualifier);

function checkInput({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: Input): void {
  new Constraints()
    .check(MaximumRetryAttempts, 'maximumRetryAttempts', { range: [0, 2] })
    .check(MaximumEventAgeInSeconds, 'maximumEventAgeInSeconds', { range: [60, 21_600] })
    .check(DestinationConfig?.OnSuccess?.Destination, 'destinationConfig.onSuccess.destination', {
      pattern: DESTINATION,
    })
    .check(DestinationConfig?.OnFailure?.Destination, 'destinationConfig.onFailure.destination', {
      pattern: DESTINATION,
    })
    .enforce();
}

const describe = (
  of: LambdaFunction,
  qualifier: string,
  { retries, maximumAge, onSuccess, onFailure, modifiedAt }: EventInvokeConfig,
): lambda.FunctionEventInvokeConfig => ({
  FunctionArn: `${of.arn}:${qualifier}`,
  LastModified: new Date(modifiedAt),
  ...(retries === undefined ? {} : { MaximumRetryAttempts: retries }),
  ...(maximumAge === undefined ? {} : { MaximumEventAgeInSeconds: maximumAge }),
  DestinationConfig: {
    OnSuccess: onSuccess ? { Destination: onSuccess } : {},
    OnFailure: onFailure ? { Destination: onFailure } : {},
  },
});
