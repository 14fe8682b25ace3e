/** Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { objectBucket } from './access.ts';
import { asMember, asMembers } from './checksums.ts';
import type { Store, StoredObject } from './store.ts';
import { asRead, objectOf, rightTo } from './versions.ts';

const MOST_PARTS = 1000;

export const attributes = (store: Store) => {
  const getObjectAttributes: Operation<s3.GetObjectAttributesCommandInput, s3.GetObjectAttributesCommandOutput> = (
    input,
    call,
  ) => {
    const action = rightTo('GetObjectAttributes', input.VersionId);
    const bucket = objectBucket(store, call, input.Bucket, input.Key, action);
    const object = objectOf(call, bucket, input.Key ?? '', input.VersionId);
    const wanted = new Set((input.ObjectAttributes ?? []).map((name) => name.trim()));
    const { checksum } = object;
    return {
      LastModified: new Date(object.modifiedAt),
      ...asRead(bucket, object),
      ...(wanted.has('ETag') ? { ETag: object.etag } : {}),
      ...(wanted.has('Checksum')
        ? { Checksum: asMembers({ ...checksum, value: checksum.value.replace(/-\d+$/, '') }) }
        : {}),
      ...(wanted.has('ObjectParts') && object.parts ? { ObjectParts: partsOf(object, input) } : {}),
      ...(wanted.has('StorageClass') ? { StorageClass: object.storageClass } : {}),
      ...(wanted.has('ObjectSize') ? { ObjectSize: object.body.length } : {}),
    };
  };

  return { GetObjectAttributes: getObjectAttributes };
};

/** Parts are told one by one where they have checksums of their own; else their number alone. */
function partsOf(
  { checksum, parts = [] }: StoredObject,
  input: { readonly MaxParts?: number | undefined; readonly PartNumberMarker?: string | undefined },
): s3.GetObjectAttributesParts {
  const TotalPartsCount = parts.length;
  if (checksum.type !== 'COMPOSITE') return { TotalPartsCount };
  const most = Math.min(input.MaxParts ?? MOST_PARTS, MOST_PARTS);
  const marker = Number(input.PartNumberMarker ?? 0);
  const left = parts.filter(({ number }) => number > marker);
  const page = left.slice(0, most);
  return {
    TotalPartsCount,
    IsTruncated: left.length > page.length,
    MaxParts: most,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    Parts: page.map((part) => ({ PartNumber: part.number, Size: part.size, ...asMember(part.checksum) })),
  };
}
