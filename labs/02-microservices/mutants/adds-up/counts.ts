import { PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, row } from './rows.ts';

const LOCAL = process.env.LOCAL!;
const PEER = process.env.PEER!;

export async function received(to: string, _id: string): Promise<void> {
  await add(LOCAL, to, 1);
}

export async function seen(to: string, ids: readonly string[]): Promise<void> {
  await add(LOCAL, to, -ids.length);
}

export async function unread(to: string): Promise<number> {
  return Number((await get(LOCAL, { pk: to, sk: 'N' }))?.count ?? 0);
}

export async function sync(): Promise<void> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: PEER, ConsistentRead: true }));
  for (const { pk, count } of Items.map(row)) {
    await add(LOCAL, String(pk), Number(count));
  }
  const here = await dynamodb.send(new ScanCommand({ TableName: LOCAL, ConsistentRead: true }));
  for (const Item of here.Items ?? []) await dynamodb.send(new PutItemCommand({ TableName: PEER, Item }));
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
