/**
 * Capacity units that an operation consumes.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Table } from './table.ts';

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** A strongly consistent read of 4 KB is a unit, an eventually consistent one half; nothing read counts as something. */
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);

/** A write of 1 KB is a unit. `bytes`: the larger one of the item before and after. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));

/** The member of an answer that tells of it, where the caller has asked. */
export function consumed(
  wanted: ReturnConsumedCapacity | undefined,
  table: Table,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  const capacity = capacityOf(wanted, table, units);
  return capacity ? { ConsumedCapacity: capacity } : {};
}

export function capacityOf(
  wanted: ReturnConsumedCapacity | undefined,
  table: Table,
  units: number,
): ConsumedCapacity | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  return {
    TableName: table.name,
    CapacityUnits: units,
    ...(wanted === 'INDEXES' ? { Table: { CapacityUnits: units } } : {}),
  };
}
