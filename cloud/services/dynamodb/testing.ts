/** For DynamoDB's tests: tables that are there at once. */
import * as api from '@aws-sdk/client-dynamodb';
import type { TestCloud } from '../../testing.ts';

let count = 0;

/** Creates a table with the keys `id` (a string) and, where a type is given, `seq`, and waits until it is ACTIVE. */
export async function createTable(
  t: TestCloud,
  rangeType?: api.ScalarAttributeType,
  more: Partial<api.CreateTableCommandInput> = {},
): Promise<string> {
  const range = rangeType !== undefined;
  const TableName = `table-${++count}`;
  await t.dynamodb.send(
    new api.CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        ...(range ? [{ AttributeName: 'seq', KeyType: 'RANGE' as const }] : []),
      ],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        ...(range ? [{ AttributeName: 'seq', AttributeType: rangeType }] : []),
      ],
      ...more,
    }),
  );
  await t.cloud.clock.advance(1000);
  return more.TableName ?? TableName;
}
