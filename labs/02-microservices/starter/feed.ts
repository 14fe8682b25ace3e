/**
 * Step 2.1: the feed, as a service of its own
 *
 * This was half of social.ts, and it still reaches into the other half's table. That will be refused: FEED_TABLE is the
 * feed's, CHAT_TABLE and what is in it is chat's, and neither service may touch what is not its own.
 *
 *   {op: 'register', user, account, name} → {user, name, revision}  or {taken: true}, when the handle is another account's.
 *                                           Again by the same account: the profile as it is now
 *   {op: 'rename', user, name}            → {user, name, revision}
 *   {op: 'post', user, id, text}          → {id}                    a post with this id is kept once
 *   {op: 'home', user}                    → {user, name, posts, unread}  the 20 newest, the newest first. Fails for a
 *                                           user who is not registered
 *
 * What others have built is there: `claim` hands out handles, `rename` renames, and `unreadOf` asks chat how many
 * messages wait. Only a home page has use for chat; all else works without it.
 */
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { claim } from './claim.ts';
import { rename } from './rename.ts';
import { dynamodb, get, isRefused, item, type Row, row } from './rows.ts';
import type { FeedAsked, Home, Profile } from './types.ts';

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
  await once(TableName, { pk: `USER#${user}`, sk: 'PROFILE', user, name, revision: 1 });
  await once(process.env.CHAT_TABLE!, { pk: `USER#${user}`, sk: 'READ', upTo: '' });
  const profile = await profileOf(user);
  return { user, name: String(profile.name), revision: Number(profile.revision) };
}

async function post({ user, id, text }: Asked<'post'>): Promise<{ id: string }> {
  await once(TableName, { pk: `USER#${user}`, sk: `POST#${id}`, text });
  return { id };
}

async function home(user: string): Promise<Home> {
  const { name } = await profileOf(user);
  const posts = await postsOf(user);
  const unread = { count: await messagesThatWait(user), stale: false, asOf: new Date().toISOString() };
  return { user, name: String(name), posts, unread };
}

async function messagesThatWait(user: string): Promise<number> {
  const { upTo = '' } = (await get(process.env.CHAT_TABLE!, { pk: `USER#${user}`, sk: 'READ' })) ?? {};
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: process.env.CHAT_TABLE!,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :kind)',
      ExpressionAttributeValues: item({ ':user': `USER#${user}`, ':kind': 'MESSAGE#' }),
    }),
  );
  return Items.map(row).filter(({ sk }) => String(sk) > `MESSAGE#${upTo}`).length;
}

async function postsOf(user: string): Promise<Home['posts']> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :kind)',
      ExpressionAttributeValues: item({ ':user': `USER#${user}`, ':kind': 'POST#' }),
      ScanIndexForward: false,
      Limit: MOST_POSTS,
    }),
  );
  return Items.map(row).map(({ sk, text }) => ({ id: String(sk).slice('POST#'.length), text: String(text) }));
}

async function profileOf(user: string): Promise<Row> {
  const profile = await get(TableName, { pk: `USER#${user}`, sk: 'PROFILE' });
  if (!profile) throw new Error(`there is no user ${user}`);
  return profile;
}

/** Writes a row, unless there is one of this key. */
async function once(TableName: string, wanted: Row): Promise<void> {
  try {
    const Item = item(wanted);
    await dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}
