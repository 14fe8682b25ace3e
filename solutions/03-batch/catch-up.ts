import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { handler as report } from './report.ts';

interface Firing {
  readonly scheduledTime: string;
}

const dynamo = new DynamoDBClient();
const item = { TableName: process.env.WATERMARKS, Key: { job: { S: process.env.JOB! } } };
const period = Number(process.env.PERIOD_MINUTES) * 60_000;

export async function handler({ scheduledTime }: Firing) {
  const due = Date.parse(scheduledTime);
  // A job that has never run has missed nothing.
  let until = (await watermark()) ?? due - period;
  let reported = 0;
  while (until < due && reported < Number(process.env.MOST_WINDOWS)) {
    until += period;
    // In this order: what breaks off in between is done again, and not left out.
    await report({ scheduledTime: iso(until) });
    await advance(until);
    reported += 1;
  }
  return { reported, until: iso(until), left: Math.max(0, Math.ceil((due - until) / period)) };
}

async function watermark(): Promise<number | undefined> {
  const { Item } = await dynamo.send(new GetItemCommand({ ...item, ConsistentRead: true }));
  return Item && Date.parse(Item.until!.S!);
}

/** Moves the watermark forward. A run that was faster may have moved it further; then it stays. */
async function advance(until: number): Promise<void> {
  try {
    await dynamo.send(
      new UpdateItemCommand({
        ...item,
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :until',
        UpdateExpression: 'SET #until = :until',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':until': { S: iso(until) } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

const iso = (moment: number): string => new Date(moment).toISOString();
