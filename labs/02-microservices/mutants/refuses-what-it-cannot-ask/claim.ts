import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isRefused, item } from './rows.ts';

export type Claimed = 'yours' | 'taken' | 'unavailable';

/** The time limit is for all attempts together. */
const names = new DynamoDBClient();
const TableName = process.env.NAMES!;

export async function claim(user: string, account: string): Promise<Claimed> {
  const abortSignal = AbortSignal.timeout(Number(process.env.BUDGET_MS));
  try {
    return (await taken(user, account, abortSignal)) ? 'taken' : 'yours';
  } catch (error) {
    console.error(`whose ${user} is cannot be told:`, error);
    return 'taken';
  }
}

/** Writes it down for this account, or tells that it is another's. */
async function taken(user: string, account: string, abortSignal: AbortSignal): Promise<boolean> {
  const options = { abortSignal };
  try {
    const put = new PutItemCommand({
      TableName,
      Item: item({ pk: user, account }),
      // Its own claim, repeated because the answer was lost, is no refusal.
      ConditionExpression: 'attribute_not_exists(pk) OR account = :account',
      ExpressionAttributeValues: item({ ':account': account }),
    });
    await names.send(put, options);
    return false;
  } catch (error) {
    if (isRefused(error)) return true;
    throw error;
  }
}
