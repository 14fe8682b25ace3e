/** By other means: the last count is looked up while chat is asked, each attempt has its share of the time, and the breaker is a state. */
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { dynamodb, item, row } from './rows.ts';
import type { Unread } from './types.ts';

const { FEED_TABLE, CHAT, BUDGET_MS, ATTEMPTS, FAILURES, COOLDOWN_SECONDS } = process.env;
const chat = new LambdaClient({ maxAttempts: 1 });

type State = { readonly is: 'closed'; readonly failures: number } | { readonly is: 'open'; readonly since: number };
let state: State = { is: 'closed', failures: 0 };

/** How many calls a page may make in this state. */
function allowed(now: number): number {
  if (state.is === 'closed') return Number(ATTEMPTS);
  return now - state.since >= Number(COOLDOWN_SECONDS) * 1000 ? 1 : 0;
}

function after(answered: boolean): State {
  if (answered) return { is: 'closed', failures: 0 };
  const failures = state.is === 'closed' ? state.failures + 1 : Number(FAILURES);
  return failures >= Number(FAILURES) ? { is: 'open', since: Date.now() } : { is: 'closed', failures };
}

export async function unreadOf(user: string): Promise<Unread> {
  const end = Date.now() + Number(BUDGET_MS);
  const limit = AbortSignal.timeout(Number(BUDGET_MS));
  const last = lastKnown(user, limit);
  const attempts = allowed(Date.now());
  for (let left = attempts; left > 0; left--) {
    const count = await call(user, (end - Date.now()) / left);
    if (count !== undefined) {
      state = after(true);
      return await kept(user, count, limit);
    }
    if (left > 1) await pause(Math.min(Math.random() * 150, (end - Date.now()) / 4));
  }
  if (attempts > 0) state = after(false);
  return await last;
}

/** Never rejects: it may be there before anybody wants it. */
async function lastKnown(user: string, abortSignal: AbortSignal): Promise<Unread> {
  const read = new GetItemCommand({ TableName: FEED_TABLE!, Key: item(keyOf(user)), ConsistentRead: true });
  const found = await dynamodb.send(read, { abortSignal }).catch(() => undefined);
  const { count = null, asOf = null } = found?.Item ? row(found.Item) : {};
  return { count, asOf, stale: true } as Unread;
}

/** Undefined when nothing came in so many milliseconds that is a count of this user. */
async function call(user: string, milliseconds: number): Promise<number | undefined> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    const Payload = JSON.stringify({ op: 'unread', user });
    const command = new InvokeCommand({ FunctionName: CHAT!, Payload });
    const answer = await chat.send(command, { abortSignal: control.signal });
    return answer.FunctionError ? undefined : countIn(answer.Payload?.transformToString() ?? 'null', user);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function countIn(text: string, of: string): number | undefined {
  const { user, unread } = (JSON.parse(text) ?? {}) as { readonly user?: unknown; readonly unread?: unknown };
  return user === of && typeof unread === 'number' && Number.isInteger(unread) && unread >= 0 ? unread : undefined;
}

const keyOf = (user: string) => ({ pk: `USER#${user}`, sk: 'UNREAD' });

async function kept(user: string, count: number, abortSignal: AbortSignal): Promise<Unread> {
  const asOf = new Date().toISOString();
  const update = new UpdateItemCommand({
    TableName: FEED_TABLE!,
    Key: item(keyOf(user)),
    UpdateExpression: 'SET #count = :count, asOf = :asOf',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: item({ ':count': count, ':asOf': asOf }),
  });
  await dynamodb.send(update, { abortSignal }).catch(() => undefined);
  return { count, stale: false, asOf };
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
