/** By an outbox: the profile and the event that tells of it are two rows, written in one transaction. */
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';
import type { Profile } from './types.ts';

const TableName = process.env.FEED_TABLE!;
/** Others who rename the same person at the same moment: so often it is tried. */
const ATTEMPTS = 5;

export async function rename(user: string, name: string): Promise<Profile> {
  const key = { pk: `USER#${user}`, sk: 'PROFILE' };
  for (let attempt = 1; ; attempt++) {
    const before = await get(TableName, key);
    if (!before) throw new Error(`there is no user ${user}`);
    const profile = { user, name, revision: Number(before.revision) + 1 };
    if (before.name === name) return { ...profile, revision: Number(before.revision) };
    try {
      await write(key, profile);
      return profile;
    } catch (error) {
      const overtaken = error instanceof Error && error.name === 'TransactionCanceledException';
      if (!overtaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function write(key: { pk: string; sk: string }, profile: Profile): Promise<void> {
  const { user, name, revision } = profile;
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Update: {
            TableName,
            Key: item(key),
            UpdateExpression: 'SET #name = :name, revision = :revision',
            ConditionExpression: 'revision = :before',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: item({ ':name': name, ':revision': revision, ':before': revision - 1 }),
          },
        },
        {
          Put: {
            TableName,
            // What is laid here for publish.ts stays as a history: nobody has the right to take it away.
            Item: item({ pk: key.pk, sk: `OUTBOX#${String(revision).padStart(8, '0')}`, user, name, revision }),
          },
        },
      ],
    }),
  );
}
