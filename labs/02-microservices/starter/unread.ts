/**
 * Step 2.3: how many messages wait, whatever becomes of chat
 *
 * `unreadOf` asks chat, the function that CHAT names, with {"op":"unread","user":"ada"}. Chat answers
 * {"user":"ada","unread":3}. A home page needs this number, but it does not need it at any price:
 *
 *   Time      it answers within BUDGET_MS milliseconds in all, whatever chat and FEED_TABLE do, and it never throws. An
 *             answer that comes within a third of that is taken.
 *   Attempts  one page costs chat ATTEMPTS calls at most; a call that failed is tried again while there is time. Between
 *             two of them lies a pause that is drawn: a thousand pages that fail together must not come back together.
 *   Breaker   when FAILURES pages in a row got no answer, chat is left alone for COOLDOWN_SECONDS. Then one call tries:
 *             if it is answered, all is as before; if not, chat is left alone for as long again.
 *   Trust     an answer is a count of this user: a whole number, not below 0. Whatever else comes is a failed call.
 *
 * A fresh answer is {count, stale: false, asOf: now}, and is written down in FEED_TABLE: other environments know it,
 * too. Without one it is the last count that anybody wrote down, with its time and stale: true; and if nobody ever did,
 * {count: null, stale: true, asOf: null}. A FEED_TABLE that does not take it down does no harm to the page.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Unread } from './types.ts';

const chat = new LambdaClient();

export async function unreadOf(user: string): Promise<Unread> {
  const Payload = JSON.stringify({ op: 'unread', user });
  const { Payload: answer } = await chat.send(new InvokeCommand({ FunctionName: process.env.CHAT!, Payload }));
  const { unread } = JSON.parse(answer?.transformToString() ?? '') as { readonly unread: number };
  return { count: unread, stale: false, asOf: new Date().toISOString() };
}
