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

type Version = Kept & { readonly eTag: string };

const folder = (): string => `${setting('RUN')}/state/leases/`;
const keyOf = (bunch: string): string => `${folder()}${encodeURIComponent(bunch)}.json`;

// #region claim
export async function claim(bunches: readonly string[], holder: string, seconds: number): Promise<Lease | undefined> {
  const eTags = await listed();
  for (const bunch of bunches) {
    const before = await kept(keyOf(bunch), eTags.get(keyOf(bunch)));
    if (before && before.until > Date.now()) continue;
    const lease = { bunch, token: (before?.token ?? 0) + 1, until: Date.now() + seconds * 1000 };
    const tag = await write(lease, holder, before ? { IfMatch: before.eTag } : { IfNoneMatch: '*' });
    if (tag !== undefined) return { ...lease, tag };
  }
  return undefined;
}
// #endregion claim

export async function extend(lease: Lease, seconds: number): Promise<Lease | undefined> {
  const longer = { ...lease, until: Date.now() + seconds * 1000 };
  const tag = await write(longer, 'extended');
  return tag === undefined ? undefined : { ...longer, tag };
}

export async function release(lease: Lease): Promise<void> {
  await write({ ...lease, until: 0 }, 'nobody', { IfMatch: lease.tag! });
}

export async function held(): Promise<string[]> {
  const all = await Promise.all(
    [...(await listed())].map(async ([key, eTag]) => ({ key, until: (await kept(key, eTag))?.until ?? 0 })),
  );
  return all
    .filter(({ until }) => until > Date.now())
    .map(({ key }) => decodeURIComponent(key.slice(folder().length, -'.json'.length)));
}

/** One call tells of all bunches who has none yet, and whose lease is still the one that was read before. */
const listed = async (): Promise<Map<string, string>> =>
  new Map((await list(setting('BUCKET'), folder())).map(({ key, eTag }) => [key, eTag]));

const known = new Map<string, Version>();

async function kept(key: string, eTag: string | undefined): Promise<Version | undefined> {
  if (eTag === undefined) return undefined;
  return known.get(eTag) ?? (await read(key));
}

async function read(key: string): Promise<Version | undefined> {
  const found = await readJson<Kept>(key);
  if (!found) return undefined;
  const version = { ...found.value, eTag: found.eTag };
  known.set(version.eTag, version);
  return version;
}

/** Writes if nothing has changed since; the new ETag, or undefined when somebody was faster. */
async function write(
  { bunch, token, until }: Lease,
  holder: string,
  condition?: { readonly IfMatch: string } | { readonly IfNoneMatch: '*' },
): Promise<string | undefined> {
  const version: Kept = { token, until, holder, nonce: randomUUID() };
  const Key = keyOf(bunch);
  try {
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: setting('BUCKET'), Key, Body: JSON.stringify(version), ...condition }),
    );
    return ETag;
  } catch (error) {
    if (!is(error, 'PreconditionFailed') && !is(error, 'ConditionalRequestConflict')) throw error;
    // The SDK repeats a write whose answer got lost, and the second one meets the first.
    const now = await read(Key);
    return now?.nonce === version.nonce ? now.eTag : undefined;
  }
}
