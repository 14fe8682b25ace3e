/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { consumed, writeUnits } from '../capacity.ts';
import { validation } from '../errors.ts';
import { Placeholders } from '../expression/placeholders.ts';
import { assertItemKey } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { itemSize, MOST_ITEM_BYTES } from '../value/size.ts';
import { checkItem, type Item } from '../value/value.ts';
import { assertCondition, checkWrite, conditionOf } from './write.ts';

export const putItem =
  (tables: Tables): Operation<PutItemCommandInput, PutItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'item', input.Item);
    refuseLegacy(input);
    if (!['NONE', 'ALL_OLD'].includes(input.ReturnValues ?? 'NONE')) {
      throw validation('Return values set to invalid value');
    }
    const item = checkStored(input.Item);
    const { ConditionExpression } = input;
    const placeholders = Placeholders.of(input, [ConditionExpression], { ConditionExpression });
    const condition = conditionOf(input, placeholders);
    placeholders.assertAllUsed();
    const table = servingTable(tables, call, input.TableName!);
    assertItemKey(item, table.schema);
    const before = table.items.get(item);
    assertCondition(condition, before?.item, input, table.schema);
    tables.put(table, item, call.traceId);
    return {
      ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: before.item } : {}),
      ...consumed(input.ReturnConsumedCapacity, table, writeUnits(Math.max(itemSize(item), before?.size ?? 0))),
    };
  };

/** An item that may be stored. Throws `ValidationException`. */
export function checkStored(given: unknown): Item {
  const item = checkItem(given);
  if (itemSize(item) > MOST_ITEM_BYTES) throw validation('Item size has exceeded the maximum allowed size');
  return item;
}
