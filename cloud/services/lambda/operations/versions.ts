/** Versions and aliases. Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html and its siblings. */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Operation } from '../../../contract.ts';
import { authorize } from '../access.ts';
import { describeVersion, sameContent } from '../configuration.ts';
import { conflict, functionNotFound, invalidParameter, notFound, preconditionFailed } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';
import { type Alias, aliasOf, type LambdaFunction, newRevision, type Version } from '../store.ts';
import { assertChangeable } from './updates.ts';

/** Makes a version of $LATEST, or hands back the last one when nothing has changed since. */
export function publish(
  of: Lambda,
  found: LambdaFunction,
  input: { CodeSha256?: string | undefined; Description?: string | undefined },
): Version {
  const { latest } = found;
  if (input.CodeSha256 !== undefined && input.CodeSha256 !== latest.package.sha256) {
    throw invalidParameter(
      `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.package.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const last = found.versions.get(String(found.lastVersion));
  if (last && sameContent(last, latest)) return last;
  found.lastVersion++;
  const name = String(found.lastVersion);
  const version: Version = {
    ...latest,
    name,
    arn: `${found.arn}:${name}`,
    configuration: { ...latest.configuration, description: input.Description ?? latest.configuration.description },
    draftDescription: latest.configuration.description,
    modifiedAt: of.core.clock.now(),
    revisionId: newRevision(),
  };
  found.versions.set(name, version);
  return version;
}

export const versions = (of: Lambda) => {
  const { store } = of;

  const publishVersion: Operation<lambda.PublishVersionCommandInput, lambda.PublishVersionCommandOutput> = (
    input,
    call,
  ) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'PublishVersion', found);
    assertChangeable(found, input.RevisionId);
    return describeVersion(found, publish(of, found, input));
  };

  const listVersions: Operation<
    lambda.ListVersionsByFunctionCommandInput,
    lambda.ListVersionsByFunctionCommandOutput
  > = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'ListVersionsByFunction', found);
    const latest = describeVersion(found, found.latest, `${found.arn}:$LATEST`);
    const all = [latest, ...[...found.versions.values()].map((version) => describeVersion(found, version))];
    const from = Number(input.Marker ?? 0);
    const to = from + (input.MaxItems ?? 50);
    return { Versions: all.slice(from, to), ...(to < all.length ? { NextMarker: String(to) } : {}) };
  };

  const createAlias: Operation<lambda.CreateAliasCommandInput, lambda.CreateAliasCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'CreateAlias', found);
    const name = input.Name ?? '';
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(name)) {
      throw invalidParameter(
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
      );
    }
    if (found.aliases.has(name)) throw conflict(`Alias already exists: ${found.arn}:${name}`);
    const weights = weightsOf(found, input.RoutingConfig);
    const version = existing(found, input.FunctionVersion);
    const alias: Alias = { name, version, description: input.Description ?? '', weights, revisionId: newRevision() };
    found.aliases.set(name, alias);
    return describeAlias(found, alias);
  };

  const updateAlias: Operation<lambda.UpdateAliasCommandInput, lambda.UpdateAliasCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'UpdateAlias', found, input.Name);
    const alias = aliasOf(found, input.Name);
    if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId) throw preconditionFailed();
    const weights = input.RoutingConfig ? weightsOf(found, input.RoutingConfig) : alias.weights;
    if (input.FunctionVersion !== undefined) alias.version = existing(found, input.FunctionVersion);
    alias.description = input.Description ?? alias.description;
    alias.weights = weights;
    alias.revisionId = newRevision();
    return describeAlias(found, alias);
  };

  const getAlias: Operation<lambda.GetAliasCommandInput, lambda.GetAliasCommandOutput> = (input, call) => {
    const found = store.find(call.accountId, referenceOf(call, input.FunctionName, undefined).name);
    if (!found) throw notFound(`Cannot find alias arn: ${call.accountId}:function:${input.FunctionName}:${input.Name}`);
    authorize(call, 'GetAlias', found, input.Name);
    const alias = found.aliases.get(input.Name ?? '');
    if (!alias) throw notFound(`Cannot find alias arn: ${found.arn}:${input.Name}`);
    return describeAlias(found, alias);
  };

  const listAliases: Operation<lambda.ListAliasesCommandInput, lambda.ListAliasesCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'ListAliases', found);
    const all = [...found.aliases.values()].filter(
      ({ version }) => input.FunctionVersion === undefined || version === input.FunctionVersion,
    );
    return {
      Aliases: all.sort((left, right) => (left.name < right.name ? -1 : 1)).map((alias) => describeAlias(found, alias)),
    };
  };

  const deleteAlias: Operation<lambda.DeleteAliasCommandInput, lambda.DeleteAliasCommandOutput> = (input, call) => {
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'DeleteAlias', found, input.Name);
    found.aliases.delete(input.Name ?? '');
    return {};
  };

  return {
    PublishVersion: publishVersion,
    ListVersionsByFunction: listVersions,
    CreateAlias: createAlias,
    UpdateAlias: updateAlias,
    GetAlias: getAlias,
    ListAliases: listAliases,
    DeleteAlias: deleteAlias,
  };
};

function existing(of: LambdaFunction, version: string | undefined): string {
  if (version === '$LATEST' || (version !== undefined && of.versions.has(version))) return version;
  throw functionNotFound(`${of.arn}:${version}`);
}

function weightsOf(of: LambdaFunction, routing: lambda.AliasRoutingConfiguration | undefined): Record<string, number> {
  const weights = routing?.AdditionalVersionWeights ?? {};
  if (Object.keys(weights).length > 1)
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  for (const version of Object.keys(weights)) existing(of, version);
  return { ...weights };
}

const describeAlias = (of: LambdaFunction, alias: Alias): lambda.AliasConfiguration => ({
  AliasArn: `${of.arn}:${alias.name}`,
  Name: alias.name,
  FunctionVersion: alias.version,
  Description: alias.description,
  RevisionId: alias.revisionId,
  ...(Object.keys(alias.weights).length > 0
    ? { RoutingConfig: { AdditionalVersionWeights: { ...alias.weights } } }
    : {}),
});
