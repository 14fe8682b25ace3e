/** The same by a table: the store counts by itself, in one call. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { setting } from './settings.ts';
import type { File } from './types.ts';

const table = new DynamoDBClient();

/** A call whose answer gets lost is repeated, and counts twice: then a file is given up one attempt too early, and never too late. */
export async function attempt({ key }: File): Promise<number> {
  const { Attributes } = await table.send(
    new UpdateItemCommand({
      TableName: setting('TABLE'),
      Key: { id: { S: `${setting('RUN')}/attempts/${key}` } },
      UpdateExpression: 'ADD times :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes!.times!.N);
}
