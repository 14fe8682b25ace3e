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
import { invalidValues, validation } from '../errors.ts';
import { assertStream, assertSwitches, checkStream, switchStream } from '../streams/specification.ts';
import type { Table, Throughput } from '../table.ts';
import type { Tables } from '../tables.ts';
import { assertNotChanging } from './delete-table.ts';
import { checkUpdates, indexUpdates } from './index-updates.ts';
import { checkAttributes, checkUnits } from './key-definition.ts';
import { refuseUnbuilt, throughputOf } from './table-definition.ts';

/** Changes how a table is billed, its throughput, its protection against deletion, its global indexes and its stream. */
export const updateTable =
  (tables: Tables): Operation<UpdateTableCommandInput, UpdateTableCommandOutput> =>
  (input, call) => {
    const constraints = new Constraints().tableName(input.TableName).oneOf('billingMode', input.BillingMode);
    checkAttributes(constraints, input.AttributeDefinitions);
    checkUpdates(constraints, input.GlobalSecondaryIndexUpdates);
    checkStream(constraints, input.StreamSpecification);
    checkUnits(constraints, input.ProvisionedThroughput).check();
    refuseUnbuilt(input);
    const { BillingMode, ProvisionedThroughput, DeletionProtectionEnabled, StreamSpecification } = input;
    const updates = input.GlobalSecondaryIndexUpdates ?? [];
    if (
      [BillingMode, ProvisionedThroughput, DeletionProtectionEnabled, StreamSpecification, updates[0]].every(isNothing)
    ) {
      throw validation(
        'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
          'SSESpecification or ReplicaUpdates is required',
      );
    }
    assertStream(StreamSpecification);
    const table = tableOf(tables, call, input.TableName!);
    assertNotChanging(table, tables.now);
    assertSwitches(table, StreamSpecification);
    const mode = BillingMode ?? table.billingMode;
    const throughput = BillingMode || ProvisionedThroughput ? billing(table, mode, ProvisionedThroughput) : undefined;
    assertIndexesBilled(table, mode, input);
    const updateIndexes = indexUpdates(tables, table, input, mode);
    if (throughput) bill(table, mode, throughput, tables.now);
    updateIndexes();
    switchStream(tables.streams, table, StreamSpecification);
    if (StreamSpecification) table.begin('UPDATING', tables.now);
    table.deletionProtected = DeletionProtectionEnabled ?? table.deletionProtected;
    return { TableDescription: table.describe(tables.now) };
  };

const isNothing = (given: unknown): boolean => given === undefined;

/** What the table is to have from now on; nothing where that is what it has. Throws `ValidationException`. */
function billing(table: Table, mode: BillingMode, given: ProvisionedThroughput | undefined): Throughput | undefined {
  const throughput = throughputOf(mode, given);
  const { read, write } = table.throughput;
  const same = mode === table.billingMode && throughput.read === read && throughput.write === write;
  if (same && mode === 'PROVISIONED') {
    throw validation(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  }
  return same ? undefined : throughput;
}

/** A table that gets throughput needs it for each of its indexes, too. Throws `ValidationException`. */
function assertIndexesBilled(table: Table, mode: BillingMode, input: UpdateTableCommandInput): void {
  if (mode !== 'PROVISIONED' || table.billingMode === mode) return;
  const updated = (input.GlobalSecondaryIndexUpdates ?? []).map(({ Update, Delete }) => (Update ?? Delete)?.IndexName);
  const left = table.allIndexes().filter(({ definition, name }) => definition.global && !updated.includes(name));
  if (left.length === 0) return;
  throw invalidValues(`ProvisionedThroughput must be specified for index: ${left.map(({ name }) => name).join(',')}`);
}

function bill(table: Table, mode: BillingMode, throughput: Throughput, now: number): void {
  table.bill(mode, throughput, now);
  if (mode === 'PAY_PER_REQUEST') for (const index of table.allIndexes()) index.throughput = undefined;
  table.begin('UPDATING', now);
}
