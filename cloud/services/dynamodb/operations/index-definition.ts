/**
 * The checks of the indexes that a table is to have.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-secondary-indexes
 */
import type {
  AttributeDefinition,
  BillingMode,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import type { Constraints } from '../constraints.ts';
import { invalidValues } from '../errors.ts';
import type { KeySchema } from '../keys.ts';
import type { IndexDefinition } from '../secondary-index.ts';
import { checkKeySchema, schemaOf, unitsOf } from './key-definition.ts';

const MOST_LOCALS = 5;
const MOST_GLOBALS = 20;
const MOST_NON_KEYS = 20;
/** Of all indexes of a table together. */
const MOST_PROJECTED = 100;

/** A member of a list of indexes, against the API's model. */
export function checkIndex(
  constraints: Constraints,
  at: string,
  { IndexName, KeySchema: elements, Projection }: Partial<LocalSecondaryIndex>,
): void {
  constraints.required(`${at}.indexName`, IndexName).indexName(`${at}.indexName`, IndexName);
  checkKeySchema(constraints, `${at}.keySchema`, elements);
  const projection = `${at}.projection`;
  constraints
    .required(projection, Projection)
    .oneOf(`${projection}.projectionType`, Projection?.ProjectionType, 'projectionType')
    .length(`${projection}.nonKeyAttributes`, Projection?.NonKeyAttributes, 1, MOST_NON_KEYS);
}

/** The indexes of a new table. Throws `ValidationException`. */
export function indexesOf(input: CreateTableCommandInput, table: KeySchema, mode: BillingMode): IndexDefinition[] {
  const { LocalSecondaryIndexes: locals, GlobalSecondaryIndexes: globals, AttributeDefinitions: definitions } = input;
  const found = [
    ...localsOf(locals, table, definitions!),
    ...(globals ?? []).map((given) => globalOf(given, definitions!, mode)),
  ];
  if (globals?.length === 0) throw invalidValues('List of GlobalSecondaryIndexes is empty');
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalidValues(`Duplicate index name: ${twice}`);
  if ((locals?.length ?? 0) > MOST_LOCALS) {
    throw invalidValues(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCALS}`);
  }
  assertFew(found);
  return found;
}

/** Throws `ValidationException` for more than a table may have. */
export function assertFew(indexes: readonly IndexDefinition[]): void {
  if (indexes.filter(({ global }) => global).length > MOST_GLOBALS) {
    throw invalidValues(`GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBALS}`);
  }
  if (indexes.flatMap(({ projection }) => projection.attributes).length > MOST_PROJECTED) {
    throw invalidValues(`Number of NonKeyAttributes exceeds per-table limit of ${MOST_PROJECTED}`);
  }
}

function localsOf(
  locals: readonly LocalSecondaryIndex[] | undefined,
  table: KeySchema,
  definitions: readonly AttributeDefinition[],
): IndexDefinition[] {
  if (!locals) return [];
  if (locals.length === 0) throw invalidValues('List of LocalSecondaryIndexes is empty');
  if (!table.range) {
    throw invalidValues(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  return locals.map((given) => {
    const schema = schemaOf(given.KeySchema!, definitions);
    if (!schema.range) throw invalidValues(`Index KeySchema does not have a range key for index: ${given.IndexName}`);
    if (schema.hash.name !== table.hash.name) {
      throw invalidValues(
        'Index KeySchema does not have the same leading hash key as table KeySchema for index: ' +
          `${given.IndexName}. index hash key: ${schema.hash.name}, table hash key: ${table.hash.name}`,
      );
    }
    return { ...common(given), global: false, schema, throughput: undefined };
  });
}

/** Throws `ValidationException`. */
export function globalOf(
  given: GlobalSecondaryIndex,
  definitions: readonly AttributeDefinition[],
  mode: BillingMode,
): IndexDefinition {
  const schema = schemaOf(given.KeySchema!, definitions);
  const { ProvisionedThroughput: units, IndexName } = given;
  if (units && mode === 'PAY_PER_REQUEST') {
    throw invalidValues(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (!units && mode === 'PROVISIONED') {
    throw invalidValues(`Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${IndexName}`);
  }
  return { ...common(given), global: true, schema, throughput: units && unitsOf(units) };
}

function common({ IndexName, KeySchema: keySchema, Projection }: LocalSecondaryIndex) {
  const { ProjectionType: type, NonKeyAttributes } = Projection!;
  if (!type) throw invalidValues('Unknown ProjectionType: null');
  if (NonKeyAttributes && type !== 'INCLUDE') {
    throw invalidValues(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (!NonKeyAttributes && type === 'INCLUDE') {
    throw invalidValues(`ProjectionType is ${type}, but NonKeyAttributes is not specified`);
  }
  return { name: IndexName!, keySchema: keySchema!, projection: { type, attributes: NonKeyAttributes ?? [] } };
}
