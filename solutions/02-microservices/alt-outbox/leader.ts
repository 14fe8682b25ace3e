/** Reads the row, decides, and puts it anew, if it is still the one that was read: each row that is written has a mark of its own. */
import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, isRefused, item, type Row } from './rows.ts';

export interface Lease {
  readonly me: string;
  readonly term: number;
  readonly until: number;
}

const TableName = process.env.LEADERS!;
const KEY = { pk: 'digest' };

export async function lead(me: string, seconds: number): Promise<Lease | undefined> {
  const found = await get(TableName, KEY);
  const now = Date.now();
  const leads = found !== undefined && Number(found.until) > now;
  if (leads && found.me !== me) return undefined;
  const term = Number(found?.term ?? 0);
  const lease = { me, term: leads ? term : term + 1, until: now + seconds * 1000 };
  return (await swap(found, lease)) ? lease : undefined;
}

export async function resign({ term }: Lease): Promise<void> {
  const found = await get(TableName, KEY);
  if (found?.term === term) await swap(found, { me: String(found.me), term, until: 0 });
}

/** Whether the row is the new one now. */
async function swap(found: Row | undefined, lease: Lease): Promise<boolean> {
  const mark = randomUUID();
  const condition = found
    ? { ConditionExpression: 'mark = :mark', ExpressionAttributeValues: item({ ':mark': found.mark! }) }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await dynamodb.send(new PutItemCommand({ TableName, Item: item({ ...KEY, ...lease, mark }), ...condition }));
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
    // The answer to the first attempt may have been lost, and the second one was refused because of it.
    return (await get(TableName, KEY))?.mark === mark;
  }
}
