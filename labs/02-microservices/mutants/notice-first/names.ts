import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, type Row } from './rows.ts';
import type { Notice, Profile } from './types.ts';

const TableName = process.env.CHAT_TABLE!;
const keyOf = (user: string) => ({ pk: `NAME#${user}`, sk: 'NAME' });

export async function learn({ user, name, revision }: Profile): Promise<void> {
  const known = await get(TableName, keyOf(user));
  const last = known === undefined ? -1 : Number(known.revision ?? -1);
  if (revision < last || (revision === last && revision > 0)) return;
  const notices: Row[] = revision === 0 ? [] : [{ user, name, revision }];
  await update(user, 'SET notices = list_append(if_not_exists(notices, :none), :notices)', {
    ':none': [],
    ':notices': notices,
  });
  await update(user, 'SET #name = :name, revision = :revision', { ':name': name, ':revision': revision });
}

async function update(user: string, UpdateExpression: string, values: Row): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item(keyOf(user)),
      UpdateExpression,
      ...(UpdateExpression.includes('#name') ? { ExpressionAttributeNames: { '#name': 'name' } } : {}),
      ExpressionAttributeValues: item(values),
    }),
  );
}

export async function nameOf(user: string): Promise<string | undefined> {
  const name = (await get(TableName, keyOf(user)))?.name;
  return name === undefined ? undefined : String(name);
}

export async function noticesOf(user: string): Promise<Notice[]> {
  const notices = (await get(TableName, keyOf(user)))?.notices;
  return (Array.isArray(notices) ? notices : []) as Notice[];
}
