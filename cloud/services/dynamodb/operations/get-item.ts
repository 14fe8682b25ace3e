/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { readUnits, Usage } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { assertScalarKeys } from '../expression/attributes.ts';
import { project, projectionOf } from '../expression/projection.ts';
import { checkKey } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { checkItem } from '../value/value.ts';

export const getItem =
  (tables: Tables): Operation<GetItemCommandInput, GetItemCommandOutput> =>
  (input, call) => {
    new Constraints()
      .tableName(input.TableName)
      .required('key', input.Key)
      .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity)
      .check();
    refuseLegacy(input);
    checkItem(input.Key);
    const paths = projectionOf(input);
    const table = servingTable(tables, call, input.TableName!);
    const key = checkKey(input.Key, table.schema);
    assertScalarKeys(paths ?? [], table.schema);
    const row = table.items.get(key);
    return {
      ...(row ? { Item: paths ? project(row.item, paths) : row.item } : {}),
      ...new Usage(table).add(readUnits(row?.size ?? 0, input.ConsistentRead)).told(input.ReturnConsumedCapacity),
    };
  };
