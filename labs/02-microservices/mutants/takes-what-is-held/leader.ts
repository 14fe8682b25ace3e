import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';

export interface Lease {
  readonly me: string;
  readonly term: number;
  readonly until: number;
}

const TableName = process.env.LEADERS!;
const KEY = { pk: 'digest' };

export async function lead(me: string, seconds: number): Promise<Lease | undefined> {
  const row = await get(TableName, KEY);
  const over = Number(row?.until ?? 0) <= Date.now();
  if (!over && row?.me !== me) return undefined;
  const lease = { me, term: Number(row?.term ?? 0) + (over ? 1 : 0), until: Date.now() + seconds * 1000 };
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ ...KEY, ...lease }) }));
  return lease;
}

export async function resign(lease: Lease): Promise<void> {
  const row = await get(TableName, KEY);
  if (row?.term !== lease.term) return;
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ ...KEY, ...lease, until: 0 }) }));
}
