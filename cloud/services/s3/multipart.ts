/** Multipart uploads. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
import { createHash, randomBytes } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { authorize, objectBucket } from './access.ts';
import { md5, verifyChecksums } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { invalidArgument, noSuchKey, noSuchUpload } from './errors.ts';
import type { Notifier } from './notify.ts';
import type { Bucket, Part, Store, StoredObject, Upload } from './store.ts';
import { assertKey, copySource, headersOf } from './write.ts';

/** All parts but the last. */
const SMALLEST_PART = 5 * 1024 * 1024;

interface UploadInput {
  Bucket: string | undefined;
  Key: string | undefined;
  UploadId: string | undefined;
}

export const multipart = (store: Store, notify: Notifier) => {
  const find = (input: UploadInput, call: Call, action: string): { bucket: Bucket; upload: Upload } => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, action);
    const upload = bucket.uploads.get(input.UploadId ?? '');
    if (!upload || upload.key !== input.Key) throw noSuchUpload(input.UploadId ?? '');
    return { bucket, upload };
  };

  const create: Operation<s3.CreateMultipartUploadCommandInput, s3.CreateMultipartUploadCommandOutput> = (
    input,
    call,
  ) => {
    const key = assertKey(input.Key);
    const bucket = objectBucket(store, call, input.Bucket, key, 'PutObject');
    const id = randomBytes(48).toString('base64url');
    bucket.uploads.set(id, { id, key, headers: headersOf(input), startedAt: call.core.clock.now(), parts: new Map() });
    return { Bucket: bucket.name, Key: key, UploadId: id };
  };

  const addPart = (upload: Upload, number: number | undefined, body: Uint8Array, call: Call): Part => {
    if (!number || number < 1 || number > 10_000) {
      throw invalidArgument(
        'Part number must be an integer between 1 and 10000, inclusive',
        'partNumber',
        String(number),
      );
    }
    const part: Part = { number, body, etag: md5(body), modifiedAt: call.core.clock.now() };
    upload.parts.set(number, part);
    return part;
  };

  const uploadPart: Operation<s3.UploadPartCommandInput, s3.UploadPartCommandOutput> = async (input, call) => {
    const { upload } = find(input, call, 'PutObject');
    const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
    const checksums = await verifyChecksums(body, input);
    return { ETag: `"${addPart(upload, input.PartNumber, body, call).etag}"`, ...checksums };
  };

  const uploadPartCopy: Operation<s3.UploadPartCopyCommandInput, s3.UploadPartCopyCommandOutput> = (input, call) => {
    const { upload } = find(input, call, 'PutObject');
    const { object } = copySource(store, call, input.CopySource);
    const range = /^bytes=(\d+)-(\d+)$/.exec(input.CopySourceRange ?? '');
    const body = range ? object.body.subarray(Number(range[1]), Number(range[2]) + 1) : object.body;
    const part = addPart(upload, input.PartNumber, body, call);
    return { CopyPartResult: { ETag: `"${part.etag}"`, LastModified: new Date(part.modifiedAt) } };
  };

  const complete: Operation<s3.CompleteMultipartUploadCommandInput, s3.CompleteMultipartUploadCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, upload } = find(input, call, 'PutObject');
    const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
    checkWrite(bucket.objects.get(upload.key), input, () => noSuchKey(upload.key));
    const digests = createHash('md5');
    for (const { etag } of parts) digests.update(Buffer.from(etag, 'hex'));
    const object: StoredObject = {
      key: upload.key,
      body: Buffer.concat(parts.map(({ body }) => body)),
      etag: `${digests.digest('hex')}-${parts.length}`,
      modifiedAt: call.core.clock.now(),
      headers: upload.headers,
      checksums: {},
      parts: parts.length,
      tags: [],
    };
    bucket.put(object);
    bucket.uploads.delete(upload.id);
    notify(call, bucket, 'ObjectCreated:CompleteMultipartUpload', object);
    return {
      Bucket: bucket.name,
      Key: object.key,
      ETag: `"${object.etag}"`,
      Location: `${call.endpoint}/${bucket.name}/${object.key}`,
    };
  };

  const abort: Operation<s3.AbortMultipartUploadCommandInput, s3.AbortMultipartUploadCommandOutput> = (input, call) => {
    const { bucket, upload } = find(input, call, 'AbortMultipartUpload');
    bucket.uploads.delete(upload.id);
    return {};
  };

  const listParts: Operation<s3.ListPartsCommandInput, s3.ListPartsCommandOutput> = (input, call) => {
    const { bucket, upload } = find(input, call, 'ListMultipartUploadParts');
    const parts = [...upload.parts.values()].sort((left, right) => left.number - right.number);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      IsTruncated: false,
      Parts: parts.map(({ number, etag, body, modifiedAt }) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        Size: body.length,
        LastModified: new Date(modifiedAt),
      })),
    };
  };

  const listUploads: Operation<s3.ListMultipartUploadsCommandInput, s3.ListMultipartUploadsCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucketMultipartUploads', bucket);
    const uploads = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(input.Prefix ?? ''));
    return {
      Bucket: bucket.name,
      IsTruncated: false,
      Uploads: uploads.map(({ id, key, startedAt }) => ({ UploadId: id, Key: key, Initiated: new Date(startedAt) })),
    };
  };

  return {
    CreateMultipartUpload: create,
    UploadPart: uploadPart,
    UploadPartCopy: uploadPartCopy,
    CompleteMultipartUpload: complete,
    AbortMultipartUpload: abort,
    ListParts: listParts,
    ListMultipartUploads: listUploads,
  };
};

/** The parts that the client lists, in rising order. Throws `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`. */
function chosenParts(upload: Upload, wanted: readonly s3.CompletedPart[]): Part[] {
  if (wanted.length === 0) {
    throw new AwsError('InvalidRequest', 'You must specify at least one part', 400);
  }
  const parts = wanted.map(({ PartNumber = 0, ETag = '' }, index) => {
    if (index > 0 && PartNumber <= (wanted[index - 1]!.PartNumber ?? 0)) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
      );
    }
    const part = upload.parts.get(PartNumber);
    if (!part || part.etag !== ETag.replaceAll('"', '')) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber },
      );
    }
    return part;
  });
  const small = parts.slice(0, -1).find(({ body }) => body.length < SMALLEST_PART);
  if (small) {
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
      ProposedSize: small.body.length,
      MinSizeAllowed: SMALLEST_PART,
      PartNumber: small.number,
    });
  }
  return parts;
}
