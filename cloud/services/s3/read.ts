/** Reading objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { HTTP_STATUS } from '../../wire/respond.ts';
import { mayKnowAbsence, objectBucket } from './access.ts';
import { notModified } from './conditions.ts';
import { noSuchKey } from './errors.ts';
import type { Store, StoredObject } from './store.ts';

interface ReadInput
  extends Pick<
    s3.GetObjectCommandInput,
    | 'Bucket'
    | 'Key'
    | 'Range'
    | 'ChecksumMode'
    | 'IfMatch'
    | 'IfNoneMatch'
    | 'IfModifiedSince'
    | 'IfUnmodifiedSince'
    | 'VersionId'
  > {}

interface Slice {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly partial: boolean;
}

export const reading = (store: Store) => {
  const find = (input: ReadInput, call: Call): StoredObject => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, 'GetObject');
    const object = bucket.objects.get(input.Key ?? '');
    if (object) return object;
    mayKnowAbsence(call, bucket);
    throw noSuchKey(input.Key ?? '');
  };

  const getObject: Operation<s3.GetObjectCommandInput, s3.GetObjectCommandOutput> = (input, call) => {
    const object = find(input, call);
    if (notModified(object, input)) return unchanged(object);
    const slice = sliceOf(object, input.Range);
    const body = object.body.subarray(slice.from, slice.to);
    const overrides = Object.fromEntries(
      Object.entries(input)
        .filter(([name, value]) => name.startsWith('Response') && typeof value === 'string')
        .map(([name, value]) => [name.replace('Response', ''), value as string]),
    );
    return { ...describeRead(object, slice, input), ...overrides, Body: body as never };
  };

  const headObject: Operation<s3.HeadObjectCommandInput, s3.HeadObjectCommandOutput> = (input, call) => {
    const object = find(input, call);
    if (notModified(object, input)) return unchanged(object);
    return describeRead(object, sliceOf(object, input.Range), input);
  };

  const getObjectTagging: Operation<s3.GetObjectTaggingCommandInput, s3.GetObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, 'GetObjectTagging');
    const object = bucket.objects.get(input.Key ?? '');
    if (!object) throw noSuchKey(input.Key ?? '');
    return { TagSet: [...object.tags] };
  };

  const putObjectTagging: Operation<s3.PutObjectTaggingCommandInput, s3.PutObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, 'PutObjectTagging');
    const object = bucket.objects.get(input.Key ?? '');
    if (!object) throw noSuchKey(input.Key ?? '');
    object.tags = (input.Tagging?.TagSet ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! }));
    return {};
  };

  return {
    GetObject: getObject,
    HeadObject: headObject,
    GetObjectTagging: getObjectTagging,
    PutObjectTagging: putObjectTagging,
  };
};

const quoted = (etag: string): string => `"${etag}"`;

const unchanged = (object: StoredObject) =>
  ({ [HTTP_STATUS]: 304, ETag: quoted(object.etag), LastModified: new Date(object.modifiedAt) }) as object;

function describeRead(object: StoredObject, slice: Slice, input: ReadInput) {
  return {
    ...object.headers,
    ContentType: object.headers.ContentType ?? 'binary/octet-stream',
    AcceptRanges: 'bytes',
    ContentLength: slice.to - slice.from,
    ETag: quoted(object.etag),
    LastModified: new Date(object.modifiedAt),
    ...(object.tags.length > 0 ? { TagCount: object.tags.length } : {}),
    ...(input.ChecksumMode === 'ENABLED' && !slice.partial
      ? {
          ...object.checksums,
          ...(Object.keys(object.checksums).length > 0 ? { ChecksumType: 'FULL_OBJECT' as const } : {}),
        }
      : {}),
    ...(slice.partial
      ? { [HTTP_STATUS]: 206, ContentRange: `bytes ${slice.from}-${slice.to - 1}/${object.body.length}` }
      : {}),
  };
}

/** One byte range; several, or nonsense, mean the whole object. Throws `InvalidRange`. */
function sliceOf(object: StoredObject, range: string | undefined): Slice {
  const size = object.body.length;
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return { from: 0, to: size, partial: false };
  const [first, last] = [match[1]!, match[2]!];
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (from >= size || to <= from) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      ActualObjectSize: size,
      RangeRequested: range,
    });
  }
  return { from, to, partial: true };
}
