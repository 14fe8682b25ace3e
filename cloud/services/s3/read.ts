/** Reading objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_HeadObject.html. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { HTTP_STATUS } from '../../wire/respond.ts';
import { objectBucket } from './access.ts';
import type { Bucket } from './bucket.ts';
import { asMembers, type Checksum } from './checksums.ts';
import { notModified } from './conditions.ts';
import { ENCRYPTED, isArchived } from './settings.ts';
import { type Slice, sliceOf } from './slice.ts';
import type { Store, StoredObject } from './store.ts';
import { asRead, objectOf, rightTo } from './versions.ts';

interface ReadInput
  extends Pick<
    s3.GetObjectCommandInput,
    | 'Bucket'
    | 'Key'
    | 'VersionId'
    | 'Range'
    | 'PartNumber'
    | 'ChecksumMode'
    | 'IfMatch'
    | 'IfNoneMatch'
    | 'IfModifiedSince'
    | 'IfUnmodifiedSince'
  > {}

export const reading = (store: Store) => {
  const find = (input: ReadInput, call: Call): { bucket: Bucket; object: StoredObject } => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, rightTo('GetObject', input.VersionId));
    return { bucket, object: objectOf(call, bucket, input.Key ?? '', input.VersionId) };
  };

  const getObject: Operation<s3.GetObjectCommandInput, s3.GetObjectCommandOutput> = (input, call) => {
    const { bucket, object } = find(input, call);
    if (isArchived(object.storageClass)) {
      throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", 403, {
        StorageClass: object.storageClass,
      });
    }
    if (notModified(object, input, call.core.clock.now())) return unchanged(object);
    const slice = sliceOf(object, input);
    const body = object.body.subarray(slice.from, slice.to);
    const overrides = Object.fromEntries(
      Object.entries(input)
        .filter(([name, value]) => name.startsWith('Response') && value !== undefined)
        .map(([name, value]) => [name.replace('Response', ''), value]),
    );
    return { ...describeRead(object, slice, input), ...asRead(bucket, object), ...overrides, Body: body as never };
  };

  const headObject: Operation<s3.HeadObjectCommandInput, s3.HeadObjectCommandOutput> = (input, call) => {
    const { bucket, object } = find(input, call);
    if (notModified(object, input, call.core.clock.now())) return unchanged(object);
    return { ...describeRead(object, sliceOf(object, input), input), ...asRead(bucket, object) };
  };

  return { GetObject: getObject, HeadObject: headObject };
};

const quoted = (etag: string): string => `"${etag}"`;

const unchanged = (object: StoredObject) =>
  ({ [HTTP_STATUS]: 304, ETag: quoted(object.etag), LastModified: new Date(object.modifiedAt) }) as object;

function describeRead(object: StoredObject, slice: Slice, input: ReadInput) {
  const checksum = input.ChecksumMode?.toUpperCase() === 'ENABLED' ? checksumFor(object, slice) : undefined;
  return {
    ...ENCRYPTED,
    ...object.headers,
    ContentType: object.headers.ContentType ?? 'binary/octet-stream',
    AcceptRanges: 'bytes',
    ContentLength: slice.to - slice.from,
    ETag: quoted(object.etag),
    LastModified: new Date(object.modifiedAt),
    ...(object.storageClass === 'STANDARD' ? {} : { StorageClass: object.storageClass }),
    ...(object.tags.length > 0 ? { TagCount: object.tags.length } : {}),
    ...(input.PartNumber !== undefined && object.parts ? { PartsCount: object.parts.length } : {}),
    ...(checksum ? asMembers(checksum) : {}),
    ...(slice.partial
      ? { [HTTP_STATUS]: 206, ContentRange: `bytes ${slice.from}-${slice.to - 1}/${object.body.length}` }
      : {}),
  };
}

/** A part tells its own checksum where the object's is made of those; a range that is not the whole tells none. */
function checksumFor(object: StoredObject, { part, from, to }: Slice): Checksum | undefined {
  if (part?.checksum) return part.checksum;
  return from === 0 && to === object.body.length ? object.checksum : undefined;
}
