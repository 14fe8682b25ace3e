import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, isRefused, item, type Row } from './rows.ts';
import type { Notice, Profile } from './types.ts';

const TableName = process.env.CHAT_TABLE!;
const keyOf = (user: string) => ({ pk: `USER#${user}`, sk: 'NAME' });

// #region learn
export async function learn({ user, name, revision }: Profile): Promise<void> {
  const notices: Row[] = revision === 0 ? [] : [{ user, name, revision }];
  try {
    // Copy and notices are one item: one write, on one condition.
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: item(keyOf(user)),
        UpdateExpression:
          'SET #name = :name, revision = :revision, notices = list_append(if_not_exists(notices, :none), :notices)',
        ConditionExpression: `attribute_not_exists(revision) OR revision < :revision${revision === 0 ? ' OR revision = :revision' : ''}`,
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: item({ ':name': name, ':revision': revision, ':none': [], ':notices': notices }),
      }),
    );
  } catch (error) {
    // It is no news.
    if (!isRefused(error)) throw error;
  }
}
// #endregion learn

export async function nameOf(user: string): Promise<string | undefined> {
  const name = (await get(TableName, keyOf(user)))?.name;
  return name === undefined ? undefined : String(name);
}

export async function noticesOf(user: string): Promise<Notice[]> {
  const notices = (await get(TableName, keyOf(user)))?.notices;
  return (Array.isArray(notices) ? notices : []) as Notice[];
}
