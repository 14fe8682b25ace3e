/**
 * The items of one table or index, in order: by partition, and within it by sort key. Partitions stand in the order of their keys'
 * hashes, as in DynamoDB, so a scan's order says nothing about the keys, and its segments are ranges of hashes.
 */
import { createHash } from 'node:crypto';
import { type KeySchema, keyAttributes } from './keys.ts';
import { sortable } from './value/compare.ts';
import { itemSize } from './value/size.ts';
import type { Item } from './value/value.ts';

export interface Row {
  readonly item: Item;
  /** Bytes. */
  readonly size: number;
}

interface Slot {
  /** The sort key, sortable; '' in a table without one. In an index the item's own key comes behind it. */
  readonly range: string;
  row: Row;
}

interface Partition {
  /** The hash of the key, and the key: unique and in no order that anybody could use. */
  readonly place: string;
  readonly slots: Slot[];
}

const HASH_DIGITS = 8;
const HASHES = 16 ** HASH_DIGITS;

export class Partitions {
  private readonly partitions: Partition[] = [];
  private readonly byPlace = new Map<string, Partition>();
  count = 0;
  bytes = 0;

  /** `own`: the table's key, where `schema` is an index's, which several items may have in common. */
  constructor(
    private readonly schema: KeySchema,
    private readonly own?: KeySchema,
  ) {}

  /** `key` may be a whole item. */
  get(key: Item): Row | undefined {
    const [place, range] = this.address(key);
    const slots = this.byPlace.get(place)?.slots;
    const slot = slots?.[indexOf(slots, range, 'range')];
    return slot?.range === range ? slot.row : undefined;
  }

  put(item: Item, size = itemSize(item)): Row {
    const [place, range] = this.address(item);
    const row = { item, size };
    const { slots } = this.byPlace.get(place) ?? this.addPartition(place);
    const index = indexOf(slots, range, 'range');
    const held = slots[index];
    if (held?.range === range) {
      this.bytes -= held.row.size;
      held.row = row;
    } else {
      slots.splice(index, 0, { range, row });
      this.count++;
    }
    this.bytes += row.size;
    return row;
  }

  delete(key: Item): void {
    const [place, range] = this.address(key);
    const partition = this.byPlace.get(place);
    const index = partition ? indexOf(partition.slots, range, 'range') : 0;
    const held = partition?.slots[index];
    if (!partition || held?.range !== range) return;
    partition.slots.splice(index, 1);
    this.count--;
    this.bytes -= held.row.size;
    if (partition.slots.length > 0) return;
    this.byPlace.delete(place);
    this.partitions.splice(indexOf(this.partitions, place, 'place'), 1);
  }

  /** Rows of one partition by sort key, up or down, from behind `after` on; that key need not be there (any more). */
  *query(hash: Item, forward: boolean, after?: Item): Generator<Row> {
    const slots = this.byPlace.get(this.place(hash))?.slots ?? [];
    const from = after && this.address(after)[1];
    let index = forward ? 0 : slots.length - 1;
    if (from !== undefined) {
      const at = indexOf(slots, from, 'range');
      index = forward ? at + (slots[at]?.range === from ? 1 : 0) : at - 1;
    }
    for (; index >= 0 && index < slots.length; index += forward ? 1 : -1) yield slots[index]!.row;
  }

  /** Rows of one of `total` segments, from behind `after` on. */
  *scan(segment: number, total: number, after?: Item): Generator<Row> {
    const [place, range] = after ? this.address(after) : ['', ''];
    for (let index = indexOf(this.partitions, place, 'place'); index < this.partitions.length; index++) {
      const partition = this.partitions[index]!;
      if (segmentOf(partition.place, total) !== segment) continue;
      for (const slot of partition.slots) {
        if (after && partition.place === place && slot.range <= range) continue;
        yield slot.row;
      }
    }
  }

  /** What tells a key from all others. */
  placeOf(key: Item): string {
    return this.address(key).map(terminated).join('');
  }

  /** The segment of `total` that an item is in. */
  segmentOf(key: Item, total: number): number {
    return segmentOf(this.place(key), total);
  }

  private place(key: Item): string {
    const hash = sortable(key[this.schema.hash.name]!);
    return createHash('md5').update(hash, 'latin1').digest('hex').slice(0, HASH_DIGITS) + hash;
  }

  private address(key: Item): [place: string, range: string] {
    const { range } = this.schema;
    const at = range && key[range.name] ? sortable(key[range.name]!) : '';
    if (!this.own) return [this.place(key), at];
    const own = keyAttributes(this.own).map(({ name }) => terminated(sortable(key[name]!)));
    return [this.place(key), terminated(at) + own.join('')];
  }

  private addPartition(place: string): Partition {
    const partition: Partition = { place, slots: [] };
    this.byPlace.set(place, partition);
    this.partitions.splice(indexOf(this.partitions, place, 'place'), 0, partition);
    return partition;
  }
}

/** Texts of different lengths, put together, sort by the first one first: none of them goes on where another ends. */
const terminated = (text: string): string => `${text.replaceAll('\0', '\0\x01')}\0\0`;

const segmentOf = (place: string, total: number): number =>
  Math.floor((Number.parseInt(place.slice(0, HASH_DIGITS), 16) / HASHES) * total);

/** Where `wanted` is in a sorted list, or would be. */
function indexOf<K extends string>(list: readonly Readonly<Record<K, string>>[], wanted: string, by: K): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]![by] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
