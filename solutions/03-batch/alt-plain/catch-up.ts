/** First the list of windows that are open, then one after the other; the watermark is put, not updated. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { handler as report } from './report.ts';

const dynamo = new DynamoDBClient();

export async function handler(event: { scheduledTime: string }) {
  const { WATERMARKS, JOB, PERIOD_MINUTES, MOST_WINDOWS } = process.env as Record<string, string>;
  const period = Number(PERIOD_MINUTES) * 60 * 1000;
  const scheduled = new Date(event.scheduledTime).getTime();

  const found = await dynamo.send(
    new GetItemCommand({ TableName: WATERMARKS, Key: { job: { S: JOB! } }, ConsistentRead: true }),
  );
  const watermark = found.Item ? new Date(found.Item.until!.S!).getTime() : scheduled - period;

  const open: string[] = [];
  for (let end = watermark + period; end <= scheduled; end += period) open.push(new Date(end).toISOString());
  const now = open.slice(0, Number(MOST_WINDOWS));

  for (const end of now) {
    await report({ scheduledTime: end });
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName: WATERMARKS,
          Item: { job: { S: JOB! }, until: { S: end } },
          ConditionExpression: 'attribute_not_exists(#until) OR #until <= :end',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':end': { S: end } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    reported: now.length,
    until: now.at(-1) ?? new Date(watermark).toISOString(),
    left: open.length - now.length,
  };
}
