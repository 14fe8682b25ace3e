/** A copy of the feed that would send the digest, by which step 2.6 is graded. Given; nothing to do here. */
import { setTimeout as sleep } from 'node:timers/promises';
import { publish } from './digest.ts';
import { type Lease, lead, resign } from './leader.ts';

type Asked = {
  /** Milliseconds to wait first. */
  readonly after?: number;
} & (
  | { readonly op: 'lead'; readonly me: string; readonly seconds: number }
  | { readonly op: 'resign'; readonly lease: Lease }
  | { readonly op: 'publish'; readonly lease: Lease; readonly page: string; readonly text: string }
);

export async function handler(asked: Asked): Promise<unknown> {
  if (asked.after) await sleep(asked.after);
  switch (asked.op) {
    case 'lead':
      return await lead(asked.me, asked.seconds);
    case 'resign':
      return await resign(asked.lease);
    case 'publish':
      return await publish(asked.lease, asked.page, asked.text);
  }
}
