/** Writing and copying objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and API_CopyObject.html. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../contract.ts';
import { objectBucket, rightsToMatch, rightsToTag } from './access.ts';
import { NULL } from './bucket.ts';
import { ALGORITHMS, asMembers, type Checksum, checksumOf, isAlgorithm, md5, verifyBody } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import type { Notifier } from './notify.ts';
import { ENCRYPTED, headersOf, storageClassOf } from './settings.ts';
import type { Store, StoredObject } from './store.ts';
import { tagsOfHeader } from './tags.ts';
import { asRead, asWritten } from './versions.ts';

export const writing = (store: Store, notify: Notifier) => {
  const putObject: Operation<s3.PutObjectCommandInput, s3.PutObjectCommandOutput> = async (input, call) => {
    const key = assertKey(input.Key);
    const rights = ['PutObject', ...rightsToMatch(input.IfMatch), ...rightsToTag(input.Tagging)];
    const bucket = objectBucket(store, call, input.Bucket, key, ...rights);
    const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
    const headers = headersOf(input);
    const [storageClass, tags] = [storageClassOf(input.StorageClass), tagsOfHeader(input.Tagging)];
    const sent = (await verifyBody(body, input)) ?? (await computed('CRC64NVME', body));
    checkWrite(key, bucket.objects.get(key), input);
    const object = bucket.put({
      key,
      body,
      etag: md5(body),
      modifiedAt: call.core.clock.now(),
      headers,
      storageClass,
      checksum: { ...sent, type: 'FULL_OBJECT' },
      tags,
    });
    notify(call, bucket, 'ObjectCreated:Put', object);
    return { ...ENCRYPTED, ...asWritten(object), ETag: `"${object.etag}"`, ...asMembers(object.checksum) };
  };

  const copyObject: Operation<s3.CopyObjectCommandInput, s3.CopyObjectCommandOutput> = async (input, call) => {
    const key = assertKey(input.Key);
    const { bucket: from, object: source } = copySource(store, call, input);
    const bucket = objectBucket(store, call, input.Bucket, key, 'PutObject', ...rightsToTag(input.Tagging));
    const replace = input.MetadataDirective === 'REPLACE';
    const changed = replace || input.StorageClass || input.ServerSideEncryption;
    if (from === bucket && source === bucket.objects.get(key) && !changed) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const headers = replace ? headersOf(input) : source.headers;
    const [storageClass, algorithm] = [storageClassOf(input.StorageClass), chosenAlgorithm(input.ChecksumAlgorithm)];
    const tags = input.TaggingDirective === 'REPLACE' ? tagsOfHeader(input.Tagging) : source.tags;
    const checksum = await copiedChecksum(source, algorithm);
    checkWrite(key, bucket.objects.get(key), input);
    const object = bucket.put({
      key,
      body: source.body,
      etag: md5(source.body),
      modifiedAt: call.core.clock.now(),
      headers,
      storageClass,
      checksum,
      tags,
    });
    notify(call, bucket, 'ObjectCreated:Copy', object);
    return {
      ...ENCRYPTED,
      ...asRead(bucket, object),
      ...(source.versionId === NULL ? {} : { CopySourceVersionId: source.versionId }),
      CopyObjectResult: {
        ETag: `"${object.etag}"`,
        LastModified: new Date(object.modifiedAt),
        ...asMembers(checksum),
      },
    };
  };

  return { PutObject: putObject, CopyObject: copyObject };
};

const computed = async (algorithm: Checksum['algorithm'], body: Uint8Array) => ({
  algorithm,
  value: await checksumOf(algorithm, body),
});

/** A copy is one whole again, whatever its source was made of. */
async function copiedChecksum(source: StoredObject, wanted: Checksum['algorithm'] | undefined): Promise<Checksum> {
  const { checksum, body } = source;
  const algorithm = wanted ?? checksum.algorithm;
  if (algorithm === checksum.algorithm && checksum.type === 'FULL_OBJECT') return checksum;
  return { ...(await computed(algorithm, body)), type: 'FULL_OBJECT' };
}

/** Throws `InvalidRequest`. */
export function chosenAlgorithm(wanted: string | undefined): Checksum['algorithm'] | undefined {
  if (wanted === undefined || isAlgorithm(wanted)) return wanted;
  throw invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
  );
}

/** Throws `KeyTooLongError` above 1024 bytes of UTF-8. */
export function assertKey(key: string | undefined): string {
  if (!key) throw invalidArgument('A key is at least one character long.', 'Key');
  const size = Buffer.byteLength(key);
  if (size <= 1024) return key;
  throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Size: size, MaxSizeAllowed: 1024 });
}
