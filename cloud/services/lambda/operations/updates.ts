/**
 * Changing code and configuration. Lambda answers first and works on for a while: until it is done, the old code serves and
 * other changes are refused. Mirrors https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { latencyOf, metBy } from '../../../core/faults.ts';
import { assertRole, authorize } from '../access.ts';
import { checkArchitectures, configure, describeVersion, sameContent } from '../configuration.ts';
import { conflict, preconditionFailed } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';
import { type LambdaFunction, newRevision, type Version } from '../store.ts';
import { publish } from './versions.ts';

export const updates = (of: Lambda) => {
  const updateFunctionCode: Operation<
    lambda.UpdateFunctionCodeCommandInput,
    lambda.UpdateFunctionCodeCommandOutput
  > = async (input, call) => {
    checkArchitectures(new Constraints(), input.Architectures).enforce();
    const found = of.store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'UpdateFunctionCode', found);
    assertChangeable(found, input.RevisionId);
    const code = await of.code(input, call);
    assertChangeable(found, input.RevisionId);
    const changed: Version = {
      ...found.latest,
      package: code,
      ...(input.Architectures
        ? { configuration: { ...found.latest.configuration, architectures: input.Architectures } }
        : {}),
    };
    if (input.DryRun) return describeVersion(found, changed);
    change(of, found, changed, call);
    if (!input.Publish) return describeVersion(found, found.latest);
    return describeVersion(found, publish(of, found, {}));
  };

  const updateFunctionConfiguration: Operation<
    lambda.UpdateFunctionConfigurationCommandInput,
    lambda.UpdateFunctionConfigurationCommandOutput
  > = (input, call) => {
    const found = of.store.get(referenceOf(call, input.FunctionName, undefined));
    authorize(call, 'UpdateFunctionConfiguration', found);
    assertChangeable(found, input.RevisionId);
    const configuration = configure(input, found.latest.configuration);
    if (input.Role) assertRole(call, configuration.role);
    if (input.Role || input.DeadLetterConfig) of.destinations.assertDeadLetters(configuration);
    change(of, found, { ...found.latest, configuration }, call);
    return describeVersion(found, found.latest);
  };

  return { UpdateFunctionCode: updateFunctionCode, UpdateFunctionConfiguration: updateFunctionConfiguration };
};

/** Throws `ResourceConflictException` while Lambda is at work on this function, `PreconditionFailedException`. */
export function assertChangeable(of: LambdaFunction, revisionId: string | undefined): void {
  if (of.state === 'Pending') {
    throw conflict(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  }
  if (of.updating) {
    throw conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${of.arn}`);
  }
  if (revisionId !== undefined && revisionId !== of.latest.revisionId) throw preconditionFailed();
}

/** Faults of the operation `FinishUpdate` make the work that follows the answer slow. */
function change(of: Lambda, found: LambdaFunction, wanted: Version, { accountId, traceId }: Call): void {
  const { clock } = of.core;
  const met = metBy(traceId, of.core, {
    accountId,
    service: 'lambda',
    operation: 'FinishUpdate',
    resource: found.name,
  });
  const same = sameContent(found.latest, wanted);
  found.latest = { ...wanted, modifiedAt: clock.now(), revisionId: newRevision() };
  found.updating = true;
  of.later(() => {
    const before = found.serving;
    found.updating = false;
    found.serving = found.latest;
    found.latest.revisionId = newRevision();
    if (!same) return of.pool.retire((one, version) => one === found && version === before);
    return undefined;
  }, latencyOf(met));
}
