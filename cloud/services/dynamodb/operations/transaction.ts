/**
 * What the two transactions share: how actions are checked, and how a transaction is cancelled.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
 */
import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { AwsError, type Call } from '../../../contract.ts';
import { latencyOf, metBy } from '../../../core/faults.ts';
import type { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import { CONFLICT, type Place } from '../ongoing.ts';
import type { Tables } from '../tables.ts';
import { forJson } from '../value/json.ts';
import type { Item } from '../value/value.ts';

const MOST_ACTIONS = 100;
const MOST_BYTES = 4 * 1024 * 1024;

/** Why an action does not let the transaction succeed. */
export interface Reason {
  readonly Code: string;
  readonly Message: string;
  readonly Item?: Item;
}

export function checkActions(constraints: Constraints, items: readonly unknown[] | undefined): Constraints {
  return constraints.required('transactItems', items).length('transactItems', items, 1, MOST_ACTIONS);
}

/**
 * What an action comes to, or why it does not. An empty key is a mistake of the request, which fails as a whole; whatever else
 * is wrong with an action cancels the transaction.
 */
export function attempt<T>(act: () => T): T | Reason {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    if (error.message.startsWith('One or more parameter values are not valid.')) throw error;
    return { Code: 'ValidationError', Message: error.message };
  }
}

export const isReason = (value: object | undefined): value is Reason => value !== undefined && 'Code' in value;

/** Throws `ValidationException`. */
export function assertDistinct(tables: Tables, places: readonly Place[]): void {
  const names = places.map(({ table, key }) => tables.ongoing.nameOf({ table, key }));
  if (new Set(names).size < names.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
}

/** Of all items together. Throws `ValidationException`. */
export function assertSize(bytes: number): void {
  if (bytes > MOST_BYTES) throw validation(`Transaction payload size cannot exceed 4MB. Payload Size: ${bytes}`);
}

/** Throws `TransactionCanceledException` where any action has a reason. */
export function assertUncancelled(reasons: readonly (Reason | undefined)[]): void {
  if (reasons.every((reason) => reason === undefined)) return;
  const CancellationReasons = reasons.map((reason): CancellationReason => {
    if (!reason) return { Code: 'None' };
    const { Item, ...rest } = reason;
    return { ...rest, ...(Item ? { Item: forJson(Item) as CancellationReason['Item'] } : {}) };
  });
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons },
  );
}

/** Another transaction is at work on the item, or a fault on `PrepareItem` (resource: the table) has its way with this one. */
export function hindrance(tables: Tables, call: Call, place: Place): { reason?: Reason; latency: number } {
  const { core } = tables;
  const faults = metBy(call.traceId, core, {
    accountId: call.accountId,
    service: 'dynamodb',
    operation: 'PrepareItem',
    resource: place.table.name,
    principal: call.principal.arn,
  });
  const latency = latencyOf(faults);
  const failure = faults.map(({ effect }) => effect).find((effect) => effect.kind === 'error');
  if (failure) return { reason: { Code: failure.code, Message: failure.message ?? CONFLICT }, latency };
  if (!tables.ongoing.holds(place)) return { latency };
  return { reason: { Code: 'TransactionConflict', Message: CONFLICT }, latency };
}
