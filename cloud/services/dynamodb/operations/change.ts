/**
 * What a request does to one item: the same for PutItem, UpdateItem and DeleteItem and for the actions of a transaction.
 * It is read in two steps, since DynamoDB tells of mistakes in the request before it looks for the table.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidValues, validation } from '../errors.ts';
import { applyUpdate } from '../expression/apply.ts';
import { assertScalarKeys, pathsOf } from '../expression/attributes.ts';
import { parseCondition } from '../expression/condition.ts';
import { meets } from '../expression/evaluate.ts';
import { Placeholders } from '../expression/placeholders.ts';
import type { Condition, Path, Update } from '../expression/tree.ts';
import { parseUpdate } from '../expression/update-parser.ts';
import { assertItemKey, checkKey, type KeySchema, keyAttributes, keyOf } from '../keys.ts';
import type { Table } from '../table.ts';
import { itemSize, MOST_ITEM_BYTES } from '../value/size.ts';
import { checkItem, type Item } from '../value/value.ts';
import { assertUpdatedFits, assertUpdateFits } from './index-keys.ts';

export interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/** A change of one item of one table. */
export interface Change {
  readonly table: Table;
  readonly key: Item;
  /** Whether the item as it is lets itself be changed. */
  permits(before: Item | undefined): boolean;
  /** What is to be there afterwards; `undefined`: nothing. Throws `ValidationException`. */
  next(before: Item | undefined): Item | undefined;
}

/** Throws `ValidationException` for what does not fit the table. */
export type Bind = (table: Table) => Change;

const NOTHING: Update = { set: [], remove: [], add: [], delete: [], paths: [] };

/** Throws `ValidationException`. */
export function putOf(input: Expressions & { readonly Item: Record<string, AttributeValue> | undefined }): Bind {
  const item = checkStored(input.Item);
  const condition = onlyConditionOf(input);
  return (table) => {
    assertItemKey(item, table.schema);
    table.assertIndexable(item);
    return { table, key: keyOf(item, table.schema), permits: permission(condition, table.schema), next: () => item };
  };
}

type Keyed = Expressions & { readonly Key: Record<string, AttributeValue> | undefined };

/** Throws `ValidationException`. */
export function deletionOf(input: Keyed): Bind {
  return keyed(input, () => undefined);
}

/** Only asks. Throws `ValidationException`. */
export function checkOf(input: Keyed): Bind {
  return keyed(input, (before) => before);
}

function keyed(input: Keyed, next: Change['next']): Bind {
  checkItem(input.Key);
  const condition = onlyConditionOf(input);
  return (table) => {
    const key = checkKey(input.Key, table.schema);
    return { table, key, permits: permission(condition, table.schema), next };
  };
}

export interface UpdateChange extends Change {
  readonly paths: readonly Path[];
}

/** Throws `ValidationException`. */
export function updateOf(input: Keyed): (table: Table) => UpdateChange {
  checkItem(input.Key);
  const { UpdateExpression, ConditionExpression } = input;
  const placeholders = Placeholders.of(input, [UpdateExpression, ConditionExpression], {
    UpdateExpression,
    ConditionExpression,
  });
  const update = UpdateExpression === undefined ? NOTHING : parseUpdate(UpdateExpression, placeholders);
  const condition = conditionOf(ConditionExpression, placeholders);
  placeholders.assertAllUsed();
  return (table) => {
    const key = checkKey(input.Key, table.schema);
    assertKeysUntouched(update.paths, table.schema);
    assertUpdateFits(update, table);
    return {
      table,
      key,
      permits: permission(condition, table.schema),
      next: (before) => updated(update, before ?? key, table),
      paths: update.paths,
    };
  };
}

/** An item that may be stored. Throws `ValidationException`. */
export function checkStored(given: unknown): Item {
  const item = checkItem(given);
  if (itemSize(item) > MOST_ITEM_BYTES) throw validation('Item size has exceeded the maximum allowed size');
  return item;
}

function onlyConditionOf(input: Expressions): Condition | undefined {
  const { ConditionExpression } = input;
  const placeholders = Placeholders.of(input, [ConditionExpression], { ConditionExpression });
  const condition = conditionOf(ConditionExpression, placeholders);
  placeholders.assertAllUsed();
  return condition;
}

const conditionOf = (expression: string | undefined, placeholders: Placeholders): Condition | undefined =>
  expression === undefined ? undefined : parseCondition(expression, 'ConditionExpression', placeholders);

/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html */
function permission(condition: Condition | undefined, schema: KeySchema): Change['permits'] {
  if (!condition) return () => true;
  assertScalarKeys(pathsOf(condition), schema);
  return (before) => meets(condition, before ?? {});
}

function updated(update: Update, before: Item, table: Table): Item {
  const item = applyUpdate(update, before);
  if (itemSize(item) > MOST_ITEM_BYTES) {
    throw validation('Item size to update has exceeded the maximum allowed size');
  }
  assertUpdatedFits(item, before, table);
  return checkItem(item);
}

function assertKeysUntouched(paths: readonly Path[], schema: KeySchema): void {
  for (const { name } of keyAttributes(schema)) {
    if (paths.some(([attribute]) => attribute === name)) {
      throw invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}
