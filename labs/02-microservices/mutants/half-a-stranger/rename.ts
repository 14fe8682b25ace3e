import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, isRefused, item, row } from './rows.ts';
import type { Profile } from './types.ts';

const TableName = process.env.FEED_TABLE!;

export async function rename(user: string, name: string): Promise<Profile> {
  const key = { pk: `USER#${user}`, sk: 'PROFILE' };
  try {
    // The one write. The table's stream is what tells of it: there is no event without the row, and no row without its event.
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: item(key),
        UpdateExpression: 'SET #name = :name ADD revision :one',
        ConditionExpression: '#name <> :name',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: item({ ':name': name, ':one': 1 }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return { user, name, revision: Number(row(Attributes!).revision) };
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  const profile = await get(TableName, key);
  if (!profile) throw new Error(`there is no user ${user}`);
  return { user, name: String(profile.name), revision: Number(profile.revision) };
}
