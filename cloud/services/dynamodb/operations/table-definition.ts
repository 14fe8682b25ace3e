/**
 * The checks of what CreateTable and UpdateTable are given.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb';
import { Constraints } from '../constraints.ts';
import { invalidValues, notBuilt, validation } from '../errors.ts';
import type { KeyAttribute, KeySchema } from '../keys.ts';
import type { Throughput } from '../table.ts';

const MOST_UNITS = 40_000;

/** Settings that change what a table does, and that this cloud does not build. */
const UNBUILT = [
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
  'GlobalSecondaryIndexUpdates',
  'StreamSpecification',
  'SSESpecification',
  'ReplicaUpdates',
  'OnDemandThroughput',
  'WarmThroughput',
  'ResourcePolicy',
  'MultiRegionConsistency',
  'GlobalTableWitnessUpdates',
  'GlobalTableSettingsReplicationMode',
];

/** Throws `NotImplemented`: nobody is to believe in an index that is not there. */
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

export function checkDefinition(input: {
  readonly TableName: string | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly AttributeDefinitions?: readonly AttributeDefinition[] | undefined;
  readonly BillingMode?: BillingMode | undefined;
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
}): void {
  const constraints = new Constraints()
    .tableName(input.TableName)
    .required('attributeDefinitions', input.AttributeDefinitions)
    .required('keySchema', input.KeySchema)
    .length('keySchema', input.KeySchema, 1, 2)
    .oneOf('billingMode', input.BillingMode);
  for (const [index, { AttributeName, KeyType }] of (input.KeySchema ?? []).entries()) {
    const at = `keySchema.${index + 1}.member`;
    constraints.required(`${at}.attributeName`, AttributeName).length(`${at}.attributeName`, AttributeName, 1, 255);
    constraints.required(`${at}.keyType`, KeyType).oneOf(`${at}.keyType`, KeyType, 'keyType');
  }
  for (const [index, { AttributeName, AttributeType }] of (input.AttributeDefinitions ?? []).entries()) {
    const at = `attributeDefinitions.${index + 1}.member`;
    constraints.required(`${at}.attributeName`, AttributeName).length(`${at}.attributeName`, AttributeName, 1, 255);
    constraints.required(`${at}.attributeType`, AttributeType);
    constraints.oneOf(`${at}.attributeType`, AttributeType, 'attributeType');
  }
  checkUnits(constraints, input.ProvisionedThroughput).check();
}

export function checkUnits(constraints: Constraints, throughput: ProvisionedThroughput | undefined): Constraints {
  if (!throughput) return constraints;
  return constraints
    .required('provisionedThroughput.readCapacityUnits', throughput.ReadCapacityUnits)
    .within('provisionedThroughput.readCapacityUnits', throughput.ReadCapacityUnits, 1)
    .required('provisionedThroughput.writeCapacityUnits', throughput.WriteCapacityUnits)
    .within('provisionedThroughput.writeCapacityUnits', throughput.WriteCapacityUnits, 1);
}

/** Throws `ValidationException`. */
export function schemaOf(
  elements: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): KeySchema {
  const [first, second] = elements;
  if (first!.KeyType !== 'HASH')
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (second && second.KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (first!.AttributeName === second?.AttributeName) {
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  const names = definitions.map(({ AttributeName }) => AttributeName!);
  if (new Set(names).size < names.length) throw validation('Cannot have two attributes with the same name');
  const keys = elements.map(({ AttributeName }) => AttributeName!);
  const undefinedKeys = keys.filter((key) => !names.includes(key));
  if (undefinedKeys.length > 0) {
    throw invalidValues(
      'Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${undefinedKeys.join(', ')}], AttributeDefinitions: [${names.join(', ')}]`,
    );
  }
  if (names.length !== keys.length) {
    throw invalidValues(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const [hash, range] = keys.map(
    (key): KeyAttribute => ({
      name: key,
      type: definitions.find(({ AttributeName }) => AttributeName === key)!.AttributeType as KeyAttribute['type'],
    }),
  );
  return range ? { hash: hash!, range } : { hash: hash! };
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
  for (const [units, what] of [
    [given.ReadCapacityUnits!, 'ReadCapacityUnits'],
    [given.WriteCapacityUnits!, 'WriteCapacityUnits'],
  ] as const) {
    if (units > MOST_UNITS) {
      throw invalidValues(`Given value ${units} for ${what} is out of bounds: at most ${MOST_UNITS} units per table`);
    }
  }
  return { read: given.ReadCapacityUnits!, write: given.WriteCapacityUnits! };
}
