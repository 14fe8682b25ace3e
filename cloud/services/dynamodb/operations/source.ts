/**
 * What Query and Scan read: a table, or an index of it.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
 */
import type { Call } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { invalidValues, validation } from '../errors.ts';
import { assertScalarKeys, pathsOf } from '../expression/attributes.ts';
import { type KeyAttribute, type KeySchema, keyAttributes } from '../keys.ts';
import type { Partitions } from '../partitions.ts';
import type { SecondaryIndex } from '../secondary-index.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import type { PageInput, Reading } from './page.ts';

export interface Source {
  readonly table: Table;
  readonly index: SecondaryIndex | undefined;
  readonly items: Partitions;
  readonly schema: KeySchema;
  /** What names a place in it: the keys of the table and of the index. */
  readonly place: readonly KeyAttribute[];
}

/** Throws `ResourceNotFoundException`, `AccessDeniedException`, and `ValidationException` where there is no such index. */
export function sourceOf(tables: Tables, call: Call, input: PageInput): Source {
  const table = servingTable(tables, call, input.TableName!, { index: input.IndexName });
  const own = keyAttributes(table.schema);
  if (input.IndexName === undefined) {
    return { table, index: undefined, items: table.items, schema: table.schema, place: own };
  }
  const index = table.findIndex(input.IndexName, tables.now);
  if (!index) throw validation(`The table does not have the specified index: ${input.IndexName}`);
  if (index.status(tables.now) === 'CREATING') {
    throw validation(`Cannot read from backfilling global secondary index: ${index.name}`);
  }
  const { schema } = index.definition;
  const others = keyAttributes(schema).filter(({ name }) => own.every((key) => key.name !== name));
  return { table, index, items: index.items, schema, place: [...own, ...others] };
}

/** Throws `ValidationException` for what cannot be read there, or cannot be named so. */
export function assertReadable({ table, index, schema }: Source, input: PageInput, { filter, paths }: Reading): void {
  const named = [...(filter ? pathsOf(filter) : []), ...(paths ?? [])];
  assertScalarKeys(named, table.schema);
  if (!index) return;
  assertScalarKeys(named, schema, 'IndexKey');
  const missing = (of: readonly (readonly [string, ...unknown[]])[]) => [
    ...new Set(of.map(([name]) => name).filter((name) => !index.projects(name))),
  ];
  const unfiltered = missing(filter ? pathsOf(filter) : []);
  if (unfiltered.length > 0) {
    throw invalidValues(
      `Secondary index ${index.name} does not project one or more filter attributes: [${unfiltered.join(', ')}]`,
    );
  }
  if (!index.definition.global) return;
  if (input.ConsistentRead) throw validation('Consistent reads are not supported on global secondary indexes');
  if (input.Select === 'ALL_ATTRIBUTES' && index.definition.projection.type !== 'ALL') {
    throw invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const unprojected = missing(paths ?? []);
  if (unprojected.length > 0) {
    throw invalidValues(`Global secondary index ${index.name} does not project [${unprojected.join(', ')}]`);
  }
}

/** A local index fetches from its table what it does not have; a global one never does. */
export function fetches({ index }: Source, input: PageInput, { paths }: Reading): boolean {
  if (!index || index.definition.global) return false;
  if (input.Select === 'ALL_ATTRIBUTES') return index.definition.projection.type !== 'ALL';
  return (paths ?? []).some(([name]) => !index.projects(name));
}
