/** What PutItem, UpdateItem and DeleteItem share: their condition, and what they give back. */
import type {
  AttributeValue,
  ReturnConsumedCapacity,
  ReturnItemCollectionMetrics,
  ReturnValuesOnConditionCheckFailure,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../contract.ts';
import { Constraints } from '../constraints.ts';
import { assertScalarKeys, pathsOf } from '../expression/attributes.ts';
import { parseCondition } from '../expression/condition.ts';
import { meets } from '../expression/evaluate.ts';
import type { Placeholders } from '../expression/placeholders.ts';
import type { Condition } from '../expression/tree.ts';
import type { KeySchema } from '../keys.ts';
import type { Item } from '../value/value.ts';

export interface WriteInput {
  readonly TableName: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
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

export function conditionOf(input: WriteInput, placeholders: Placeholders): Condition | undefined {
  if (input.ConditionExpression === undefined) return undefined;
  return parseCondition(input.ConditionExpression, 'ConditionExpression', placeholders);
}

/**
 * Throws `ConditionalCheckFailedException`, with the item where the caller has asked for it.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function assertCondition(
  condition: Condition | undefined,
  item: Item | undefined,
  input: WriteInput,
  schema: KeySchema,
): void {
  if (!condition) return;
  assertScalarKeys(pathsOf(condition), schema);
  if (meets(condition, item ?? {})) return;
  const shown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item ? { Item: forJson(item) } : {};
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, shown);
}

/** Members of an error are written as plain JSON, which has no binaries. */
function forJson(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueForJson(value)]));
}

function valueForJson(value: AttributeValue): unknown {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(valueForJson) };
  return value.M ? { M: forJson(value.M) } : value;
}
