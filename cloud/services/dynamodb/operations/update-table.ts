/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
import type {
  BillingMode,
  ProvisionedThroughput,
  UpdateTableCommandInput,
  UpdateTableCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { tableOf } from '../access.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { assertNotChanging } from './delete-table.ts';
import { checkUnits, refuseUnbuilt, throughputOf } from './table-definition.ts';

/** Changes how a table is billed, its throughput and its protection against deletion. */
export const updateTable =
  (tables: Tables): Operation<UpdateTableCommandInput, UpdateTableCommandOutput> =>
  (input, call) => {
    const constraints = new Constraints().tableName(input.TableName).oneOf('billingMode', input.BillingMode);
    checkUnits(constraints, input.ProvisionedThroughput).check();
    refuseUnbuilt(input);
    const { BillingMode, ProvisionedThroughput, DeletionProtectionEnabled } = input;
    if (!BillingMode && !ProvisionedThroughput && DeletionProtectionEnabled === undefined) {
      throw validation(
        'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
          'SSESpecification or ReplicaUpdates is required',
      );
    }
    const table = tableOf(tables, call, input.TableName!);
    assertNotChanging(table, tables.now);
    if (BillingMode || ProvisionedThroughput) bill(table, BillingMode, ProvisionedThroughput, tables.now);
    table.deletionProtected = DeletionProtectionEnabled ?? table.deletionProtected;
    return { TableDescription: table.describe(tables.now) };
  };

function bill(
  table: Table,
  mode: BillingMode | undefined,
  given: ProvisionedThroughput | undefined,
  now: number,
): void {
  const wanted = mode ?? table.billingMode;
  const throughput = throughputOf(wanted, given);
  const { read, write } = table.throughput;
  const same = wanted === table.billingMode && throughput.read === read && throughput.write === write;
  if (same && wanted === 'PROVISIONED') {
    throw validation(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  }
  if (same) return;
  table.bill(wanted, throughput, now);
  table.begin('UPDATING', now);
}
