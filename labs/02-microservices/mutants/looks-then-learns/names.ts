import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, type Row } from './rows.ts';
import type { Notice, Profile } from './types.ts';

const TableName = process.env.CHAT_TABLE!;
const keyOf = (user: string) => ({ pk: `NAME#${user}`, sk: 'NAME' });

export async function learn({ user, name, revision }: Profile): Promise<void> {
  const notices: Row[] = revision === 0 ? [] : [{ user, name, revision }];
  const known = Number((await get(TableName, keyOf(user)))?.revision ?? -1);
  if (revision < known || (revision > 0 && revision === known)) return;
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item(keyOf(user)),
      UpdateExpression:
        'SET #name = :name, revision = :revision, notices = list_append(if_not_exists(notices, :none), :notices)',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: item({ ':name': name, ':revision': revision, ':none': [], ':notices': notices }),
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
