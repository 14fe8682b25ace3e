import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

interface Firing {
  readonly scheduledTime: string;
}

const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const office = process.env.OFFICE!;

// #region window
export async function handler({ scheduledTime }: Firing): Promise<void> {
  // Whenever this runs, and however often: the window is a matter of the time that was planned, to the millisecond.
  const end = Date.parse(scheduledTime);
  const from = new Date(end - Number(process.env.PERIOD_MINUTES) * 60_000).toISOString();
  const to = new Date(end).toISOString();
  const report = { office, from, to, ...(await counted(from, to)) };
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.REPORTS,
      Key: `${office}/${from}.json`,
      Body: JSON.stringify(report),
      ContentType: 'application/json',
    }),
  );
}
// #endregion window

/** What was counted from one moment on, up to but not including another. */
async function counted(from: string, to: string): Promise<{ documents: number; pages: number }> {
  const total = { documents: 0, pages: 0 };
  const query = {
    TableName: process.env.COUNTED,
    // BETWEEN takes in both ends. No key is `to` itself: one of that moment goes on after it, and so comes after it.
    KeyConditionExpression: '#office = :office AND #at BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#office': 'office', '#at': 'at' },
    ExpressionAttributeValues: { ':office': { S: office }, ':from': { S: from }, ':to': { S: to } },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamo }, query)) {
    for (const { pages } of Items) {
      total.documents += 1;
      total.pages += Number(pages!.N);
    }
  }
  return total;
}
