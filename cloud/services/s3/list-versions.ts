/** Listing all versions. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { authorizeList } from './access.ts';
import type { Bucket } from './bucket.ts';
import { ownerOf } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import { entry } from './list.ts';
import { limitOf, namer, page } from './page.ts';
import { isObject, type ObjectVersion, type Store } from './store.ts';

/** A version, or a common prefix of keys. */
interface Listed {
  readonly name: string;
  readonly version?: ObjectVersion;
}

export const listingVersions = (store: Store) => {
  const listObjectVersions: Operation<s3.ListObjectVersionsCommandInput, s3.ListObjectVersionsCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorizeList(call, 'ListBucketVersions', bucket, input);
    if (input.VersionIdMarker && !input.KeyMarker) {
      const message = 'A version-id marker cannot be specified without a key marker.';
      throw invalidArgument(message, 'version-id-marker', input.VersionIdMarker);
    }
    const name = namer(input.EncodingType);
    const max = limitOf(input.MaxKeys, 'max-keys');
    const all = listed(bucket, input);
    const shown = all.slice(0, max);
    const more = max > 0 && all.length > max;
    const last = shown.at(-1);
    const described = shown.flatMap(({ version }) => (version ? [describe(bucket, version, name)] : []));
    const prefixes = shown.filter(({ version }) => version === undefined);
    return {
      Name: bucket.name,
      Prefix: name(input.Prefix ?? ''),
      ...(input.Delimiter ? { Delimiter: name(input.Delimiter) } : {}),
      ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
      MaxKeys: max,
      IsTruncated: more,
      KeyMarker: name(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      ...(more ? { NextKeyMarker: name(last!.name) } : {}),
      ...(more && last!.version ? { NextVersionIdMarker: last!.version.versionId } : {}),
      ...some('Versions', described.filter(isVersion)),
      ...some(
        'DeleteMarkers',
        described.filter((one) => !isVersion(one)),
      ),
      ...some(
        'CommonPrefixes',
        prefixes.map((one) => ({ Prefix: name(one.name) })),
      ),
    };
  };

  return { ListObjectVersions: listObjectVersions };
};

const some = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});

/** Everything after the markers, keys in order and of each the newest version first. */
function listed(bucket: Bucket, input: s3.ListObjectVersionsCommandInput): Listed[] {
  const { Prefix: prefix = '', Delimiter: delimiter, KeyMarker: after = '', VersionIdMarker: id } = input;
  const versionsOf = (key: string): Listed[] => bucket.versionsOf(key).map((version) => ({ name: key, version }));
  const begun = id ? versionsOf(after) : [];
  const { contents, prefixes } = page(bucket.allKeys(), { prefix, delimiter, after, max: Number.POSITIVE_INFINITY });
  const names = [...contents, ...prefixes].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  const folded = new Set(prefixes);
  return [
    ...begun.slice(begun.findIndex(({ version }) => version?.versionId === id) + 1),
    ...names.flatMap((name) => (folded.has(name) ? [{ name }] : versionsOf(name))),
  ];
}

const describe = (bucket: Bucket, version: ObjectVersion, name: (text: string) => string) => ({
  ...(isObject(version)
    ? entry(bucket, version, name, true)
    : { Key: name(version.key), LastModified: new Date(version.modifiedAt), Owner: ownerOf(bucket.accountId) }),
  VersionId: version.versionId,
  IsLatest: bucket.versionsOf(version.key)[0] === version,
});

const isVersion = (one: object): boolean => 'ETag' in one;
