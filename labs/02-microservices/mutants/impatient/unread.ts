import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { dynamodb, item, row } from './rows.ts';
import type { Unread } from './types.ts';

const setting = (name: string): number => Number(process.env[name]);
const TableName = process.env.FEED_TABLE!;
const keyOf = (user: string) => ({ pk: `USER#${user}`, sk: 'UNREAD' });

/** The SDK's own attempts would be made for each of ours. */
const chat = new LambdaClient({ maxAttempts: 1 });

/** Chat's share of the budget. The rest is for looking up what was known: that is a call, too. */
const OF_CHAT = 0.8;

/** Pages in a row without an answer, and when chat may be asked again. */
let failures = 0;
let openUntil = 0;

export async function unreadOf(user: string): Promise<Unread> {
  // One limit for everything that waits: chat, the pauses, and both calls of the table.
  const limit = AbortSignal.timeout(setting('BUDGET_MS'));
  const open = failures >= setting('FAILURES');
  if (open && Date.now() < openUntil) return await lastKnown(user, limit);
  const count = await ask(user, open ? 1 : setting('ATTEMPTS'));
  if (count === undefined) {
    failures += 1;
    openUntil = Date.now() + setting('COOLDOWN_SECONDS') * 1000;
    return await lastKnown(user, limit);
  }
  failures = 0;
  const asOf = new Date().toISOString();
  await dynamodb
    .send(new PutItemCommand({ TableName, Item: item({ ...keyOf(user), count, asOf }) }), { abortSignal: limit })
    .catch((error) => console.error('the count was not kept:', error));
  return { count, stale: false, asOf };
}

/** Undefined when there was no answer that can be used. */
async function ask(user: string, attempts: number): Promise<number | undefined> {
  const budget = setting('BUDGET_MS') * OF_CHAT;
  const limit = Date.now() + budget;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      return await call(user, AbortSignal.timeout(budget / 10));
    } catch (error) {
      console.error(`attempt ${attempt} to ask chat:`, error instanceof Error ? error.message : error);
    }
    const pause = Math.random() * (budget / 10) * 2 ** attempt;
    if (attempt === attempts || Date.now() + pause >= limit) break;
    await sleep(pause);
  }
  return undefined;
}

async function call(user: string, abortSignal: AbortSignal): Promise<number> {
  const Payload = JSON.stringify({ op: 'unread', user });
  const { FunctionError, Payload: answer } = await chat.send(
    new InvokeCommand({ FunctionName: process.env.CHAT!, Payload }),
    { abortSignal },
  );
  const text = answer?.transformToString() ?? '';
  if (FunctionError) throw new Error(`chat failed: ${text}`);
  const said = JSON.parse(text) as { readonly user?: unknown; readonly unread?: unknown } | null;
  if (said?.user !== user || !Number.isSafeInteger(said.unread) || Number(said.unread) < 0) {
    throw new Error(`that is no count of ${user}: ${text}`);
  }
  return Number(said.unread);
}

async function lastKnown(user: string, abortSignal: AbortSignal): Promise<Unread> {
  const read = new GetItemCommand({ TableName, Key: item(keyOf(user)), ConsistentRead: true });
  const found = await dynamodb.send(read, { abortSignal }).catch((error) => {
    console.error('the last count was not found:', error);
  });
  const { count = null, asOf = null } = found?.Item ? row(found.Item) : {};
  return { count: count === null ? null : Number(count), stale: true, asOf: asOf === null ? null : String(asOf) };
}
