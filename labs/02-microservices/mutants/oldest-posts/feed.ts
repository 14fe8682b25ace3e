import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { claim } from './claim.ts';
import { rename } from './rename.ts';
import { dynamodb, get, isRefused, item, type Row, row } from './rows.ts';
import type { FeedAsked, Home, Profile } from './types.ts';
import { unreadOf } from './unread.ts';

const TableName = process.env.FEED_TABLE!;
const MOST_POSTS = 20;

type Asked<Op extends FeedAsked['op']> = Extract<FeedAsked, { readonly op: Op }>;

export async function handler(asked: FeedAsked): Promise<unknown> {
  switch (asked.op) {
    case 'register':
      return await register(asked);
    case 'rename':
      return await rename(asked.user, asked.name);
    case 'post':
      return await post(asked);
    case 'home':
      return await home(asked.user);
  }
}

async function register({ user, account, name }: Asked<'register'>): Promise<Profile | { taken: true }> {
  const claimed = await claim(user, account);
  if (claimed === 'taken') return { taken: true };
  if (claimed === 'unavailable') throw new Error('handles cannot be handed out now');
  await once({ pk: `USER#${user}`, sk: 'PROFILE', user, name, revision: 1 });
  const profile = await profileOf(user);
  return { user, name: String(profile.name), revision: Number(profile.revision) };
}

async function post({ user, id, text }: Asked<'post'>): Promise<{ id: string }> {
  await once({ pk: `USER#${user}`, sk: `POST#${id}`, text });
  return { id };
}

async function home(user: string): Promise<Home> {
  const { name } = await profileOf(user);
  const [posts, unread] = await Promise.all([postsOf(user), unreadOf(user)]);
  return { user, name: String(name), posts, unread };
}

async function postsOf(user: string): Promise<Home['posts']> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :kind)',
      ExpressionAttributeValues: item({ ':user': `USER#${user}`, ':kind': 'POST#' }),
      Limit: MOST_POSTS,
    }),
  );
  return Items.map(row)
    .reverse()
    .map(({ sk, text }) => ({ id: String(sk).slice('POST#'.length), text: String(text) }));
}

async function profileOf(user: string): Promise<Row> {
  const profile = await get(TableName, { pk: `USER#${user}`, sk: 'PROFILE' });
  if (!profile) throw new Error(`there is no user ${user}`);
  return profile;
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
