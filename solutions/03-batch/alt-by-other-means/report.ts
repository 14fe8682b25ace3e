/** Reads from the window's beginning on, in order, page by page, and stops at the first document that is past its end. */
import { type AttributeValue, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { COUNTED, OFFICE, REPORTS, PERIOD_MINUTES } = process.env as Record<string, string>;
const dynamo = new DynamoDBClient();
const s3 = new S3Client();

export async function handler(event: { readonly scheduledTime: string }) {
  const to = new Date(event.scheduledTime);
  const from = new Date(to);
  from.setUTCMinutes(from.getUTCMinutes() - Number(PERIOD_MINUTES));
  let documents = 0;
  let pages = 0;
  for await (const item of itemsFrom(from.toISOString())) {
    const [moment] = item.at!.S!.split('#') as [string];
    if (Date.parse(moment) >= to.getTime()) break;
    documents++;
    pages += Number(item.pages!.N);
  }
  const report = { office: OFFICE, from, to, documents, pages };
  const key = `${OFFICE}/${from.toISOString()}.json`;
  await s3.send(new PutObjectCommand({ Bucket: REPORTS, Key: key, Body: JSON.stringify(report) }));
  return report;
}

async function* itemsFrom(from: string): AsyncGenerator<Record<string, AttributeValue>> {
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: COUNTED,
        KeyConditionExpression: 'office = :office AND #at >= :from',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':office': { S: OFFICE! }, ':from': { S: from } },
        ExclusiveStartKey,
      }),
    );
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
