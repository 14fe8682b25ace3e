import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item, row } from './rows.ts';
import type { Profile } from './types.ts';

const TableName = process.env.FEED_TABLE!;
export async function rename(user: string, name: string): Promise<Profile> {
  const key = { pk: `USER#${user}`, sk: 'PROFILE' };
  const before = await get(TableName, key);
  if (!before) throw new Error(`there is no user ${user}`);
  if (before.name === name) return { user, name, revision: Number(before.revision) };
  const { Attributes } = await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item(key),
      UpdateExpression: 'SET #name = :name ADD revision :one',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: item({ ':name': name, ':one': 1 }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  return { user, name, revision: Number(row(Attributes!).revision) };
}
