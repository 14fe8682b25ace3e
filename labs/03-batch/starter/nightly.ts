/**
 * Step 3.3: one effective run (the lease itself is in lease.ts)
 *
 * At night the report of a window is booked in the ledger. The schedule starts this function, sometimes twice; so does a
 * colleague after a correction; and nobody knows whether the run before is still at work.
 *
 *   Event     { "window": "2027-03-01T00:00:00.000Z" }
 *   Report    object OFFICE/WINDOW.json in the bucket REPORTS: JSON with `documents` and `pages`
 *   Ledger    DynamoDB table LEDGER, one item for each job and window:
 *             { job, window, token, documents, pages }, the last three numbers, `token` that of the run's lease.
 *             Partition key `job`, sort key `window`. A window may be booked again: then the later run's figures stand.
 *   Answer    { "ran": true, "token": 7 } when this run has booked the window
 *             { "ran": false } when it has not, because somebody else has the lease: they had it from the start, or got it
 *             before this run came to book
 *
 *   - Of runs that overlap, one does the work; the others do not even begin with it.
 *   - A run may stand still at any point for longer than its lease lasts, also in the middle of a call, and go on then
 *     without having noticed. What it writes then must not replace what a later holder has booked.
 *   - The SDK repeats a call whose answer got lost. That must not make a run believe that somebody else was faster.
 *   - A run that fails says so by an error, and does not keep the lease.
 *
 * Environment: JOB, OFFICE, REPORTS, LEDGER, LEASES, LEASE_SECONDS.
 */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { acquire, release } from './lease.ts';

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
  // Your part: what if something goes wrong from here on, or takes far too long?
  const { token } = lease;
  await book(window, await reportOf(window), token);
  await release(lease);
  return { ran: true, token };
}

async function reportOf(window: string): Promise<Report> {
  const object = await s3.send(
    new GetObjectCommand({ Bucket: process.env.REPORTS, Key: `${process.env.OFFICE}/${window}.json` }),
  );
  return JSON.parse(await object.Body!.transformToString()) as Report;
}

async function book(window: string, { documents, pages }: Report, token: number): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: process.env.LEDGER,
      Item: {
        job: { S: job },
        window: { S: window },
        token: { N: String(token) },
        documents: { N: String(documents) },
        pages: { N: String(pages) },
      },
    }),
  );
}
