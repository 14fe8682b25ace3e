/** What DynamoDB answers to indexes that cannot be, to reads that they do not serve, and to items that they cannot take. */
import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
let table: string;
beforeAll(async () => {
  t = await openTestCloud();
  table = await createTable(t, 'N', {
    AttributeDefinitions: DEFINED,
    GlobalSecondaryIndexes: [global({ Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x'] } })],
    LocalSecondaryIndexes: [local()],
  });
});
afterAll(() => t.close());

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const ALL = { ProjectionType: 'ALL' as const };
const DEFINED: api.AttributeDefinition[] = [
  { AttributeName: 'id', AttributeType: 'S' },
  { AttributeName: 'seq', AttributeType: 'N' },
  { AttributeName: 'g', AttributeType: 'S' },
  { AttributeName: 'r', AttributeType: 'N' },
];
const global = (more: Partial<api.GlobalSecondaryIndex> = {}): api.GlobalSecondaryIndex => ({
  IndexName: 'gsi',
  KeySchema: [hash('g'), range('r')],
  Projection: ALL,
  ...more,
});
const local = (more: Partial<api.LocalSecondaryIndex> = {}): api.LocalSecondaryIndex => ({
  IndexName: 'lsi',
  KeySchema: [hash('id'), range('r')],
  Projection: { ProjectionType: 'KEYS_ONLY' },
  ...more,
});
const globals = (...more: Partial<api.GlobalSecondaryIndex>[]) => ({ GlobalSecondaryIndexes: more.map(global) });
const locals = (...more: Partial<api.LocalSecondaryIndex>[]) => ({ LocalSecondaryIndexes: more.map(local) });
const UNITS = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
const INVALID = 'One or more parameter values were invalid: ';
const constraint = (at: string, value: string, why: string) =>
  `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: ${why}`;
const list = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));

test.each<[string, Partial<api.CreateTableCommandInput>, string]>([
  [
    'an attribute that no key is',
    { ...globals({ KeySchema: [hash('g')] }) },
    `${INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [id, seq, g, r], keys used: [id, seq, g]`,
  ],
  [
    'a key that is not defined',
    { ...globals({ KeySchema: [hash('q')] }) },
    `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [q], AttributeDefinitions: [id, seq, g, r]`,
  ],
  ['no index in the list', { GlobalSecondaryIndexes: [] }, `${INVALID}List of GlobalSecondaryIndexes is empty`],
  ['no local index in the list', { LocalSecondaryIndexes: [] }, `${INVALID}List of LocalSecondaryIndexes is empty`],
  ['a name twice', { ...globals({}, {}) }, `${INVALID}Duplicate index name: gsi`],
  [
    'a name twice, of both kinds',
    { ...globals({ IndexName: 'lsi' }), ...locals({}) },
    `${INVALID}Duplicate index name: lsi`,
  ],
  [
    'a name that is too short',
    { ...globals({ IndexName: 'ab' }) },
    constraint(
      'globalSecondaryIndexes.1.member.indexName',
      "'ab'",
      'Member must have length greater than or equal to 3',
    ),
  ],
  [
    'a name of other letters',
    { ...globals({ IndexName: 'a b c' }) },
    constraint(
      'globalSecondaryIndexes.1.member.indexName',
      "'a b c'",
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
    ),
  ],
  [
    'no projection',
    { ...globals({ Projection: undefined }) },
    constraint('globalSecondaryIndexes.1.member.projection', 'null', 'Member must not be null'),
  ],
  ['a projection of no type', { ...globals({ Projection: {} }) }, `${INVALID}Unknown ProjectionType: null`],
  [
    'a projection of another type',
    { ...globals({ Projection: { ProjectionType: 'SOME' as 'ALL' } }) },
    constraint(
      'globalSecondaryIndexes.1.member.projection.projectionType',
      "'SOME'",
      'Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]',
    ),
  ],
  [
    'attributes beside ALL',
    { ...globals({ Projection: { ...ALL, NonKeyAttributes: ['x'] } }) },
    `${INVALID}ProjectionType is ALL, but NonKeyAttributes is specified`,
  ],
  [
    'INCLUDE without attributes',
    { ...globals({ Projection: { ProjectionType: 'INCLUDE' } }) },
    `${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
  ],
  [
    'a sort key first',
    { ...globals({ KeySchema: [range('g'), hash('r')] }) },
    'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
  ],
  [
    'one attribute as both keys',
    { ...globals({ KeySchema: [hash('g'), range('g')] }) },
    'Both the Hash Key and the Range Key element in the KeySchema have the same name',
  ],
  [
    '21 global indexes',
    { ...globals(...list(21, (index) => ({ IndexName: `gsi${index}` }))) },
    `${INVALID}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
  ],
  [
    '6 local indexes',
    { ...globals({}), ...locals(...list(6, (index) => ({ IndexName: `lsi${index}` }))) },
    `${INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of 5`,
  ],
  [
    'a local index of other partitions',
    { ...locals({ KeySchema: [hash('g'), range('r')] }) },
    `${INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi. index hash key: g, table hash key: id`,
  ],
  [
    'a local index without a sort key',
    { ...globals({}), ...locals({ KeySchema: [hash('id')] }) },
    `${INVALID}Index KeySchema does not have a range key for index: lsi`,
  ],
  [
    'a local index of a table without a sort key',
    { KeySchema: [hash('id')], ...globals({}), ...locals({}) },
    `${INVALID}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
  ],
  [
    'throughput on demand',
    { ...globals({ ProvisionedThroughput: UNITS }) },
    `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: gsi when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    'no throughput where it is provisioned',
    { BillingMode: 'PROVISIONED', ProvisionedThroughput: UNITS, ...globals({}) },
    `${INVALID}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: gsi`,
  ],
])('a table with %s', async (_, more, message) => {
  const input: api.CreateTableCommandInput = {
    TableName: 'refused',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [hash('id'), range('seq')],
    AttributeDefinitions: DEFINED,
    ...more,
  };
  const refused = await refusal(t.dynamodb.send(new api.CreateTableCommand(input)));
  expect(refused).toEqual({ name: 'ValidationException', status: 400, message });
});

const change = (...GlobalSecondaryIndexUpdates: api.GlobalSecondaryIndexUpdate[]) => ({ GlobalSecondaryIndexUpdates });
test.each<[string, Partial<api.UpdateTableCommandInput>, string, string]>([
  [
    'nothing at all',
    change({}),
    'ValidationException',
    `${INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
  ],
  [
    'what is there already',
    change({ Create: global() }),
    'ValidationException',
    'Attempting to create an index which already exists',
  ],
  [
    'away what is not there',
    change({ Delete: { IndexName: 'none' } }),
    'ResourceNotFoundException',
    'Requested resource not found',
  ],
  [
    'away a local one',
    change({ Delete: { IndexName: 'lsi' } }),
    'ResourceNotFoundException',
    'Requested resource not found',
  ],
  [
    'two at a time',
    change({ Create: global({ IndexName: 'one' }) }, { Create: global({ IndexName: 'two' }) }),
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  ],
  [
    'one twice',
    change({ Update: { IndexName: 'gsi', ProvisionedThroughput: UNITS } }, { Delete: { IndexName: 'gsi' } }),
    'ValidationException',
    `${INVALID}Only one global secondary index update per index is allowed simultaneously. Index: gsi`,
  ],
  [
    'throughput on demand',
    change({ Update: { IndexName: 'gsi', ProvisionedThroughput: UNITS } }),
    'ValidationException',
    `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: gsi when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    'a key that is not defined',
    change({ Create: global({ IndexName: 'new', KeySchema: [hash('q')] }) }),
    'ValidationException',
    `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [q], AttributeDefinitions: [id, seq, g, r]`,
  ],
])('an update that takes or gives %s', async (_, more, name, message) => {
  const refused = await refusal(t.dynamodb.send(new api.UpdateTableCommand({ TableName: table, ...more })));
  expect(refused).toEqual({ name, status: 400, message });
});

const STARTS = { g: { S: 'a' }, r: { N: '1' }, id: { S: 'a' }, seq: { N: '1' } };
test.each<[string, Partial<api.QueryCommandInput>, string]>([
  ['with consistency', { ConsistentRead: true }, 'Consistent reads are not supported on global secondary indexes'],
  [
    'for everything',
    { Select: 'ALL_ATTRIBUTES' },
    `${INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index gsi because its projection type is not ALL`,
  ],
  [
    'for what it does not have',
    { ProjectionExpression: 'y, x, z.a' },
    `${INVALID}Global secondary index gsi does not project [y, z]`,
  ],
  [
    'by what it does not have',
    { FilterExpression: 'y = :v' },
    `${INVALID}Secondary index gsi does not project one or more filter attributes: [y]`,
  ],
  [
    'by what a local index does not have',
    { IndexName: 'lsi', KeyConditionExpression: 'id = :v', FilterExpression: 'y = :v' },
    `${INVALID}Secondary index lsi does not project one or more filter attributes: [y]`,
  ],
  [
    'by its own key, in a filter',
    { FilterExpression: 'r = :v' },
    'Filter Expression can only contain non-primary key attributes: Primary key attribute: r',
  ],
  ["by the table's key", { KeyConditionExpression: 'id = :v' }, 'Query condition missed key schema element: g'],
  ['from half a key', { ExclusiveStartKey: { g: { S: 'a' }, r: { N: '1' } } }, 'The provided starting key is invalid'],
  [
    'from a key of another type',
    { ExclusiveStartKey: { ...STARTS, r: { S: '1' } } },
    'The provided starting key is invalid: The provided key element does not match the schema',
  ],
  [
    'from another partition',
    { ExclusiveStartKey: { ...STARTS, g: { S: 'b' } } },
    'The provided starting key is outside query boundaries based on provided conditions',
  ],
  [
    'by another name',
    { IndexName: 'ab' },
    constraint('indexName', "'ab'", 'Member must have length greater than or equal to 3'),
  ],
])('an index asked %s', async (_, more, message) => {
  const input = {
    TableName: table,
    IndexName: 'gsi',
    KeyConditionExpression: 'g = :v',
    ExpressionAttributeValues: { ':v': { S: 'a' } },
    ...more,
  };
  const refused = await refusal(t.dynamodb.send(new api.QueryCommand(input)));
  expect(refused).toEqual({ name: 'ValidationException', status: 400, message });
});

const MISMATCH = `${INVALID}Type mismatch for Index Key g Expected: S Actual: N IndexName: gsi`;
const EMPTY =
  'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: gsi, IndexKey: g';
const key = { id: { S: 'a' }, seq: { N: '1' } };
test.each<[string, api.AttributeValue, string]>([
  ['another type', { N: '1' }, MISMATCH],
  ['nothing', { NULL: true }, `${INVALID}Type mismatch for Index Key g Expected: S Actual: NULL IndexName: gsi`],
  ['an empty text', { S: '' }, EMPTY],
  [
    'a long text',
    { S: 'x'.repeat(2049) },
    `${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  ],
])('an item whose index key is %s', async (_, g, message) => {
  const expected = { name: 'ValidationException', status: 400, message };
  const Item = { ...key, g };
  expect(await refusal(t.dynamodb.send(new api.PutItemCommand({ TableName: table, Item })))).toEqual(expected);
  const RequestItems = { [table]: [{ PutRequest: { Item } }] };
  expect(await refusal(t.dynamodb.send(new api.BatchWriteItemCommand({ RequestItems })))).toEqual(expected);
});

test.each<[string, api.AttributeValue, string]>([
  ['SET g = :v', { N: '1' }, MISMATCH],
  [
    'SET g = if_not_exists(h, :v)',
    { N: '1' },
    'The update expression attempted to update the secondary index key to unsupported type',
  ],
  [
    'SET g = :v',
    { S: '' },
    'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.',
  ],
  [
    'SET g = :v',
    { S: 'x'.repeat(2049) },
    'The update expression attempted to update the secondary index key beyond allowed size limits',
  ],
  [
    'SET g.a = :v',
    { S: 'x' },
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: g",
  ],
])('an update %s with %j', async (UpdateExpression, value, message) => {
  const input = { TableName: table, Key: key, UpdateExpression, ExpressionAttributeValues: { ':v': value } };
  const refused = await refusal(t.dynamodb.send(new api.UpdateItemCommand(input)));
  expect(refused).toEqual({ name: 'ValidationException', status: 400, message });
});
