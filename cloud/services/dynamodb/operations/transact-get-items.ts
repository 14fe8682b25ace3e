/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
import type { Get, TransactGetItemsCommandInput, TransactGetItemsCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { readUnits, toldOf, type Usage, usageOf } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { assertScalarKeys } from '../expression/attributes.ts';
import { project, projectionOf } from '../expression/projection.ts';
import type { Path } from '../expression/tree.ts';
import { checkKey } from '../keys.ts';
import type { Place } from '../ongoing.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { checkItem } from '../value/value.ts';
import {
  assertDistinct,
  assertSize,
  assertUncancelled,
  attempt,
  checkActions,
  hindrance,
  isReason,
} from './transaction.ts';

interface Wanted extends Place {
  readonly paths: readonly Path[] | undefined;
}

/** Up to a hundred items as they are at one moment. */
export const transactGetItems =
  (tables: Tables): Operation<TransactGetItemsCommandInput, TransactGetItemsCommandOutput> =>
  (input, call) => {
    check(input);
    const parsed = input.TransactItems!.map(({ Get: given }) => ({ given: given!, paths: parse(given!) }));
    const all = parsed.map(({ given, paths }) => {
      const table = servingTable(tables, call, given.TableName!, { action: 'GetItem' });
      return attempt((): Wanted => {
        const key = checkKey(given.Key, table.schema);
        assertScalarKeys(paths ?? [], table.schema);
        return { table, key, paths };
      });
    });
    const wanted = all.filter((one): one is Wanted => !isReason(one));
    assertDistinct(tables, wanted);
    assertUncancelled(all.map((one) => (isReason(one) ? one : hindrance(tables, call, one).reason)));
    const usages = new Map<Table, Usage>();
    let bytes = 0;
    const Responses = wanted.map(({ table, key, paths }) => {
      const row = table.items.get(key);
      bytes += row?.size ?? 0;
      usageOf(usages, table).add(readUnits(row?.size ?? 0, true));
      return row ? { Item: paths ? project(row.item, paths) : row.item } : {};
    });
    assertSize(bytes);
    return { Responses, ...toldOf(usages.values(), input.ReturnConsumedCapacity, 'ReadCapacityUnits') };
  };

function check(input: TransactGetItemsCommandInput): void {
  const constraints = checkActions(new Constraints(), input.TransactItems).oneOf(
    'returnConsumedCapacity',
    input.ReturnConsumedCapacity,
  );
  for (const [index, { Get: given }] of (input.TransactItems ?? []).entries()) {
    const at = `transactItems.${index + 1}.member.get`;
    constraints.required(at, given);
    if (given) constraints.required(`${at}.key`, given.Key).tableName(given.TableName, `${at}.tableName`);
  }
  constraints.check();
}

function parse(given: Get): readonly Path[] | undefined {
  checkItem(given.Key);
  return projectionOf(given);
}
