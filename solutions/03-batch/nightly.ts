import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { acquire, release, unlessRefused } from './lease.ts';

interface Report {
  readonly documents: number;
  readonly pages: number;
}

const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const job = process.env.JOB!;

export async function handler({ window }: { readonly window: string }) {
  const lease = await acquire(job, Number(process.env.LEASE_SECONDS));
  if (!lease) return { ran: false };
  try {
    const { token } = lease;
    return (await book(window, await reportOf(window), token)) ? { ran: true, token } : { ran: false };
  } finally {
    await release(lease);
  }
}

async function reportOf(window: string): Promise<Report> {
  const object = await s3.send(
    new GetObjectCommand({ Bucket: process.env.REPORTS, Key: `${process.env.OFFICE}/${window}.json` }),
  );
  return JSON.parse(await object.Body!.transformToString()) as Report;
}

/** Whether the ledger has taken it: it refuses whoever comes after the holder of a later lease. */
async function book(window: string, { documents, pages }: Report, token: number): Promise<boolean> {
  const done = await unlessRefused(() =>
    dynamo.send(
      new PutItemCommand({
        TableName: process.env.LEDGER,
        Item: {
          job: { S: job },
          window: { S: window },
          token: { N: String(token) },
          documents: { N: String(documents) },
          pages: { N: String(pages) },
        },
        // Equal is fine: the SDK repeats a call whose answer was lost, and then finds what it has written itself.
        ConditionExpression: 'attribute_not_exists(#token) OR #token <= :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': { N: String(token) } },
      }),
    ),
  );
  return done !== undefined;
}
