/**
 * Step 3.2: the window that a run covers
 *
 * A schedule starts this function every PERIOD_MINUTES. It reports what the office has counted in the window that ends at
 * the scheduled time: how many documents, and how many pages.
 *
 *   Event         { "scheduledTime": "2027-03-01T00:20:00Z" }, to the second, as EventBridge Scheduler writes it.
 *                 It may arrive a minute late or hours late, and more than once.
 *   Report        object OFFICE/FROM.json in the bucket REPORTS, JSON with these five fields:
 *                 { "office": "…", "from": "2027-03-01T00:00:00.000Z", "to": "2027-03-01T00:20:00.000Z",
 *                   "documents": 3, "pages": 41 }
 *                 Both moments with milliseconds, also the one in the key.
 *   Window        from `from` on, up to but not including `to`. So each document is in exactly one report, also one that
 *                 was counted at the very end of a window.
 *   Documents     items of the DynamoDB table COUNTED. Partition key `office`; sort key `at`: the moment of counting with
 *                 milliseconds, then # and the document's id (2027-03-01T00:07:31.250Z#d4c1); attribute `pages`, a number.
 *                 There may be so many in a window that DynamoDB does not hand them out at once.
 *   Empty window  gets a report too: 0 documents, 0 pages.
 *   Failure       when something cannot be read or written, the invocation fails, and there is no report that says less
 *                 than the truth.
 *
 * Environment: COUNTED, OFFICE, REPORTS, PERIOD_MINUTES.
 */
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

interface Firing {
  readonly scheduledTime: string;
}

const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const office = process.env.OFFICE!;

export async function handler(event: Firing): Promise<void> {
  console.log('to report the window that ends at', event.scheduledTime);
  // Your part: which window is it, and what was counted in it?
  const to = new Date();
  const from = new Date(to.getTime() - Number(process.env.PERIOD_MINUTES) * 60_000);

  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: process.env.COUNTED,
      KeyConditionExpression: '#office = :office',
      ExpressionAttributeNames: { '#office': 'office' },
      ExpressionAttributeValues: { ':office': { S: office } },
    }),
  );
  const pages = Items.reduce((sum, item) => sum + Number(item.pages!.N), 0);

  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.REPORTS,
      Key: `${office}/${from.toISOString()}.json`,
      Body: JSON.stringify({ office, from, to, documents: Items.length, pages }),
    }),
  );
}
