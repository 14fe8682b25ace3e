/**
 * Capacity units that an operation consumes.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { SecondaryIndex } from './secondary-index.ts';
import type { Table } from './table.ts';

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** A strongly consistent read of 4 KB is a unit, an eventually consistent one half; nothing read counts as something. */
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);

/** A write of 1 KB is a unit. `bytes`: the larger one of the item before and after. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));

/** What operations of one call have consumed of a table and of its indexes. */
export class Usage {
  private own = 0;
  private readonly indexes = new Map<SecondaryIndex, number>();

  constructor(readonly table: Table) {}

  add(units: number): this {
    this.own += units;
    return this;
  }

  addIndex(index: SecondaryIndex, units: number): this {
    if (units > 0) this.indexes.set(index, (this.indexes.get(index) ?? 0) + units);
    return this;
  }

  addAll(other: Usage): this {
    for (const [index, units] of other.indexes) this.addIndex(index, units);
    return this.add(other.own);
  }

  /** The member of an answer that tells of it, where the caller has asked. */
  told(wanted: ReturnConsumedCapacity | undefined): { ConsumedCapacity?: ConsumedCapacity } {
    const capacity = this.capacity(wanted);
    return capacity ? { ConsumedCapacity: capacity } : {};
  }

  /** `transaction`: tells the units by kind too, and counts each twice, since a transaction prepares and then commits. */
  capacity(
    wanted: ReturnConsumedCapacity | undefined,
    transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
  ): ConsumedCapacity | undefined {
    if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
    const shown = (units: number) =>
      transaction ? { CapacityUnits: 2 * units, [transaction]: 2 * units } : { CapacityUnits: units };
    const of = (global: boolean) =>
      Object.fromEntries(
        [...this.indexes]
          .filter(([index]) => index.definition.global === global)
          .map(([index, units]) => [index.name, shown(units)]),
      );
    const some = (name: string, entries: object) => (Object.keys(entries).length > 0 ? { [name]: entries } : {});
    const total = [...this.indexes.values()].reduce((sum, units) => sum + units, this.own);
    return {
      TableName: this.table.name,
      ...shown(total),
      ...(wanted === 'INDEXES'
        ? {
            Table: shown(this.own),
            ...some('LocalSecondaryIndexes', of(false)),
            ...some('GlobalSecondaryIndexes', of(true)),
          }
        : {}),
    };
  }
}

/** A table's among those of one call. */
export function usageOf(usages: Map<Table, Usage>, table: Table): Usage {
  const usage = usages.get(table) ?? new Usage(table);
  usages.set(table, usage);
  return usage;
}

/** The member of an answer that tells of several tables. */
export function toldOf(
  usages: Iterable<Usage>,
  wanted: ReturnConsumedCapacity | undefined,
  transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): { ConsumedCapacity?: ConsumedCapacity[] } {
  const capacities = [...usages].map((usage) => usage.capacity(wanted, transaction)).filter((one) => one !== undefined);
  return capacities.length > 0 ? { ConsumedCapacity: capacities } : {};
}
