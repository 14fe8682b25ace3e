/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
import type { DeleteItemCommandInput, DeleteItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { consumed, writeUnits } from '../capacity.ts';
import { validation } from '../errors.ts';
import { Placeholders } from '../expression/placeholders.ts';
import { checkKey } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { checkItem } from '../value/value.ts';
import { assertCondition, checkWrite, conditionOf } from './write.ts';

/** Deletes an item; one that is not there is no error. */
export const deleteItem =
  (tables: Tables): Operation<DeleteItemCommandInput, DeleteItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'key', input.Key);
    refuseLegacy(input);
    if (!['NONE', 'ALL_OLD'].includes(input.ReturnValues ?? 'NONE')) {
      throw validation('Return values set to invalid value');
    }
    checkItem(input.Key);
    const { ConditionExpression } = input;
    const placeholders = Placeholders.of(input, [ConditionExpression], { ConditionExpression });
    const condition = conditionOf(input, placeholders);
    placeholders.assertAllUsed();
    const table = servingTable(tables, call, input.TableName!);
    const key = checkKey(input.Key, table.schema);
    const before = table.items.get(key);
    assertCondition(condition, before?.item, input, table.schema);
    table.items.delete(key);
    return {
      ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: before.item } : {}),
      ...consumed(input.ReturnConsumedCapacity, table, writeUnits(before?.size ?? 0)),
    };
  };
