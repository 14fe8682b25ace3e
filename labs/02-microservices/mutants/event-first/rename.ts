import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encode } from './contract.ts';
import { dynamodb, get, item } from './rows.ts';
import type { Profile } from './types.ts';

const sqs = new SQSClient();
const TableName = process.env.FEED_TABLE!;

export async function rename(user: string, name: string): Promise<Profile> {
  const key = { pk: `USER#${user}`, sk: 'PROFILE' };
  const before = await get(TableName, key);
  if (!before) throw new Error(`there is no user ${user}`);
  if (before.name === name) return { user, name, revision: Number(before.revision) };
  const profile = { user, name, revision: Number(before.revision) + 1 };
  const MessageBody = encode(profile, new Date().toISOString());
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EVENTS!, MessageBody }));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: item(key),
      UpdateExpression: 'SET #name = :name ADD revision :one',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: item({ ':name': name, ':one': 1 }),
    }),
  );
  return profile;
}
