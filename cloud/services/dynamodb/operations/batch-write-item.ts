/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
import type { BatchWriteItemCommandInput, BatchWriteItemCommandOutput, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { toldOf, Usage } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { keyDoesNotMatch, validation } from '../errors.ts';
import { assertItemKey, checkKey, hasKey, keyOf } from '../keys.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { sameValue } from '../value/compare.ts';
import { checkItem, type Item } from '../value/value.ts';
import { checkRequestItems } from './batch.ts';
import { checkStored } from './change.ts';
import { collectionsOf } from './collection.ts';

const MOST_WRITES = 25;

interface Write {
  readonly table: Table;
  readonly key: Item;
  /** Nothing for a deletion. */
  readonly item: Item | undefined;
}

/** Puts and deletes items, each by itself and without a condition; all are checked before the first is done. */
export const batchWriteItem =
  (tables: Tables): Operation<BatchWriteItemCommandInput, BatchWriteItemCommandOutput> =>
  (input, call) => {
    const requests = checkRequestItems<WriteRequest[]>(
      input.RequestItems,
      new Constraints()
        .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity)
        .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics),
      (writes) => writes,
    );
    if (requests.reduce((sum, [, writes]) => sum + writes.length, 0) > MOST_WRITES) {
      throw validation('Too many items requested for the BatchWriteItem call');
    }
    for (const [, writes] of requests) for (const write of writes) checkRequest(write);
    const all = requests.map(([name, writes]) => {
      const table = servingTable(tables, call, name);
      const checked = writes.map((write) => writeOf(table, write));
      assertDistinct(checked);
      return checked;
    });
    const UnprocessedItems: Record<string, WriteRequest[]> = {};
    const usages = all.map((writes, at) => {
      const usage = new Usage(writes[0]!.table);
      for (const [index, { table, key, item }] of writes.entries()) {
        if (tables.ongoing.holds({ table, key })) {
          const [name, given] = requests[at]!;
          UnprocessedItems[name] = [...(UnprocessedItems[name] ?? []), given[index]!];
          continue;
        }
        usage.addAll(item ? tables.put(table, item, call.traceId) : tables.remove(table, key, call.traceId));
      }
      return usage;
    });
    const collections = input.ReturnItemCollectionMetrics === 'SIZE' ? collectionsOf(all.flat()) : undefined;
    return {
      UnprocessedItems,
      ...toldOf(usages, input.ReturnConsumedCapacity),
      ...(collections ? { ItemCollectionMetrics: collections } : {}),
    };
  };

/** Throws `ValidationException`, in the words that DynamoDB has for attribute values. */
function checkRequest(request: WriteRequest | null): void {
  const { PutRequest, DeleteRequest } = request ?? {};
  if (PutRequest && DeleteRequest) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (!PutRequest && !DeleteRequest) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  new Constraints()
    .required('requestItems.member.putRequest.item', PutRequest ? PutRequest.Item : {})
    .required('requestItems.member.deleteRequest.key', DeleteRequest ? DeleteRequest.Key : {})
    .check();
  if (PutRequest) checkStored(PutRequest.Item);
  else checkItem(DeleteRequest!.Key);
}

function writeOf(table: Table, { PutRequest, DeleteRequest }: WriteRequest): Write {
  if (!PutRequest) return { table, key: checkKey(DeleteRequest!.Key, table.schema), item: undefined };
  const item = checkStored(PutRequest.Item);
  // In the words for a key, which a put by itself does not get.
  if (!hasKey(item, table.schema)) throw keyDoesNotMatch();
  assertItemKey(item, table.schema);
  table.assertIndexable(item);
  return { table, key: keyOf(item, table.schema), item };
}

function assertDistinct(writes: readonly Write[]): void {
  for (const [index, { key }] of writes.entries()) {
    if (writes.slice(0, index).some((other) => sameValue({ M: other.key }, { M: key }))) {
      throw validation('Provided list of item keys contains duplicates');
    }
  }
}
