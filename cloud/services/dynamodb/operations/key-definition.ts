/**
 * Key schemas, the attributes that they name, and throughput: what tables and indexes are defined by alike.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html
 */
import type { AttributeDefinition, KeySchemaElement, ProvisionedThroughput } from '@aws-sdk/client-dynamodb';
import type { Constraints } from '../constraints.ts';
import { invalidValues, validation } from '../errors.ts';
import { type KeyAttribute, type KeySchema, keyAttributes } from '../keys.ts';
import type { Throughput } from '../table.ts';

const MOST_UNITS = 40_000;

export function checkKeySchema(
  constraints: Constraints,
  member: string,
  elements: readonly KeySchemaElement[] | undefined,
): void {
  constraints.required(member, elements).length(member, elements, 1, 2);
  for (const [index, { AttributeName, KeyType }] of (elements ?? []).entries()) {
    const at = `${member}.${index + 1}.member`;
    constraints.required(`${at}.attributeName`, AttributeName).length(`${at}.attributeName`, AttributeName, 1, 255);
    constraints.required(`${at}.keyType`, KeyType).oneOf(`${at}.keyType`, KeyType, 'keyType');
  }
}

export function checkAttributes(
  constraints: Constraints,
  definitions: readonly AttributeDefinition[] | undefined,
): void {
  for (const [index, { AttributeName, AttributeType }] of (definitions ?? []).entries()) {
    const at = `attributeDefinitions.${index + 1}.member`;
    constraints.required(`${at}.attributeName`, AttributeName).length(`${at}.attributeName`, AttributeName, 1, 255);
    constraints.required(`${at}.attributeType`, AttributeType);
    constraints.oneOf(`${at}.attributeType`, AttributeType, 'attributeType');
  }
}

export function checkUnits(
  constraints: Constraints,
  throughput: ProvisionedThroughput | undefined,
  at = 'provisionedThroughput',
): Constraints {
  if (!throughput) return constraints;
  return constraints
    .required(`${at}.readCapacityUnits`, throughput.ReadCapacityUnits)
    .within(`${at}.readCapacityUnits`, throughput.ReadCapacityUnits, 1)
    .required(`${at}.writeCapacityUnits`, throughput.WriteCapacityUnits)
    .within(`${at}.writeCapacityUnits`, throughput.WriteCapacityUnits, 1);
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
  const [hash, range] = keys.map(
    (key): KeyAttribute => ({
      name: key,
      type: definitions.find(({ AttributeName }) => AttributeName === key)!.AttributeType as KeyAttribute['type'],
    }),
  );
  return range ? { hash: hash!, range } : { hash: hash! };
}

/** Every attribute that is defined has to be a key of something. Throws `ValidationException`. */
export function assertAllUsed(
  definitions: readonly AttributeDefinition[],
  table: KeySchema,
  indexes: readonly KeySchema[],
): void {
  const names = definitions.map(({ AttributeName }) => AttributeName!);
  const keys = [...new Set([table, ...indexes].flatMap(keyAttributes).map(({ name }) => name))];
  if (names.every((name) => keys.includes(name))) return;
  throw invalidValues(
    indexes.length > 0
      ? `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(', ')}], keys used: [${keys.join(', ')}]`
      : 'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
  );
}

/** Throws `ValidationException` where they are more than may be. */
export function unitsOf(given: ProvisionedThroughput): Throughput {
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
