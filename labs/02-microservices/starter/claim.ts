/**
 * Step 2.5: a handle belongs to one person
 *
 * `claim` asks NAMES, the one table in which handles are handed out, for both sites of the network. Its key is `pk`.
 *
 *   'yours'        the handle is this account's: from now on, or since an earlier claim
 *   'taken'        it is another account's
 *   'unavailable'  nobody can say it now: NAMES cannot be reached, or its answer did not come. The claim may have
 *                  arrived all the same; who asks again later is told.
 *
 * It answers within BUDGET_MS milliseconds whatever becomes of NAMES, never throws, and never says more than it knows:
 * one handle is not promised to two, and who has it is not told that it is taken. Where each call of NAMES takes no more
 * than a fifth of BUDGET_MS, it is told which of the first two it is. Of NAMES the feed may get and put items (step 2.7).
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';

export type Claimed = 'yours' | 'taken' | 'unavailable';

const TableName = process.env.NAMES!;

export async function claim(user: string, account: string): Promise<Claimed> {
  const owner = (await get(TableName, { pk: user }))?.account;
  if (owner !== undefined) return owner === account ? 'yours' : 'taken';
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ pk: user, account }) }));
  return 'yours';
}
