/** Reserved concurrency, and the account's. Mirrors https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
import type * as lambda from '@aws-sdk/client-lambda';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize, authorizeOn } from '../access.ts';
import { invalidParameter, withoutType } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { referenceOf } from '../names.ts';
import type { LambdaFunction } from '../store.ts';

/** What an account may run at a time, and how much of it functions cannot reserve for themselves. */
const CONCURRENT_EXECUTIONS = 1000;
const LEAST_UNRESERVED = 100;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, in bytes. */
const TOTAL_CODE_SIZE = 80_530_636_800;
const UNZIPPED = 262_144_000;
const ZIPPED = 52_428_800;

export const concurrency = (of: Lambda) => {
  const { store } = of;

  const reserved = (accountId: string, except?: LambdaFunction): number =>
    store
      .list(accountId)
      .filter((one) => one !== except)
      .reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);

  const find = (name: string | undefined, call: Call, qualifier?: string): LambdaFunction => {
    const reference = referenceOf(call, name, undefined);
    if (reference.qualifier !== undefined) {
      throw invalidParameter(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    const found = store.get({ ...reference, qualifier });
    authorize(call, call.operation, found);
    return found;
  };

  /** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html; 0 keeps the function from running at all. */
  const put: Operation<lambda.PutFunctionConcurrencyCommandInput, lambda.PutFunctionConcurrencyCommandOutput> = (
    input,
    call,
  ) => {
    const wanted = input.ReservedConcurrentExecutions;
    const found = find(input.FunctionName, call, '$LATEST');
    new Constraints()
      .check(wanted, 'reservedConcurrentExecutions', { required: true, range: [0, Number.MAX_SAFE_INTEGER] })
      .enforce();
    if (CONCURRENT_EXECUTIONS - reserved(found.accountId, found) - wanted! < LEAST_UNRESERVED) {
      throw withoutType(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
      );
    }
    found.reservedConcurrency = wanted;
    return { ReservedConcurrentExecutions: wanted };
  };

  const get: Operation<lambda.GetFunctionConcurrencyCommandInput, lambda.GetFunctionConcurrencyCommandOutput> = (
    input,
    call,
  ) => {
    const { reservedConcurrency } = find(input.FunctionName, call);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  };

  const remove: Operation<
    lambda.DeleteFunctionConcurrencyCommandInput,
    lambda.DeleteFunctionConcurrencyCommandOutput
  > = (input, call) => {
    find(input.FunctionName, call).reservedConcurrency = undefined;
    return {};
  };

  /** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
  const settings: Operation<lambda.GetAccountSettingsCommandInput, lambda.GetAccountSettingsCommandOutput> = (
    _,
    call,
  ) => {
    authorizeOn(call, 'GetAccountSettings', '*');
    const all = store.list(call.accountId);
    const packages = all.flatMap((one) => [one.latest, ...one.versions.values()]).map((version) => version.package);
    return {
      AccountLimit: {
        TotalCodeSize: TOTAL_CODE_SIZE,
        CodeSizeUnzipped: UNZIPPED,
        CodeSizeZipped: ZIPPED,
        ConcurrentExecutions: CONCURRENT_EXECUTIONS,
        UnreservedConcurrentExecutions: CONCURRENT_EXECUTIONS - reserved(call.accountId),
      },
      AccountUsage: {
        TotalCodeSize: packages.reduce((sum, { zip }) => sum + zip.length, 0),
        FunctionCount: all.length,
      },
    };
  };

  return {
    PutFunctionConcurrency: put,
    GetFunctionConcurrency: get,
    DeleteFunctionConcurrency: remove,
    GetAccountSettings: settings,
  };
};
