/**
 * Lists given out in parts. A token names the last item that was shown, not its position: what is deleted or added between two
 * parts neither hides an item nor shows one twice.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { AwsError, Call } from '../contract.ts';

/** Tells an item from the others of its list, and its place among them. */
export type Key = readonly (string | number)[];

export interface Part {
  readonly token: string | undefined;
  readonly size: number;
  /** The largest key first. */
  readonly descending?: boolean;
  /** Tokens hold for the operation and the account that they were made for. */
  readonly call: Pick<Call, 'accountId' | 'service' | 'operation'>;
}

/** So that nobody else makes tokens. They last as long as the cloud, which keeps nothing either. */
const SECRET = randomBytes(32);

/** The items after the token's, in the order of their keys, and the token of the next part where there is more. */
export function page<T>(
  all: readonly T[],
  keyOf: (item: T) => Key,
  { token, size, descending = false, call }: Part,
  refused: () => AwsError,
): { readonly items: T[]; readonly next?: string } {
  const after = token === undefined ? undefined : keyIn(token, call);
  if (token !== undefined && after === undefined) throw refused();
  const sign = descending ? -1 : 1;
  const rest = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || sign * compare(key, after) > 0)
    .sort((left, right) => sign * compare(left.key, right.key));
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => item),
    ...(last && shown.length < rest.length ? { next: tokenOf(JSON.stringify(last.key), call) } : {}),
  };
}

function compare(left: Key, right: Key): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  const [mine, theirs] = [left[at], right[at]];
  if (mine === undefined || theirs === undefined) return 0;
  return mine < theirs ? -1 : 1;
}

const tokenOf = (key: string, call: Part['call']): string =>
  `${Buffer.from(key).toString('base64url')}-${sealOf(key, call)}`;

function keyIn(token: string, call: Part['call']): Key | undefined {
  const key = Buffer.from(token.slice(0, -SEAL - 1), 'base64url').toString();
  return token === tokenOf(key, call) ? (JSON.parse(key) as Key) : undefined;
}

/** Letters of the seal. */
const SEAL = 16;

const sealOf = (key: string, { accountId, service, operation }: Part['call']): string =>
  createHmac('sha256', SECRET)
    .update(JSON.stringify([accountId, service, operation, key]))
    .digest('base64url')
    .slice(0, SEAL);
