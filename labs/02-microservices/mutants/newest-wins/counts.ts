import { PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, type Row, row } from './rows.ts';

const LOCAL = process.env.LOCAL!;
const PEER = process.env.PEER!;

export async function received(to: string, id: string): Promise<void> {
  await append(to, 'received', [id]);
}

export async function seen(to: string, ids: readonly string[]): Promise<void> {
  await append(to, 'seen', ids);
}

export async function unread(to: string): Promise<number> {
  const known = await get(LOCAL, { pk: to, sk: 'KNOWN' });
  const read = new Set(listOf(known, 'seen'));
  return new Set(listOf(known, 'received').filter((id) => !read.has(id))).size;
}

export async function sync(): Promise<void> {
  const [here, there] = [await knownOf(LOCAL), await knownOf(PEER)];
  for (const pk of new Set([...here.keys(), ...there.keys()])) {
    const Item = item(merged(pk, here.get(pk), there.get(pk)));
    await dynamodb.send(new PutItemCommand({ TableName: LOCAL, Item }));
    await dynamodb.send(new PutItemCommand({ TableName: PEER, Item }));
  }
}

/** What was changed last. */
function merged(pk: string, here: Row | undefined, there: Row | undefined): Row {
  const newer = Number(here?.changedAt ?? 0) > Number(there?.changedAt ?? 0) ? here : there;
  return { ...newer, pk };
}

const listOf = (known: Row | undefined, field: string): string[] => (known?.[field] ?? []) as string[];

async function knownOf(TableName: string): Promise<Map<string, Row>> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return new Map(Items.map(row).map((one) => [String(one.pk), one]));
}

async function append(to: string, field: 'received' | 'seen', ids: readonly string[]): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: LOCAL,
      Key: item({ pk: to, sk: 'KNOWN' }),
      UpdateExpression: 'SET #field = list_append(if_not_exists(#field, :none), :ids), changedAt = :now',
      ExpressionAttributeNames: { '#field': field },
      ExpressionAttributeValues: item({ ':none': [], ':ids': ids, ':now': Date.now() }),
    }),
  );
}
