/** By other means: the ids are two sets in one item for each person, and DynamoDB unites them. */
import { GetItemCommand, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, item } from './rows.ts';

const LOCAL = process.env.LOCAL!;
const PEER = process.env.PEER!;

interface Known {
  readonly received?: readonly string[];
  readonly seen?: readonly string[];
}

const keyOf = (to: string) => item({ pk: to, sk: 'KNOWN' });

export const received = (to: string, id: string): Promise<void> => add(LOCAL, to, { received: [id] });

export const seen = (to: string, ids: readonly string[]): Promise<void> => add(LOCAL, to, { seen: ids });

export async function unread(to: string): Promise<number> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: LOCAL, Key: keyOf(to), ConsistentRead: true }));
  const read = new Set(Item?.seen?.SS);
  return (Item?.received?.SS ?? []).filter((id) => !read.has(id)).length;
}

export async function sync(): Promise<void> {
  await bring(PEER, LOCAL);
  await bring(LOCAL, PEER);
}

async function bring(from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: from, ConsistentRead: true })) {
    for (const { pk, received, seen } of Items) {
      await add(to, pk!.S!, { received: received?.SS ?? [], seen: seen?.SS ?? [] });
    }
  }
}

/** A set without members is none to DynamoDB. */
async function add(TableName: string, to: string, known: Known): Promise<void> {
  const sets = Object.entries(known as Record<string, readonly string[]>).filter(([, ids]) => ids.length > 0);
  if (sets.length === 0) return;
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: keyOf(to),
      UpdateExpression: `ADD ${sets.map(([field]) => `${field} :${field}`).join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(sets.map(([field, ids]) => [`:${field}`, { SS: [...ids] }])),
    }),
  );
}
