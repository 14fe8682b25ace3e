/** Writing, copying and deleting objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { decode } from '../../wire/request.ts';
import { mayKnowAbsence, objectArn, objectBucket } from './access.ts';
import { md5, verifyChecksums } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { invalidArgument, noSuchKey, preconditionFailed } from './errors.ts';
import type { Notifier } from './notify.ts';
import type { Bucket, ObjectHeaders, Store, StoredObject } from './store.ts';

export const writing = (store: Store, notify: Notifier) => {
  const putObject: Operation<s3.PutObjectCommandInput, s3.PutObjectCommandOutput> = async (input, call) => {
    const key = assertKey(input.Key);
    const bucket = objectBucket(store, call, input.Bucket, key, 'PutObject');
    const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
    const checksums = await verifyChecksums(body, input);
    checkWrite(bucket.objects.get(key), input, () => noSuchKey(key));
    const object: StoredObject = {
      key,
      body,
      etag: md5(body),
      modifiedAt: call.core.clock.now(),
      headers: headersOf(input),
      checksums,
      tags: [...new URLSearchParams(input.Tagging ?? '')].map(([Key, Value]) => ({ Key, Value })),
    };
    bucket.put(object);
    notify(call, bucket, 'ObjectCreated:Put', object);
    return { ETag: `"${object.etag}"`, ...checksums };
  };

  const copyObject: Operation<s3.CopyObjectCommandInput, s3.CopyObjectCommandOutput> = (input, call) => {
    const key = assertKey(input.Key);
    const { bucket: from, object: source } = copySource(store, call, input.CopySource);
    const bucket = objectBucket(store, call, input.Bucket, key, 'PutObject');
    checkCopyConditions(source, input);
    const replace = input.MetadataDirective === 'REPLACE';
    if (from === bucket && source.key === key && !replace) {
      throw new AwsError(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        400,
      );
    }
    checkWrite(bucket.objects.get(key), input, () => noSuchKey(key));
    const object: StoredObject = {
      ...source,
      key,
      etag: md5(source.body),
      modifiedAt: call.core.clock.now(),
      headers: replace ? headersOf(input) : source.headers,
    };
    bucket.put(object);
    notify(call, bucket, 'ObjectCreated:Copy', object);
    return {
      CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: new Date(object.modifiedAt), ...object.checksums },
    };
  };

  const deleteObject: Operation<s3.DeleteObjectCommandInput, s3.DeleteObjectCommandOutput> = (input, call) => {
    const key = assertKey(input.Key);
    const bucket = objectBucket(store, call, input.Bucket, key, 'DeleteObject');
    remove(call, bucket, key);
    return {};
  };

  const deleteObjects: Operation<s3.DeleteObjectsCommandInput, s3.DeleteObjectsCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > 1000) {
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
        400,
      );
    }
    const Deleted: s3.DeletedObject[] = [];
    const Errors: s3._Error[] = [];
    for (const { Key: key } of objects) {
      try {
        objectBucket(store, call, bucket.name, key, 'DeleteObject');
        remove(call, bucket, key!);
        Deleted.push({ Key: key });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ Key: key, Code: error.code, Message: error.message });
      }
    }
    return {
      ...(Deleted.length > 0 && !input.Delete?.Quiet ? { Deleted } : {}),
      ...(Errors.length > 0 ? { Errors } : {}),
    };
  };

  const remove = (call: Call, bucket: Bucket, key: string): void => {
    const object = bucket.objects.get(key);
    if (object && bucket.delete(key)) notify(call, bucket, 'ObjectRemoved:Delete', { key });
  };

  return { PutObject: putObject, CopyObject: copyObject, DeleteObject: deleteObject, DeleteObjects: deleteObjects };
};

export const headersOf = (input: ObjectHeaders): ObjectHeaders => ({
  ContentType: input.ContentType,
  ContentEncoding: input.ContentEncoding,
  ContentDisposition: input.ContentDisposition,
  ContentLanguage: input.ContentLanguage,
  CacheControl: input.CacheControl,
  Metadata: input.Metadata,
});

/** Throws `KeyTooLongError` above 1024 bytes of UTF-8. */
export function assertKey(key: string | undefined): string {
  if (!key) throw invalidArgument('A key is at least one character long.', 'Key');
  const size = Buffer.byteLength(key);
  if (size <= 1024) return key;
  throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Size: size, MaxSizeAllowed: 1024 });
}

/** `bucket/key`, percent-encoded, with or without a slash before it. Throws `NoSuchKey`, `NoSuchBucket`, `AccessDenied`. */
export function copySource(
  store: Store,
  call: Call,
  source: string | undefined,
): { bucket: Bucket; object: StoredObject } {
  const path = decode((source ?? '').replace(/^\//, '').replace(/\?versionId=.*$/, ''));
  const slash = path.indexOf('/');
  if (slash < 1) throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', source);
  const [name, key] = [path.slice(0, slash), path.slice(slash + 1)];
  const bucket = store.bucket(name);
  call.core.identity.authorize({
    principal: call.principal,
    action: 's3:GetObject',
    resource: objectArn(name, key),
    resourceAccount: bucket.accountId,
    ...(bucket.policy ? { resourcePolicy: bucket.policy } : {}),
  });
  const object = bucket.objects.get(key);
  if (!object) {
    mayKnowAbsence(call, bucket);
    throw noSuchKey(key);
  }
  return { bucket, object };
}

function checkCopyConditions(source: StoredObject, input: s3.CopyObjectCommandInput): void {
  const plain = (etag: string) => etag.replaceAll('"', '');
  if (input.CopySourceIfMatch !== undefined && plain(input.CopySourceIfMatch) !== source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-Match');
  }
  if (input.CopySourceIfNoneMatch !== undefined && plain(input.CopySourceIfNoneMatch) === source.etag) {
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  }
}
