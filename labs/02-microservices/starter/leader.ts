/**
 * Step 2.6: one leader, and no consensus of your own
 *
 * The weekly digest is to be sent once. Several copies of the feed could send it; one of them leads. Who that is stands
 * in one row of the table LEADERS, whose key is {pk: 'digest'}: DynamoDB has solved consensus, so ask it.
 *
 *   lead    makes `me` the leader for so many seconds: if nobody leads, or the leader's time is up, or it is me. Answers
 *           with the lease, or undefined when another one leads. A leader that leads on keeps its term; each change of
 *           leaders, and each return, brings the next one: 1, 2, 3 …
 *   resign  ends the lease, if it is still the one that was given. Whoever comes next need not wait
 *
 * The clocks of two copies may be minutes apart. Then one takes over too early or too late, and that cannot be helped
 * here: see digest.ts for what must not happen all the same.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';

export interface Lease {
  readonly me: string;
  /** Larger with each new leader. */
  readonly term: number;
  /** Milliseconds since 1970, by the clock of who leads. */
  readonly until: number;
}

const TableName = process.env.LEADERS!;

export async function lead(me: string, seconds: number): Promise<Lease | undefined> {
  const now = await get(TableName, { pk: 'digest' });
  if (now && now.me !== me) return undefined;
  const lease = { me, term: 1, until: Date.now() + seconds * 1000 };
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ pk: 'digest', ...lease }) }));
  return lease;
}

export async function resign(lease: Lease): Promise<void> {
  console.log(`${lease.me} leads on`);
}
