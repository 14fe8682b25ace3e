/** Listing objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and its older sibling. */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { HTTP_HEADERS } from '../../wire/respond.ts';
import { authorizeList } from './access.ts';
import type { Bucket } from './bucket.ts';
import { ownerOf } from './buckets.ts';
import { afterToken, limitOf, namer, page, tokenFor } from './page.ts';
import type { Store, StoredObject } from './store.ts';

interface ListInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
  readonly EncodingType?: string | undefined;
}

export const listing = (store: Store) => {
  const listObjectsV2: Operation<s3.ListObjectsV2CommandInput, s3.ListObjectsV2CommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorizeList(call, 'ListBucket', bucket, input);
    const token = input.ContinuationToken;
    const after = token === undefined ? input.StartAfter : afterToken(token);
    const { common, contents, more, size, name } = listed(bucket, input, after);
    return {
      ...common,
      ...(token === undefined ? {} : { ContinuationToken: token }),
      // Where a page goes on is told by its token alone.
      ...(input.StartAfter && token === undefined ? { StartAfter: name(input.StartAfter) } : {}),
      KeyCount: size,
      ...(more === undefined ? {} : { NextContinuationToken: tokenFor(more) }),
      ...(contents.length > 0
        ? { Contents: contents.map((key) => entry(bucket, bucket.objects.get(key)!, name, Boolean(input.FetchOwner))) }
        : {}),
    };
  };

  const listObjects: Operation<s3.ListObjectsCommandInput, s3.ListObjectsCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorizeList(call, 'ListBucket', bucket, input);
    const { common, contents, more, name } = listed(bucket, input, input.Marker);
    return {
      ...common,
      Marker: name(input.Marker ?? ''),
      ...(more !== undefined && input.Delimiter ? { NextMarker: name(more) } : {}),
      ...(contents.length > 0
        ? { Contents: contents.map((key) => entry(bucket, bucket.objects.get(key)!, name, true)) }
        : {}),
    };
  };

  return { ListObjectsV2: listObjectsV2, ListObjects: listObjects };
};

/** What both have in common. */
function listed(bucket: Bucket, input: ListInput, after: string | undefined) {
  const name = namer(input.EncodingType);
  const max = limitOf(input.MaxKeys, 'max-keys');
  const { contents, prefixes, more } = page(bucket.keys(), {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: after ?? '',
    max,
  });
  const common = {
    [HTTP_HEADERS]: { 'x-amz-bucket-region': bucket.region },
    Name: bucket.name,
    Prefix: name(input.Prefix ?? ''),
    ...(input.Delimiter ? { Delimiter: name(input.Delimiter) } : {}),
    ...(input.EncodingType ? { EncodingType: input.EncodingType as s3.EncodingType } : {}),
    MaxKeys: max,
    IsTruncated: more !== undefined,
    ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: name(prefix) })) } : {}),
  };
  return { common, contents, more, size: contents.length + prefixes.length, name };
}

export function entry(bucket: Bucket, object: StoredObject, name: (text: string) => string, owner: boolean) {
  const { modifiedAt, etag, body, checksum, storageClass } = object;
  return {
    Key: name(object.key),
    LastModified: new Date(modifiedAt),
    ETag: `"${etag}"`,
    ChecksumAlgorithm: [checksum.algorithm],
    ChecksumType: checksum.type,
    Size: body.length,
    StorageClass: storageClass as s3.ObjectStorageClass & s3.ObjectVersionStorageClass,
    ...(owner ? { Owner: ownerOf(bucket.accountId) } : {}),
  };
}
