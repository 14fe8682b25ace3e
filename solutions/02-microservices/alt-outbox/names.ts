/** A notice is a row of its own, written in one transaction with the copy. */
import { PutItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, isRefused, item, row } from './rows.ts';
import type { Notice, Profile } from './types.ts';

const TableName = process.env.CHAT_TABLE!;
const keyOf = (user: string) => ({ pk: `NAME#${user}`, sk: 'NAME' });

export async function learn(profile: Profile): Promise<void> {
  const { user, name, revision } = profile;
  try {
    if (revision === 0) await rememberOld(user, name);
    else await remember(profile);
  } catch (error) {
    // Something newer is known, or the same.
    if (!isRefused(error) && !wasOvertaken(error)) throw error;
  }
}

async function rememberOld(user: string, name: string): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: item({ ...keyOf(user), name, revision: 0 }),
      ConditionExpression: 'attribute_not_exists(pk) OR revision = :none',
      ExpressionAttributeValues: item({ ':none': 0 }),
    }),
  );
}

async function remember({ user, name, revision }: Profile): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName,
            Item: item({ ...keyOf(user), name, revision }),
            ConditionExpression: 'attribute_not_exists(pk) OR revision < :revision',
            ExpressionAttributeValues: item({ ':revision': revision }),
          },
        },
        {
          Put: {
            TableName,
            Item: item({ pk: `NAME#${user}`, sk: `NOTICE#${String(revision).padStart(8, '0')}`, user, name, revision }),
          },
        },
      ],
    }),
  );
}

const wasOvertaken = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TransactionCanceledException' &&
  (error as Error & { CancellationReasons?: { Code?: string }[] }).CancellationReasons?.[0]?.Code ===
    'ConditionalCheckFailed';

export async function nameOf(user: string): Promise<string | undefined> {
  const name = (await get(TableName, keyOf(user)))?.name;
  return name === undefined ? undefined : String(name);
}

export async function noticesOf(user: string): Promise<Notice[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :kind)',
      ExpressionAttributeValues: item({ ':user': `NAME#${user}`, ':kind': 'NOTICE#' }),
      ConsistentRead: true,
    }),
  );
  return Items.map(row).map(({ name, revision }) => ({ user, name: String(name), revision: Number(revision) }));
}
