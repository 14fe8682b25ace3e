import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { item } from './rows.ts';

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
    return 'unavailable';
  }
}

/** Writes it down for this account, or tells that it is another's. */
async function taken(user: string, account: string, abortSignal: AbortSignal): Promise<boolean> {
  const options = { abortSignal };
  const look = new GetItemCommand({ TableName, Key: item({ pk: user }), ConsistentRead: true });
  const { Item } = await names.send(look, options);
  if (Item) return Item.account?.S !== account;
  await names.send(new PutItemCommand({ TableName, Item: item({ pk: user, account }) }), options);
  return false;
}
