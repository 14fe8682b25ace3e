/**
 * Global indexes that UpdateTable adds, changes and takes away.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
 */
import type {
  AttributeDefinition,
  BillingMode,
  GlobalSecondaryIndexUpdate,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../contract.ts';
import type { Constraints } from '../constraints.ts';
import { invalidValues, resourceNotFound, validation } from '../errors.ts';
import type { SecondaryIndex } from '../secondary-index.ts';
import type { Table, Throughput } from '../table.ts';
import type { Tables } from '../tables.ts';
import { assertFew, checkIndex, globalOf } from './index-definition.ts';
import { assertAllUsed, checkUnits, unitsOf } from './key-definition.ts';

export function checkUpdates(constraints: Constraints, updates: readonly GlobalSecondaryIndexUpdate[] = []): void {
  for (const [index, { Create, Update, Delete }] of updates.entries()) {
    const at = `globalSecondaryIndexUpdates.${index + 1}.member`;
    if (Create) {
      checkIndex(constraints, `${at}.create`, Create);
      checkUnits(constraints, Create.ProvisionedThroughput, `${at}.create.provisionedThroughput`);
    }
    if (Update) {
      const { IndexName, ProvisionedThroughput: units } = Update;
      constraints.required(`${at}.update.indexName`, IndexName).indexName(`${at}.update.indexName`, IndexName);
      checkUnits(constraints, units, `${at}.update.provisionedThroughput`);
    }
    if (Delete) {
      const { IndexName } = Delete;
      constraints.required(`${at}.delete.indexName`, IndexName).indexName(`${at}.delete.indexName`, IndexName);
    }
  }
}

/**
 * Checks all updates and gives what carries them out. Throws `ValidationException`, `LimitExceededException` where more than
 * one index would come or go at a time, and `ResourceNotFoundException`.
 */
export function indexUpdates(tables: Tables, table: Table, input: UpdateTableCommandInput, mode: BillingMode) {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  assertOneEach(updates);
  const { now } = tables;
  const moving = table.allIndexes().filter((index) => index.status(now) !== 'ACTIVE').length;
  const moves = updates.filter(({ Create, Delete }) => Create || Delete).length;
  if (moves > 0 && moving + moves > 1) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
      400,
    );
  }
  const actions = updates.map((update) => actionOf(tables, table, update, input.AttributeDefinitions ?? [], mode));
  return (): void => {
    for (const act of actions) act();
  };
}

function assertOneEach(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const names = new Set<string>();
  for (const { Create, Update, Delete } of updates) {
    const [action] = [Create, Update, Delete].filter((one) => one != null);
    if (!action) {
      throw invalidValues(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ' +
          'GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    }
    if (names.has(action.IndexName!)) {
      throw invalidValues(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${action.IndexName}`,
      );
    }
    names.add(action.IndexName!);
  }
}

function actionOf(
  tables: Tables,
  table: Table,
  { Create, Update, Delete }: GlobalSecondaryIndexUpdate,
  given: readonly AttributeDefinition[],
  mode: BillingMode,
): () => void {
  const { now } = tables;
  if (Create) {
    if (table.findIndex(Create.IndexName!, now)) throw validation('Attempting to create an index which already exists');
    const definitions = joined(table.attributes, given);
    const definition = globalOf(Create, definitions, mode);
    const others = table.allIndexes().map((index) => index.definition);
    assertFew([...others, definition]);
    assertAllUsed(
      definitions,
      table.schema,
      [...others, definition].map(({ schema }) => schema),
    );
    return () => table.addIndex(definition, given, now);
  }
  const index = table.findIndex((Update ?? Delete)!.IndexName!, now);
  if (!index?.definition.global) throw resourceNotFound();
  if (Delete) return () => tables.deleteIndex(table, index);
  const units = Update!.ProvisionedThroughput;
  if (!units) return () => undefined;
  if (mode === 'PAY_PER_REQUEST') {
    throw invalidValues(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${index.name} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  const throughput = unitsOf(units);
  assertChanging(index, throughput);
  return () => {
    index.throughput = throughput;
    table.begin('UPDATING', now);
  };
}

function joined(
  defined: readonly AttributeDefinition[],
  given: readonly AttributeDefinition[],
): readonly AttributeDefinition[] {
  for (const { AttributeName, AttributeType } of given) {
    const before = defined.find((one) => one.AttributeName === AttributeName);
    if (before && before.AttributeType !== AttributeType) {
      throw invalidValues(`Attribute ${AttributeName} is a key of type ${before.AttributeType} already`);
    }
  }
  return [
    ...defined,
    ...given.filter(({ AttributeName }) => defined.every((one) => one.AttributeName !== AttributeName)),
  ];
}

function assertChanging({ name, throughput: before }: SecondaryIndex, { read, write }: Throughput): void {
  if (before?.read !== read || before.write !== write) return;
  throw validation(
    `The provisioned throughput for the index ${name} will not change. The requested value equals the current value. ` +
      `Current ReadCapacityUnits provisioned for the index: ${read}. Requested ReadCapacityUnits: ${read}. ` +
      `Current WriteCapacityUnits provisioned for the index: ${write}. Requested WriteCapacityUnits: ${write}. ` +
      'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
  );
}
