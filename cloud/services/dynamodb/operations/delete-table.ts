/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html */
import type { DeleteTableCommandInput, DeleteTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Millis, Operation } from '../../../contract.ts';
import { tableOf } from '../access.ts';
import { Constraints } from '../constraints.ts';
import { resourceInUse, validation } from '../errors.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';

export const deleteTable =
  (tables: Tables): Operation<DeleteTableCommandInput, DeleteTableCommandOutput> =>
  (input, call) => {
    new Constraints().tableName(input.TableName).check();
    const table = tableOf(tables, call, input.TableName!);
    assertNotChanging(table, tables.now);
    if (table.deletionProtected) {
      throw validation(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    tables.delete(table);
    return { TableDescription: table.describe(tables.now) };
  };

const CHANGES: Readonly<Record<string, string>> = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' };

/** A table can only be changed while it is ACTIVE. Throws `ResourceInUseException`. */
export function assertNotChanging(table: Table, now: Millis): void {
  const change = CHANGES[table.status(now)];
  if (!change) return;
  throw resourceInUse(`Attempt to change a resource which is still in use: Table is being ${change}: ${table.name}`);
}
