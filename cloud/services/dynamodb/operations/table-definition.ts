/**
 * The checks of what CreateTable and UpdateTable are given.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
import type { BillingMode, CreateTableCommandInput, ProvisionedThroughput } from '@aws-sdk/client-dynamodb';
import { Constraints } from '../constraints.ts';
import { invalidValues, notBuilt } from '../errors.ts';
import { checkStream } from '../streams/specification.ts';
import type { Throughput } from '../table.ts';
import { checkIndex } from './index-definition.ts';
import { checkAttributes, checkKeySchema, checkUnits, unitsOf } from './key-definition.ts';

/** Settings that change what a table does, and that this cloud does not build. */
const UNBUILT = [
  'SSESpecification',
  'ReplicaUpdates',
  'OnDemandThroughput',
  'WarmThroughput',
  'ResourcePolicy',
  'MultiRegionConsistency',
  'GlobalTableWitnessUpdates',
  'GlobalTableSettingsReplicationMode',
];

/** Throws `NotImplemented`: nobody is to believe in a setting that is not there. */
export function refuseUnbuilt(input: object): void {
  const given = input as Readonly<Record<string, unknown>>;
  for (const name of UNBUILT) {
    const value = given[name];
    if (value == null || isOff(value)) continue;
    throw notBuilt(`The parameter ${name} of a DynamoDB table`);
  }
}

/** What says "none of it" asks for nothing: an empty list, `StreamEnabled: false`. */
const isOff = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length === 0
    : Object.entries(value as object).every(([name, on]) => /Enabled$/.test(name) && on === false);

/** Throws `ValidationException`. */
export function checkDefinition(input: CreateTableCommandInput): void {
  const constraints = new Constraints()
    .tableName(input.TableName)
    .required('attributeDefinitions', input.AttributeDefinitions)
    .oneOf('billingMode', input.BillingMode);
  checkKeySchema(constraints, 'keySchema', input.KeySchema);
  checkAttributes(constraints, input.AttributeDefinitions);
  for (const [index, one] of (input.LocalSecondaryIndexes ?? []).entries()) {
    checkIndex(constraints, `localSecondaryIndexes.${index + 1}.member`, one);
  }
  for (const [index, one] of (input.GlobalSecondaryIndexes ?? []).entries()) {
    const at = `globalSecondaryIndexes.${index + 1}.member`;
    checkIndex(constraints, at, one);
    checkUnits(constraints, one.ProvisionedThroughput, `${at}.provisionedThroughput`);
  }
  checkStream(constraints, input.StreamSpecification);
  checkUnits(constraints, input.ProvisionedThroughput).check();
}

/** Units that go with a billing mode. Throws `ValidationException` where they do not. */
export function throughputOf(mode: BillingMode, given: ProvisionedThroughput | undefined): Throughput {
  if (mode === 'PAY_PER_REQUEST') {
    if (!given) return { read: 0, write: 0 };
    throw invalidValues(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (!given) {
    throw invalidValues(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  return unitsOf(given);
}
