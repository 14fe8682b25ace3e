/** Versions and aliases. Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html and its siblings. */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize } from '../access.ts';
import { describeVersion, listVersion, sameContent } from '../configuration.ts';
import { conflict, functionNotFound, invalidParameter, notFound, preconditionFailed, withoutType } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';
import { type Alias, aliasOf, type LambdaFunction, newRevision, type Version } from '../store.ts';
import { PAGE, pageOf, versionKey } from './page.ts';
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
  latest.revisionId = newRevision();
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
    const latest = listVersion(found, found.latest, `${found.arn}:$LATEST`);
    const all = [latest, ...[...found.versions.values()].map((version) => listVersion(found, version))];
    const { items, next } = pageOf(all, ({ Version }) => [versionKey(Version)], input, PAGE, call);
    return { Versions: items, ...next };
  };

  const createAlias: Operation<lambda.CreateAliasCommandInput, lambda.CreateAliasCommandOutput> = (input, call) => {
    const { Name: name = '' } = input;
    checkWeights(
      new Constraints().check(input.Name, 'name', { required: true, length: [1, 128], pattern: ALIAS }),
      input,
    );
    const reference = referenceOf(call, input.FunctionName, undefined);
    const found = store.get({ ...reference, qualifier: input.FunctionVersion });
    authorize(call, 'CreateAlias', found);
    if (found.aliases.has(name)) throw conflict(`Alias already exists: ${found.arn}:${name}`);
    const version = existing(found, input.FunctionVersion);
    const weights = weightsOf(found, version, input.RoutingConfig);
    const alias: Alias = { name, version, description: input.Description ?? '', weights, revisionId: newRevision() };
    found.aliases.set(name, alias);
    return describeAlias(found, alias);
  };

  const updateAlias: Operation<lambda.UpdateAliasCommandInput, lambda.UpdateAliasCommandOutput> = (input, call) => {
    checkWeights(new Constraints(), input);
    const found = store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'UpdateAlias', found, input.Name);
    const alias = aliasOf(found, input.Name);
    if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId) throw preconditionFailed();
    const version = input.FunctionVersion === undefined ? alias.version : existing(found, input.FunctionVersion);
    const weights = input.RoutingConfig ? weightsOf(found, version, input.RoutingConfig) : alias.weights;
    alias.version = version;
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

/** AWS checks keys and values before it looks for the function, and shows the numbers as Java does. */
function checkWeights(
  constraints: Constraints,
  { RoutingConfig: routing }: { RoutingConfig?: Routing | undefined },
): void {
  const entries = Object.entries(routing?.AdditionalVersionWeights ?? {});
  const shown = `{${entries.map(([key, value]) => `${key}=${Number.isInteger(value) ? `${value}.0` : value}`).join(', ')}}`;
  const path = 'routingConfig.additionalVersionWeights';
  if (entries.some(([, value]) => value < 0 || value > 1)) constraints.broken(shown, path, WEIGHT);
  if (entries.some(([key]) => !/^\d{1,1024}$/.test(key))) constraints.broken(shown, path, WEIGHTED);
  constraints.enforce();
}

type Routing = lambda.AliasRoutingConfiguration;

const ALIAS = '(?!^[0-9]+$)([a-zA-Z0-9-_]+)';
const WEIGHT =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';
const WEIGHTED =
  'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]';

function weightsOf(of: LambdaFunction, target: string, routing: Routing | undefined): Record<string, number> {
  const weights = routing?.AdditionalVersionWeights ?? {};
  const versions = Object.keys(weights);
  if (versions.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  if (versions.includes(target)) {
    throw invalidParameter(
      `Invalid function version ${target}. Function version ${target} is already included in routing configuration.`,
    );
  }
  if (versions.length > 0 && target === '$LATEST') {
    throw withoutType('$LATEST is not supported for an alias pointing to more than 1 version');
  }
  for (const version of versions) existing(of, version);
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
