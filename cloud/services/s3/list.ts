/** Listing objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and ListObjects. */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { encode } from '../../wire/request.ts';
import { authorize } from './access.ts';
import { ownerOf } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import type { Bucket, Store } from './store.ts';

const MOST = 1000;

interface Page {
  readonly contents: readonly string[];
  readonly prefixes: readonly string[];
  /** Last key or common prefix of the page, when there is more. */
  readonly more: string | undefined;
}

export const listing = (store: Store) => {
  const listObjectsV2: Operation<s3.ListObjectsV2CommandInput, s3.ListObjectsV2CommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucket', bucket);
    const token = input.ContinuationToken;
    const after = token === undefined ? input.StartAfter : Buffer.from(token, 'base64url').toString('utf8');
    if (token === '') throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
    const max = maxKeys(input.MaxKeys);
    const { contents, prefixes, more } = page(bucket, input.Prefix ?? '', input.Delimiter, after ?? '', max);
    const name = namer(input.EncodingType);
    return {
      Name: bucket.name,
      Prefix: name(input.Prefix ?? ''),
      ...(input.Delimiter ? { Delimiter: name(input.Delimiter) } : {}),
      ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
      ...(input.StartAfter ? { StartAfter: name(input.StartAfter) } : {}),
      ...(token === undefined ? {} : { ContinuationToken: token }),
      MaxKeys: max,
      KeyCount: contents.length + prefixes.length,
      IsTruncated: more !== undefined,
      ...(more === undefined ? {} : { NextContinuationToken: Buffer.from(more).toString('base64url') }),
      ...(contents.length > 0
        ? { Contents: contents.map((key) => entry(bucket, key, name, Boolean(input.FetchOwner))) }
        : {}),
      ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: name(prefix) })) } : {}),
    };
  };

  const listObjects: Operation<s3.ListObjectsCommandInput, s3.ListObjectsCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucket', bucket);
    const max = maxKeys(input.MaxKeys);
    const { contents, prefixes, more } = page(bucket, input.Prefix ?? '', input.Delimiter, input.Marker ?? '', max);
    const name = namer(input.EncodingType);
    return {
      Name: bucket.name,
      Prefix: name(input.Prefix ?? ''),
      Marker: name(input.Marker ?? ''),
      ...(input.Delimiter ? { Delimiter: name(input.Delimiter) } : {}),
      ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
      MaxKeys: max,
      IsTruncated: more !== undefined,
      ...(more !== undefined && input.Delimiter ? { NextMarker: name(more) } : {}),
      ...(contents.length > 0 ? { Contents: contents.map((key) => entry(bucket, key, name, true)) } : {}),
      ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: name(prefix) })) } : {}),
    };
  };

  return { ListObjectsV2: listObjectsV2, ListObjects: listObjects };
};

function maxKeys(wanted: number | undefined): number {
  if (wanted !== undefined && wanted < 0)
    throw invalidArgument('max-keys cannot be negative', 'max-keys', String(wanted));
  return Math.min(wanted ?? MOST, MOST);
}

const namer = (encoding: string | undefined) => (text: string) =>
  encoding === 'url' ? encode(text).replaceAll('%2F', '/') : text;

function entry(bucket: Bucket, key: string, name: (text: string) => string, owner: boolean) {
  const object = bucket.objects.get(key)!;
  return {
    Key: name(key),
    LastModified: new Date(object.modifiedAt),
    ETag: `"${object.etag}"`,
    Size: object.body.length,
    StorageClass: 'STANDARD' as const,
    ...(owner ? { Owner: ownerOf(bucket.accountId) } : {}),
  };
}

/** Keys after `after`, folded at `delimiter`: a common prefix counts once, like a key. */
function page(bucket: Bucket, prefix: string, delimiter: string | undefined, after: string, max: number): Page {
  const contents: string[] = [];
  const prefixes: string[] = [];
  const marker = Buffer.from(after);
  let last: string | undefined;
  for (const key of bucket.keys()) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const folded = at < 0 ? undefined : key.slice(0, at + delimiter!.length);
    const name = folded ?? key;
    if (folded !== undefined && (folded === prefixes.at(-1) || (after !== '' && after.startsWith(folded)))) continue;
    if (after !== '' && Buffer.compare(Buffer.from(name), marker) <= 0) continue;
    if (contents.length + prefixes.length >= max) return { contents, prefixes, more: max === 0 ? undefined : last };
    (folded === undefined ? contents : prefixes).push(name);
    last = name;
  }
  return { contents, prefixes, more: undefined };
}
