import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as sqs from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { describe } from './describe.ts';
import { parse } from './parse.ts';
import type { WireRequest } from './request.ts';

const services = { dynamodb: describe('dynamodb', dynamodb), sqs: describe('sqs', sqs) };
const read = (name: keyof typeof services, operation: string, body: unknown) => {
  const request = { body: Buffer.from(JSON.stringify(body)) } as unknown as WireRequest;
  const service = services[name];
  return parse(service, { operation: service.operations.get(operation)!, labels: {} }, request);
};

test.each<[keyof typeof services, string, unknown, string]>([
  ['dynamodb', 'PutItem', { TableName: 5 }, 'NUMBER_VALUE cannot be converted to String'],
  ['dynamodb', 'PutItem', { TableName: true }, 'TRUE_VALUE cannot be converted to String'],
  ['dynamodb', 'PutItem', { TableName: {} }, 'Start of structure or map found where not expected.'],
  ['dynamodb', 'PutItem', { TableName: ['t'] }, 'Start of list found where not expected'],
  ['dynamodb', 'PutItem', { Item: 'x' }, 'Unexpected field type'],
  ['dynamodb', 'PutItem', { Item: { a: { N: 1 } } }, 'NUMBER_VALUE cannot be converted to String'],
  [
    'dynamodb',
    'PutItem',
    { Item: { a: { L: [{ M: { b: { BOOL: 'x' } } }] } } },
    'STRING_VALUE cannot be converted to Boolean',
  ],
  ['dynamodb', 'PutItem', { Item: { a: { SS: 'x' } } }, 'Unexpected field type'],
  ['dynamodb', 'Query', { Limit: '5' }, 'STRING_VALUE cannot be converted to Number'],
  ['sqs', 'SendMessageBatch', { Entries: [null] }, 'Unexpected null in a list'],
])('%s %s %j is refused', async (service, operation, body, message) => {
  await expect(read(service, operation, body)).rejects.toMatchObject({ name: 'SerializationException', message });
});

test('members that the schema does not know, and nulls, are passed over', async () => {
  const body = { TableName: 't', Limit: null, Unknown: { any: [5] } };
  expect(await read('dynamodb', 'Query', body)).toMatchObject({ TableName: 't' });
});
