/** Function URLs. Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html and its siblings. */
import { randomInt } from 'node:crypto';
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize } from '../access.ts';
import { conflict, notFound } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';
import type { FunctionUrl, LambdaFunction } from '../store.ts';
import { urlOf } from '../url/address.ts';
import { pageOf } from './page.ts';

const ALIAS = '((?!^\\d+$)^[0-9a-zA-Z-_]+$)';
const MOST_LISTED = 50;

const noFunction = () => notFound('Function does not exist');
const noSuchResource = () => notFound('The resource you requested does not exist.');

type Named = { FunctionName: string | undefined; Qualifier?: string | undefined };

export const functionUrls = (of: Lambda) => {
  const { store } = of;

  /** The function and the alias that a call names; the alias need not be there. */
  const find = (input: Named, call: Call, context?: Record<string, string>) => {
    new Constraints().check(input.Qualifier, 'qualifier', { pattern: ALIAS }).enforce();
    const { qualifier, ...reference } = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.find(reference.accountId, reference.name);
    if (found) authorize(call, call.operation, found, qualifier, context);
    return { found, qualifier, alias: qualifier ?? '' };
  };
  const findUrl = (input: Named, call: Call) => {
    const { found, qualifier, alias } = find(input, call);
    const url = found?.urls.get(alias);
    if (!found || !url) throw noSuchResource();
    return { found, qualifier, alias, url };
  };
  const assertThere = (found: LambdaFunction | undefined, qualifier: string | undefined): LambdaFunction => {
    if (!found || (qualifier !== undefined && !found.aliases.has(qualifier))) throw noFunction();
    return found;
  };

  const create: Operation<lambda.CreateFunctionUrlConfigCommandInput, lambda.CreateFunctionUrlConfigCommandOutput> = (
    input,
    call,
  ) => {
    check(input, { required: true });
    const { AuthType } = input;
    const { found, qualifier, alias } = find(input, call, { 'lambda:FunctionUrlAuthType': AuthType! });
    const its = assertThere(found, qualifier);
    if (its.urls.has(alias)) {
      throw conflict(
        `Failed to create function url config for [functionArn = ${arnOf(its, qualifier)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    const now = call.core.clock.now();
    const url: FunctionUrl = {
      id: newId(),
      authType: AuthType!,
      cors: input.Cors,
      invokeMode: modeOf(input),
      createdAt: now,
      modifiedAt: now,
    };
    its.urls.set(alias, url);
    const { LastModifiedTime: _, ...created } = describe(its, qualifier, url, call);
    return created;
  };

  const get: Operation<lambda.GetFunctionUrlConfigCommandInput, lambda.GetFunctionUrlConfigCommandOutput> = (
    input,
    call,
  ) => {
    const { found, qualifier, url } = findUrl(input, call);
    return { InvokeMode: 'BUFFERED', ...describe(found, qualifier, url, call) };
  };

  /** Keeps what the request does not name. */
  const update: Operation<lambda.UpdateFunctionUrlConfigCommandInput, lambda.UpdateFunctionUrlConfigCommandOutput> = (
    input,
    call,
  ) => {
    check(input, { required: false });
    const { found, qualifier, alias } = find(
      input,
      call,
      input.AuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': input.AuthType },
    );
    const its = assertThere(found, qualifier);
    const before = its.urls.get(alias);
    if (!before) throw noSuchResource();
    const url: FunctionUrl = {
      ...before,
      authType: input.AuthType ?? before.authType,
      cors: input.Cors ?? before.cors,
      invokeMode: modeOf(input) ?? before.invokeMode,
      modifiedAt: call.core.clock.now(),
    };
    its.urls.set(alias, url);
    return describe(its, qualifier, url, call);
  };

  const remove: Operation<lambda.DeleteFunctionUrlConfigCommandInput, lambda.DeleteFunctionUrlConfigCommandOutput> = (
    input,
    call,
  ) => {
    const { found, alias } = findUrl(input, call);
    found.urls.delete(alias);
    return {};
  };

  const list: Operation<lambda.ListFunctionUrlConfigsCommandInput, lambda.ListFunctionUrlConfigsCommandOutput> = (
    input,
    call,
  ) => {
    new Constraints().check(input.MaxItems, 'maxItems', { range: [1, MOST_LISTED] }).enforce();
    const { found } = find({ FunctionName: input.FunctionName }, call);
    if (!found) throw noFunction();
    const { items, next } = pageOf(
      [...found.urls],
      ([alias]) => [alias],
      input,
      { size: MOST_LISTED, most: MOST_LISTED },
      call,
    );
    return {
      FunctionUrlConfigs: items.map(([alias, url]) => ({
        InvokeMode: 'BUFFERED' as const,
        ...describe(found, alias || undefined, url, call),
      })),
      ...next,
    };
  };

  return {
    CreateFunctionUrlConfig: create,
    GetFunctionUrlConfig: get,
    UpdateFunctionUrlConfig: update,
    DeleteFunctionUrlConfig: remove,
    ListFunctionUrlConfigs: list,
  };
};

type Settings = {
  AuthType?: string | undefined;
  InvokeMode?: string | undefined;
  Cors?: lambda.Cors | undefined;
  Qualifier?: string | undefined;
};

/** How long the members of each list of a CORS configuration may be. https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html */
const LISTS = { AllowHeaders: 1024, AllowMethods: 6, AllowOrigins: 253, ExposeHeaders: 1024 } as const;

function check({ AuthType, InvokeMode, Cors, Qualifier }: Settings, { required }: { required: boolean }): void {
  const constraints = new Constraints()
    .check(Qualifier, 'qualifier', { pattern: ALIAS })
    .check(AuthType, 'authType', { ...(required ? { required } : {}), oneOf: ['NONE', 'AWS_IAM'] })
    .check(InvokeMode, 'invokeMode', { oneOf: ['RESPONSE_STREAM', 'BUFFERED'] })
    .check(Cors?.MaxAge, 'cors.maxAge', { range: [0, 86_400] });
  for (const [name, longest] of Object.entries(LISTS) as [keyof typeof LISTS, number][]) {
    const given = Cors?.[name] ?? [];
    if (given.every((one) => one.length <= longest)) continue;
    const rule = `Member must satisfy constraint: [Member must have length less than or equal to ${longest}, Member must have length greater than or equal to ${name === 'AllowOrigins' ? 1 : 0}, Member must satisfy regular expression pattern: .*]`;
    constraints.broken(`[${given.join(', ')}]`, `cors.${name[0]!.toLowerCase()}${name.slice(1)}`, rule);
  }
  constraints.enforce();
}

/** Throws `NotImplemented` for answers that are streamed. */
function modeOf({ InvokeMode }: Settings): 'BUFFERED' | undefined {
  if (InvokeMode === undefined) return undefined;
  if (InvokeMode === 'BUFFERED') return 'BUFFERED';
  throw new AwsError(
    'NotImplemented',
    'lambda: function URLs with InvokeMode RESPONSE_STREAM are not built in this cloud. BUFFERED ones are.',
    501,
  );
}

/** As AWS's: 32 letters and digits. */
const newId = (): string => Array.from({ length: 32 }, () => randomInt(36).toString(36)).join('');

const arnOf = (of: LambdaFunction, qualifier: string | undefined): string =>
  qualifier === undefined ? of.arn : `${of.arn}:${qualifier}`;

const describe = (of: LambdaFunction, qualifier: string | undefined, url: FunctionUrl, call: Call) => ({
  FunctionUrl: urlOf(url.id, of.region, call.endpoint),
  FunctionArn: arnOf(of, qualifier),
  AuthType: url.authType,
  ...(url.cors ? { Cors: url.cors } : {}),
  CreationTime: new Date(url.createdAt).toISOString(),
  LastModifiedTime: new Date(url.modifiedAt).toISOString(),
  ...(url.invokeMode ? { InvokeMode: url.invokeMode } : {}),
});
