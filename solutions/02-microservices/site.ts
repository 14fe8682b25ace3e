/** One of the two sites of the network, by which step 2.5 is graded. Given; nothing to do here. */
import { claim } from './claim.ts';
import { received, seen, sync, unread } from './counts.ts';

type Asked =
  | { readonly op: 'claim'; readonly user: string; readonly account: string }
  | { readonly op: 'received'; readonly to: string; readonly id: string }
  | { readonly op: 'seen'; readonly to: string; readonly ids: readonly string[] }
  | { readonly op: 'unread'; readonly to: string }
  | { readonly op: 'sync' };

export async function handler(asked: Asked): Promise<unknown> {
  switch (asked.op) {
    case 'claim':
      return await claim(asked.user, asked.account);
    case 'received':
      return await received(asked.to, asked.id);
    case 'seen':
      return await seen(asked.to, asked.ids);
    case 'unread':
      return await unread(asked.to);
    case 'sync':
      return await sync();
  }
}
