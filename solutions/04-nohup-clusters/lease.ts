import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { is, list, readJson, s3 } from './store.ts';
import type { Lease } from './types.ts';

/** The object of a bunch: it is never deleted, so that tokens only grow. */
interface Kept {
  readonly token: number;
  readonly until: number;
  readonly holder: string;
  /** Of this very write: who is told that somebody was faster finds out that it was they themselves. */
  readonly nonce: string;
}

const folder = (): string => `${setting('RUN')}/state/leases/`;
const keyOf = (bunch: string): string => `${folder()}${encodeURIComponent(bunch)}.json`;

// #region claim
export async function claim(bunches: readonly string[], holder: string, seconds: number): Promise<Lease | undefined> {
  for (const bunch of bunches) {
    const before = await readJson<Kept>(keyOf(bunch));
    if (before && before.value.until > Date.now()) continue;
    const lease = { bunch, token: (before?.value.token ?? 0) + 1, until: Date.now() + seconds * 1000 };
    const tag = await write(lease, holder, before ? { IfMatch: before.eTag } : { IfNoneMatch: '*' });
    if (tag !== undefined) return { ...lease, tag };
  }
  return undefined;
}
// #endregion claim

export async function extend(lease: Lease, seconds: number): Promise<Lease | undefined> {
  const longer = { ...lease, until: Date.now() + seconds * 1000 };
  const tag = await write(longer, 'extended', { IfMatch: lease.tag! });
  return tag === undefined ? undefined : { ...longer, tag };
}

export async function release(lease: Lease): Promise<void> {
  await write({ ...lease, until: 0 }, 'nobody', { IfMatch: lease.tag! });
}

export async function held(): Promise<string[]> {
  const kept = await Promise.all(
    (await list(setting('BUCKET'), folder())).map(async ({ key }) => ({ key, kept: await readJson<Kept>(key) })),
  );
  return kept
    .filter((one) => (one.kept?.value.until ?? 0) > Date.now())
    .map(({ key }) => decodeURIComponent(key.slice(folder().length, -'.json'.length)));
}

/** Writes if nothing has changed since; the new ETag, or undefined when somebody was faster. */
async function write(
  { bunch, token, until }: Lease,
  holder: string,
  condition: { readonly IfMatch: string } | { readonly IfNoneMatch: '*' },
): Promise<string | undefined> {
  const kept: Kept = { token, until, holder, nonce: randomUUID() };
  try {
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: setting('BUCKET'), Key: keyOf(bunch), Body: JSON.stringify(kept), ...condition }),
    );
    return ETag;
  } catch (error) {
    if (!is(error, 'PreconditionFailed') && !is(error, 'ConditionalRequestConflict')) throw error;
    // The SDK repeats a write whose answer got lost, and the second one meets the first.
    const now = await readJson<Kept>(keyOf(bunch));
    return now?.value.nonce === kept.nonce ? now.eTag : undefined;
  }
}
