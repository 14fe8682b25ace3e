import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';
import type { Profile } from './types.ts';

const TableName = process.env.FEED_TABLE!;
export async function rename(user: string, name: string): Promise<Profile> {
  const key = { pk: `USER#${user}`, sk: 'PROFILE' };
  const before = await get(TableName, key);
  if (!before) throw new Error(`there is no user ${user}`);
  if (before.name === name) return { user, name, revision: Number(before.revision) };
  const revision = Number(before.revision) + 1;
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item(key),
      UpdateExpression: 'SET #name = :name, revision = :revision',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: item({ ':name': name, ':revision': revision }),
    }),
  );
  return { user, name, revision };
}
