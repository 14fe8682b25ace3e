/**
 * Step 2.6: what only the leader may do
 *
 * `publish` writes a page of the digest into the table DIGEST, as {pk: page, me, term, text}. Both tables are for you,
 * and DynamoDB may be asked for all that has to do with items and transactions.
 *
 *   'published'  it is written, and by this lease
 *   'already'    the page was there: pages are written once, and stay as they are
 *   'deposed'    there has been another leader since: nothing is written. Of a page that is there 'already' will do, too
 *
 * A leader may stand still for an hour between any two of its steps, and its clock may be wrong. Whether it still leads
 * is therefore decided where the page is written, and at that moment.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, get, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

const TableName = process.env.DIGEST!;

export async function publish(lease: Lease, page: string, text: string): Promise<Published> {
  if (lease.until < Date.now()) return 'deposed';
  if (await get(TableName, { pk: page })) return 'already';
  const { me, term } = lease;
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ pk: page, me, term, text }) }));
  return 'published';
}
