/** What PutItem, UpdateItem and DeleteItem share: their parameters, their condition, and what they give back. */
import type {
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
  ReturnValuesOnConditionCheckFailure,
} from '@aws-sdk/client-dynamodb';
import { AwsError, type TraceId } from '../../../contract.ts';
import type { Usage } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import type { Tables } from '../tables.ts';
import { forJson } from '../value/json.ts';
import type { Item } from '../value/value.ts';
import type { Change, Expressions } from './change.ts';
import { collectionOf } from './collection.ts';

export interface WriteInput extends Expressions {
  readonly TableName: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  readonly ReturnItemCollectionMetrics?: ReturnItemCollectionMetrics | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

/** Throws `ValidationException` for parameters that the API's model refuses. `content`: `item` or `key`. */
export function checkWrite(input: WriteInput, content: string, value: unknown): void {
  new Constraints()
    .tableName(input.TableName)
    .required(content, value)
    .oneOf('returnValues', input.ReturnValues)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics)
    .oneOf('returnValuesOnConditionCheckFailure', input.ReturnValuesOnConditionCheckFailure)
    .check();
}

/**
 * Makes a change, and gives what was there, what is there, and the members of an answer that tell what it took. Throws
 * `ConditionalCheckFailedException`, with the item where the caller has asked for it, `TransactionConflictException`, and
 * `ValidationException`.
 */
export function write(tables: Tables, change: Change, input: WriteInput, cause: TraceId) {
  const { table, key } = change;
  tables.ongoing.assertFree(change);
  const before = table.items.get(key)?.item;
  if (!change.permits(before)) {
    const shown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before ? { Item: forJson(before) } : {};
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, shown);
  }
  const after = change.next(before);
  const usage: Usage = commit(tables, change, after, cause);
  const collection = input.ReturnItemCollectionMetrics === 'SIZE' ? collectionOf(table, key) : undefined;
  return {
    before,
    after,
    told: {
      ...usage.told(input.ReturnConsumedCapacity),
      ...(collection ? { ItemCollectionMetrics: collection } : {}),
    },
  };
}

export function commit(tables: Tables, { table, key }: Change, after: Item | undefined, cause: TraceId): Usage {
  return after ? tables.put(table, after, cause) : tables.remove(table, key, cause);
}
