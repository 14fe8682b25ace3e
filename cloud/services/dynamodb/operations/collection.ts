/**
 * Item collections: all items of one partition key, in a table that has local indexes.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
 */
import type { ItemCollectionMetrics } from '@aws-sdk/client-dynamodb';
import type { Table } from '../table.ts';
import { sameValue } from '../value/compare.ts';
import type { Item } from '../value/value.ts';

const GIGABYTE = 1024 ** 3;

/** The size of the collection that a key belongs to, with its entries in local indexes; nothing in a table without them. */
export function collectionOf(table: Table, key: Item): ItemCollectionMetrics | undefined {
  const locals = table.allIndexes().filter(({ definition }) => !definition.global);
  if (locals.length === 0) return undefined;
  const { name } = table.schema.hash;
  const hash = { [name]: key[name]! };
  const rows = [table.items, ...locals.map(({ items }) => items)].flatMap((items) => [...items.query(hash, true)]);
  const gigabytes = Math.floor(rows.reduce((sum, { size }) => sum + size, 0) / GIGABYTE);
  return { ItemCollectionKey: hash, SizeEstimateRangeGB: [gigabytes, gigabytes + 1] };
}

/** Those of several items by table, each once; nothing where no table has local indexes. */
export function collectionsOf(
  changed: readonly { readonly table: Table; readonly key: Item }[],
): Record<string, ItemCollectionMetrics[]> | undefined {
  const found: Record<string, ItemCollectionMetrics[]> = {};
  for (const { table, key } of changed) {
    const collection = collectionOf(table, key);
    if (!collection) continue;
    found[table.name] ??= [];
    const before = found[table.name]!;
    const same = (other: ItemCollectionMetrics) =>
      sameValue({ M: other.ItemCollectionKey! }, { M: collection.ItemCollectionKey! });
    if (!before.some(same)) before.push(collection);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}
