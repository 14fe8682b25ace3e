/** The ledger is updated in place, on the condition that it is no further than this run. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ifStill, withLease } from './lease.ts';

const { JOB, OFFICE, REPORTS, LEDGER, LEASE_SECONDS } = process.env as Record<string, string>;
const dynamo = new DynamoDBClient();
const s3 = new S3Client();

export async function handler(event: { readonly window: string }) {
  const token = await withLease(JOB!, Number(LEASE_SECONDS), async (token) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: REPORTS, Key: `${OFFICE}/${event.window}.json` }));
    const { documents, pages } = JSON.parse(await Body!.transformToString());
    const booked = await ifStill(() =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: LEDGER,
          Key: { job: { S: JOB! }, window: { S: event.window } },
          UpdateExpression: 'SET #token = :token, documents = :documents, pages = :pages',
          ConditionExpression: 'NOT #token > :token OR attribute_not_exists(#token)',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: {
            ':token': { N: String(token) },
            ':documents': { N: String(documents) },
            ':pages': { N: String(pages) },
          },
        }),
      ),
    );
    return booked ? token : undefined;
  });
  return token === undefined ? { ran: false } : { ran: true, token };
}
