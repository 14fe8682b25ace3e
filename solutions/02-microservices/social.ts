/**
 * The social network as it was: one function, one table. To read; it is deployed nowhere, and nothing to do here.
 *
 * Each line that reaches from one half into the other is marked. They are what step 2.1 is about.
 */
import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, isRefused, item, type Row, row } from './rows.ts';
import type { ChatAsked, FeedAsked } from './types.ts';

const TableName = process.env.TABLE!;

export async function handler(asked: FeedAsked | ChatAsked): Promise<unknown> {
  switch (asked.op) {
    case 'register': {
      const { user, account, name } = asked;
      await once({ pk: `USER#${user}`, sk: 'PROFILE', user, account, name, revision: 1 });
      // ← a person is registered, and chat's row is made
      await once({ pk: `USER#${user}`, sk: 'READ', upTo: '' });
      return { user, name, revision: 1 };
    }
    case 'rename': {
      const { user, name } = asked;
      const { Attributes } = await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: item({ pk: `USER#${user}`, sk: 'PROFILE' }),
          UpdateExpression: 'SET #name = :name ADD revision :one',
          ExpressionAttributeNames: { '#name': 'name' },
          ExpressionAttributeValues: item({ ':name': name, ':one': 1 }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { user, name, revision: row(Attributes!).revision };
    }
    case 'post':
      await once({ pk: `USER#${asked.user}`, sk: `POST#${asked.id}`, text: asked.text });
      return { id: asked.id };
    // #region over
    case 'home': {
      const { user } = asked;
      const { name } = await profile(user);
      const posts = (await rowsOf(user, 'POST#')).reverse().slice(0, 20);
      return {
        user,
        name,
        posts: posts.map(({ sk, text }) => ({ id: String(sk).slice('POST#'.length), text })),
        // ← a page of the feed counts rows of chat
        unread: { count: await unread(user), stale: false, asOf: new Date().toISOString() },
      };
    }
    case 'send': {
      const { id, from, to, text } = asked;
      // ← a message looks for its reader among the people of the feed
      await profile(to);
      await once({ pk: `USER#${to}`, sk: `MESSAGE#${id}`, from, text });
      return { id };
    }
    case 'inbox': {
      const messages = [];
      for (const { sk, from, text } of await rowsOf(asked.user, 'MESSAGE#')) {
        // ← each message is joined with a person of the feed
        const { name } = await profile(String(from));
        messages.push({ id: String(sk).slice('MESSAGE#'.length), from, name, text });
      }
      return { user: asked.user, messages, notices: [] };
    }
    // #endregion over
    case 'read': {
      const { user, upTo } = asked;
      await dynamodb.send(new PutItemCommand({ TableName, Item: item({ pk: `USER#${user}`, sk: 'READ', upTo }) }));
      return { user, unread: await unread(user) };
    }
    case 'unread':
      return { user: asked.user, unread: await unread(asked.user) };
  }
}

async function profile(user: string): Promise<Row> {
  const found = await get(TableName, { pk: `USER#${user}`, sk: 'PROFILE' });
  if (!found) throw new Error(`there is no user ${user}`);
  return found;
}

async function unread(user: string): Promise<number> {
  const { upTo = '' } = (await get(TableName, { pk: `USER#${user}`, sk: 'READ' })) ?? {};
  return (await rowsOf(user, 'MESSAGE#')).filter(({ sk }) => String(sk) > `MESSAGE#${upTo}`).length;
}

async function rowsOf(user: string, kind: string): Promise<Row[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :kind)',
      ExpressionAttributeValues: item({ ':user': `USER#${user}`, ':kind': kind }),
    }),
  );
  return Items.map(row);
}

/** Writes a row, unless there is one of this key. */
async function once(wanted: Row): Promise<void> {
  try {
    const Item = item(wanted);
    await dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
