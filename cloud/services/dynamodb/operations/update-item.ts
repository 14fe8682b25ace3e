/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
import type { ReturnValue, UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { consumed, writeUnits } from '../capacity.ts';
import { invalidValues, validation } from '../errors.ts';
import { applyUpdate } from '../expression/apply.ts';
import { Placeholders } from '../expression/placeholders.ts';
import { project } from '../expression/projection.ts';
import type { Path, Update } from '../expression/tree.ts';
import { parseUpdate } from '../expression/update-parser.ts';
import { checkKey, type KeySchema, keyAttributes } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { itemSize, MOST_ITEM_BYTES } from '../value/size.ts';
import { checkItem, type Item } from '../value/value.ts';
import { assertCondition, checkWrite, conditionOf } from './write.ts';

const NOTHING: Update = { set: [], remove: [], add: [], delete: [], paths: [] };

/** Changes an item, or creates it where there is none. */
export const updateItem =
  (tables: Tables): Operation<UpdateItemCommandInput, UpdateItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'key', input.Key);
    refuseLegacy(input);
    checkItem(input.Key);
    const { UpdateExpression, ConditionExpression } = input;
    const placeholders = Placeholders.of(input, [UpdateExpression, ConditionExpression], {
      UpdateExpression,
      ConditionExpression,
    });
    const update = UpdateExpression === undefined ? NOTHING : parseUpdate(UpdateExpression, placeholders);
    const condition = conditionOf(input, placeholders);
    placeholders.assertAllUsed();
    const table = servingTable(tables, call, input.TableName!);
    const key = checkKey(input.Key, table.schema);
    assertKeysUntouched(update.paths, table.schema);
    const before = table.items.get(key);
    assertCondition(condition, before?.item, input, table.schema);
    const item = applyUpdate(update, before?.item ?? key);
    const size = itemSize(item);
    if (size > MOST_ITEM_BYTES) throw validation('Item size to update has exceeded the maximum allowed size');
    tables.put(table, checkItem(item), call.traceId);
    const Attributes = returned(input.ReturnValues, update.paths, before?.item, item);
    return {
      ...(Attributes && Object.keys(Attributes).length > 0 ? { Attributes } : {}),
      ...consumed(input.ReturnConsumedCapacity, table, writeUnits(Math.max(size, before?.size ?? 0))),
    };
  };

function assertKeysUntouched(paths: readonly Path[], schema: KeySchema): void {
  for (const { name } of keyAttributes(schema)) {
    if (paths.some(([attribute]) => attribute === name)) {
      throw invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}

function returned(
  wanted: ReturnValue | undefined,
  paths: readonly Path[],
  before: Item | undefined,
  after: Item,
): Item | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before && project(before, paths);
    case 'UPDATED_NEW':
      return project(after, paths);
    default:
      return undefined;
  }
}
