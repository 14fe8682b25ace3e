/** By other means: a write where nobody has the handle, and else a look at who has; the wait for both is given up, and not the calls. */
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isRefused, item } from './rows.ts';

export type Claimed = 'yours' | 'taken' | 'unavailable';

const TableName = process.env.NAMES!;
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

/** Nobody ever gives a handle back, so that a look after the write cannot come too late. */
async function ownerOf(user: string, account: string): Promise<string | undefined> {
  try {
    const Item = item({ pk: user, account });
    await names.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
    return account;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { Item } = await names.send(new GetItemCommand({ TableName, Key: item({ pk: user }), ConsistentRead: true }));
    return Item?.account?.S;
  }
}
