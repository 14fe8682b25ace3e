/** By other means: one update that sets the account if there is none, and tells whose it is; the wait for it is given up, and not the call. */
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { item } from './rows.ts';

export type Claimed = 'yours' | 'taken' | 'unavailable';

/** One attempt: whoever is told 'unavailable' asks again. */
const names = new DynamoDBClient({ maxAttempts: 1 });

export async function claim(user: string, account: string): Promise<Claimed> {
  const asked = ownerOf(user, account).catch((error: unknown) => {
    console.error(`NAMES does not say whose ${user} is:`, error);
    return undefined;
  });
  const owner = await Promise.race([asked, wait(Number(process.env.BUDGET_MS), undefined)]);
  if (owner === undefined) return 'unavailable';
  return owner === account ? 'yours' : 'taken';
}

async function ownerOf(user: string, account: string): Promise<string | undefined> {
  const { Attributes } = await names.send(
    new UpdateItemCommand({
      TableName: process.env.NAMES!,
      Key: item({ pk: user }),
      UpdateExpression: 'SET account = if_not_exists(account, :account)',
      ExpressionAttributeValues: item({ ':account': account }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes?.account?.S;
}
