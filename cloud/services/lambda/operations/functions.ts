/**
 * Creating, reading, listing and deleting functions.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its siblings.
 */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { assertRole, authorize, authorizeOn } from '../access.ts';
import { configure, describeVersion, listVersion } from '../configuration.ts';
import { conflict, invalidParameter } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { functionArn, newName, referenceOf } from '../names.ts';
import { type LambdaFunction, newRevision, resolveVersion, type Version } from '../store.ts';
import { PAGE, pageOf, versionKey } from './page.ts';
import { assertTags } from './tags.ts';
import { publish } from './versions.ts';

export const functions = (of: Lambda) => {
  const { store } = of;

  const createFunction: Operation<lambda.CreateFunctionCommandInput, lambda.CreateFunctionCommandOutput> = async (
    input,
    call,
  ) => {
    const name = newName(call, input.FunctionName);
    const arn = functionArn(call.region, call.accountId, name);
    authorizeOn(call, 'CreateFunction', arn);
    const configuration = configure(input);
    assertTags(input.Tags);
    assertRole(call, configuration.role);
    of.destinations.assertDeadLetters(configuration);
    if (store.find(call.accountId, name)) throw conflict(`Function already exist: ${name}`);
    const code = await of.code(input.Code ?? {}, call);
    if (store.find(call.accountId, name)) throw conflict(`Function already exist: ${name}`);
    const latest: Version = {
      name: '$LATEST',
      arn,
      configuration,
      package: code,
      modifiedAt: call.core.clock.now(),
      revisionId: newRevision(),
    };
    const made: LambdaFunction = {
      accountId: call.accountId,
      region: call.region,
      name,
      arn,
      latest,
      serving: latest,
      state: 'Pending',
      updating: false,
      versions: new Map(),
      aliases: new Map(),
      lastVersion: 0,
      tags: { ...input.Tags },
      reservedConcurrency: undefined,
      permissions: [],
      policyRevisions: new Map(),
      asynchronous: new Map(),
      urls: new Map(),
    };
    store.add(made);
    of.later(() => {
      made.state = 'Active';
      latest.revisionId = newRevision();
    });
    if (!input.Publish) return describeVersion(made, latest);
    const version = publish(of, made, {});
    // The version's number, under the function's own ARN (recorded: test_publish_version_on_create).
    return { ...describeVersion(made, latest), Version: version.name };
  };

  const getFunction: Operation<lambda.GetFunctionCommandInput, lambda.GetFunctionCommandOutput> = (input, call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'GetFunction', found, reference.qualifier);
    const { version, arn } = named(found, reference.qualifier);
    return {
      Configuration: describeVersion(found, version, arn),
      Code: { RepositoryType: 'S3', Location: of.locate(version.package, call) },
      ...(Object.keys(found.tags).length > 0 ? { Tags: found.tags } : {}),
      ...(found.reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: found.reservedConcurrency } }),
    };
  };

  const getFunctionConfiguration: Operation<
    lambda.GetFunctionConfigurationCommandInput,
    lambda.GetFunctionConfigurationCommandOutput
  > = (input, call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const found = store.get(reference);
    authorize(call, 'GetFunctionConfiguration', found, reference.qualifier);
    const { version, arn } = named(found, reference.qualifier);
    return describeVersion(found, version, arn);
  };

  const listFunctions: Operation<lambda.ListFunctionsCommandInput, lambda.ListFunctionsCommandOutput> = (
    input,
    call,
  ) => {
    authorizeOn(call, 'ListFunctions', '*');
    new Constraints().check(input.FunctionVersion, 'functionVersion', { oneOf: ['ALL'] }).enforce();
    const all = store
      .list(call.accountId)
      .flatMap((one) =>
        input.FunctionVersion === 'ALL'
          ? [
              listVersion(one, one.latest, `${one.arn}:$LATEST`),
              ...[...one.versions.values()].map((v) => listVersion(one, v)),
            ]
          : [listVersion(one, one.latest)],
      );
    const keyOf = ({ FunctionName, Version }: (typeof all)[number]) => [FunctionName!, versionKey(Version)];
    const { items, next } = pageOf(all, keyOf, input, PAGE, call);
    return { Functions: items, ...next };
  };

  const deleteFunction: Operation<lambda.DeleteFunctionCommandInput, lambda.DeleteFunctionCommandOutput> = async (
    input,
    call,
  ) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const { qualifier } = reference;
    if (qualifier === '$LATEST')
      throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
    if (qualifier !== undefined && /^(?!\d+$)[\w-]+$/.test(qualifier)) {
      throw invalidParameter('Deletion of aliases is not currently supported.');
    }
    const found = store.get({ ...reference, qualifier: undefined });
    authorize(call, 'DeleteFunction', found, qualifier);
    if (qualifier === undefined) {
      store.remove(found);
      await of.pool.retire((one) => one === found);
      return { StatusCode: 204 };
    }
    // Deleting a version that is not there succeeds.
    const version = found.versions.get(qualifier);
    if (!version) return { StatusCode: 204 };
    const alias = [...found.aliases.values()].find((one) => one.version === version.name);
    if (alias) throw conflict(`Unable to delete version because the following aliases reference it: [${alias.name}]`);
    found.versions.delete(version.name);
    await of.pool.retire((_, one) => one === version);
    return { StatusCode: 204 };
  };

  return {
    CreateFunction: createFunction,
    GetFunction: getFunction,
    GetFunctionConfiguration: getFunctionConfiguration,
    ListFunctions: listFunctions,
    DeleteFunction: deleteFunction,
  };
};

/** The version that a qualifier means, and the ARN under which it was asked for. */
function named(of: LambdaFunction, qualifier: string | undefined): { version: Version; arn: string } {
  if (qualifier === undefined) return { version: of.latest, arn: of.arn };
  const arn = `${of.arn}:${qualifier}`;
  if (qualifier === '$LATEST') return { version: of.latest, arn };
  return { version: resolveVersion(of, qualifier, () => 1), arn };
}
