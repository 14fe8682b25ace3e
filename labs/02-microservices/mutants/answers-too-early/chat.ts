import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { decode } from './contract.ts';
import { learn, nameOf, noticesOf } from './names.ts';
import { dynamodb, get, isRefused, item, type Row, row } from './rows.ts';
import type { ChatAsked, Inbox, Message, QueueAnswer, QueueEvent } from './types.ts';

const TableName = process.env.CHAT_TABLE!;

export async function handler(asked: ChatAsked | QueueEvent): Promise<unknown> {
  if ('Records' in asked) return await take(asked);
  switch (asked.op) {
    case 'send':
      return await send(asked);
    case 'inbox':
      return await inbox(asked.user);
    case 'read':
      return await read(asked.user, asked.upTo);
    case 'unread':
      return { user: asked.user, unread: await unread(asked.user) };
  }
}

async function take({ Records }: QueueEvent): Promise<QueueAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      const profile = decode(body);
      if (profile) learn(profile).catch(() => batchItemFailures.push({ itemIdentifier: messageId }));
    } catch (error) {
      console.error(`the event ${messageId} was not taken:`, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function send({ id, from, to, text }: Message): Promise<{ id: string }> {
  const Item = item({ pk: `USER#${to}`, sk: `MESSAGE#${id}`, from, text });
  await unlessRefused(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  return { id };
}

async function inbox(user: string): Promise<Inbox> {
  const rows = await messagesOf(user, '');
  const senders = [...new Set(rows.map(({ from }) => String(from)))].sort();
  const known = new Map<string, string>();
  for (const sender of senders) known.set(sender, (await nameOf(sender)) ?? sender);
  return {
    user,
    messages: rows.map(({ sk, from, text }) => ({
      id: String(sk).slice('MESSAGE#'.length),
      from: String(from),
      name: known.get(String(from))!,
      text: String(text),
    })),
    notices: (await Promise.all(senders.map(noticesOf))).flat(),
  };
}

async function read(user: string, upTo: string): Promise<{ user: string; unread: number }> {
  await unlessRefused(
    new UpdateItemCommand({
      TableName,
      Key: item({ pk: `USER#${user}`, sk: 'READ' }),
      UpdateExpression: 'SET upTo = :upTo',
      ConditionExpression: 'attribute_not_exists(upTo) OR upTo < :upTo',
      ExpressionAttributeValues: item({ ':upTo': upTo }),
    }),
  );
  return { user, unread: await unread(user) };
}

async function unread(user: string): Promise<number> {
  const { upTo = '' } = (await get(TableName, { pk: `USER#${user}`, sk: 'READ' })) ?? {};
  return (await messagesOf(user, String(upTo))).length;
}

/** All messages to a user with a later id than this one. */
async function messagesOf(user: string, after: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (
    let ExclusiveStartKey: QueryCommand['input']['ExclusiveStartKey'], page = 0;
    page === 0 || ExclusiveStartKey;
    page++
  ) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :user AND sk BETWEEN :from AND :to',
        // A tilde comes after all that an id is made of.
        ExpressionAttributeValues: item({ ':user': `USER#${user}`, ':from': `MESSAGE#${after}`, ':to': 'MESSAGE#~' }),
        ExclusiveStartKey,
      }),
    );
    rows.push(...Items.map(row).filter(({ sk }) => sk !== `MESSAGE#${after}`));
    ExclusiveStartKey = LastEvaluatedKey;
  }
  return rows;
}

/** Sends a write; that its condition does not hold means that there is nothing to do. */
async function unlessRefused(write: PutItemCommand | UpdateItemCommand): Promise<void> {
  try {
    await (write instanceof PutItemCommand ? dynamodb.send(write) : dynamodb.send(write));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
