/**
 * Step 2.4: what chat knows of people
 *
 * Chat keeps a copy of people's names, for which it asks nobody: it learns them from events. Events come at least once,
 * late, and in any order.
 *
 *   learn      takes what an event says. The copy has the name of the highest revision that was ever heard of. Each
 *              revision that was news when it came leaves one notice. Events of before there were revisions have 0:
 *              among themselves the last one counts, they are older than all others, and leave no notice.
 *   nameOf     the name, or undefined of somebody that chat has not heard of
 *   noticesOf  the notices about a person, by revision
 *
 * An event that cannot be written down throws. Copy and notice are written together or not at all.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, get, item } from './rows.ts';
import type { Notice, Profile } from './types.ts';

const TableName = process.env.CHAT_TABLE!;
const keyOf = (user: string) => ({ pk: `NAME#${user}`, sk: 'NAME' });

export async function learn({ user, name, revision }: Profile): Promise<void> {
  const notices = [...(await noticesOf(user)), { user, name, revision }];
  await dynamodb.send(new PutItemCommand({ TableName, Item: item({ ...keyOf(user), name, revision, notices }) }));
}

export async function nameOf(user: string): Promise<string | undefined> {
  const name = (await get(TableName, keyOf(user)))?.name;
  return name === undefined ? undefined : String(name);
}

export async function noticesOf(user: string): Promise<Notice[]> {
  const notices = (await get(TableName, keyOf(user)))?.notices;
  return (Array.isArray(notices) ? notices : []) as Notice[];
}
