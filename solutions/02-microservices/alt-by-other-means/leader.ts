/** The term stands in both tables, and changes in both at once: who publishes asks the table in which the pages are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, type Row } from './rows.ts';

export interface Lease {
  readonly me: string;
  readonly term: number;
  readonly until: number;
}

const KEY = { pk: 'digest' };
/** Of a transaction that meets another one. */
const ATTEMPTS = 4;

export async function lead(me: string, seconds: number): Promise<Lease | undefined> {
  const found = await get(process.env.LEADERS!, KEY);
  const over = Number(found?.until ?? 0) <= Date.now();
  if (!over && found?.me !== me) return undefined;
  const lease = { me, term: Number(found?.term ?? 0) + (over ? 1 : 0), until: Date.now() + seconds * 1000 };
  return (await replaced(found, lease)) ? lease : undefined;
}

export async function resign({ me, term }: Lease): Promise<void> {
  const found = await get(process.env.LEADERS!, KEY);
  if (found?.term === term) await replaced(found, { me, term, until: 0 });
}

/** Whether the lease is in the place of what was found: not when somebody else has come in between. */
async function replaced(found: Row | undefined, { me, term, until }: Lease): Promise<boolean> {
  const unchanged = found
    ? {
        ConditionExpression: 'term = :term AND #until = :until',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: item({ ':term': found.term!, ':until': found.until! }),
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  const row = { TableName: process.env.LEADERS!, Item: item({ ...KEY, me, term, until }), ...unchanged };
  const fence = { TableName: process.env.DIGEST!, Item: item({ ...KEY, term }) };
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: row }, { Put: fence }] }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      if (reasons.includes('ConditionalCheckFailed')) return false;
      // Two transactions have met. The SDK does not try again; the conditions still say what was found.
      if (!reasons.includes('TransactionConflict') || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * 50 * 2 ** attempt);
    }
  }
}
