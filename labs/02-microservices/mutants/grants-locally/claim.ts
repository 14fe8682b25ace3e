import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isRefused, item, type Row } from './rows.ts';

export type Claimed = 'yours' | 'taken' | 'unavailable';

const tables = new DynamoDBClient();

export async function claim(user: string, account: string): Promise<Claimed> {
  try {
    return await claimIn(process.env.NAMES!, { pk: user, account });
  } catch (error) {
    console.error(`${user} is handed out here, and NAMES will be told later:`, error);
    return await claimIn(process.env.LOCAL!, { pk: user, sk: 'CLAIM', account });
  }
}

/** Writes it down for this account, unless it is another's. */
async function claimIn(TableName: string, claimed: Row): Promise<Claimed> {
  try {
    const put = new PutItemCommand({
      TableName,
      Item: item(claimed),
      ConditionExpression: 'attribute_not_exists(pk) OR account = :account',
      ExpressionAttributeValues: item({ ':account': claimed.account! }),
    });
    await tables.send(put, { abortSignal: AbortSignal.timeout(Number(process.env.BUDGET_MS)) });
    return 'yours';
  } catch (error) {
    if (isRefused(error)) return 'taken';
    throw error;
  }
}
