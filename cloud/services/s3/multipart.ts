/** Multipart uploads. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
import { randomBytes } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import type { Call, Operation } from '../../contract.ts';
import { objectBucket, rightsToMatch, rightsToTag } from './access.ts';
import type { Bucket } from './bucket.ts';
import { asMember, type Checksum, checksumOf, md5, verifyBody } from './checksums.ts';
import { completed } from './completion.ts';
import { checkWrite } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from './errors.ts';
import type { Notifier } from './notify.ts';
import { ENCRYPTED, headersOf, storageClassOf } from './settings.ts';
import { copiedRange } from './slice.ts';
import type { Part, Store, Upload } from './store.ts';
import { tagsOfHeader } from './tags.ts';
import { asWritten } from './versions.ts';
import { assertKey, chosenAlgorithm } from './write.ts';

interface UploadInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly UploadId: string | undefined;
}

/** Throws `NoSuchUpload`, `AccessDenied`. */
export function findUpload(
  store: Store,
  input: UploadInput,
  call: Call,
  action: string,
): { bucket: Bucket; upload: Upload } {
  const bucket = objectBucket(store, call, input.Bucket, input.Key, action);
  return { bucket, upload: uploadOf(bucket, input) };
}

function uploadOf(bucket: Bucket, { Key, UploadId = '' }: UploadInput): Upload {
  const upload = bucket.uploads.get(UploadId);
  if (!upload || upload.key !== Key) throw noSuchUpload(UploadId);
  return upload;
}

export const multipart = (store: Store, notify: Notifier) => {
  const create: Operation<s3.CreateMultipartUploadCommandInput, s3.CreateMultipartUploadCommandOutput> = (
    input,
    call,
  ) => {
    const key = assertKey(input.Key);
    const bucket = objectBucket(store, call, input.Bucket, key, 'PutObject', ...rightsToTag(input.Tagging));
    const checksums = checksumsOf(input);
    const id = randomBytes(48).toString('base64url');
    const { arn, accountId, kind } = call.principal;
    bucket.uploads.set(id, {
      id,
      key,
      headers: headersOf(input),
      storageClass: storageClassOf(input.StorageClass),
      tags: tagsOfHeader(input.Tagging),
      startedAt: call.core.clock.now(),
      initiator: { ID: kind === 'root' ? accountId.padStart(64, '0') : arn, DisplayName: arn.split(/[:/]/).at(-1)! },
      ...(checksums ? { checksums } : {}),
      parts: new Map(),
      interfered: false,
    });
    return {
      ...ENCRYPTED,
      Bucket: bucket.name,
      Key: key,
      UploadId: id,
      ...(checksums ? { ChecksumAlgorithm: checksums.algorithm, ChecksumType: checksums.type } : {}),
    };
  };

  const addPart = async (upload: Upload, number: number | undefined, body: Uint8Array, call: Call): Promise<Part> => {
    const { checksums } = upload;
    const checksum = checksums && (await checksumOf(checksums.algorithm, body));
    const part: Part = {
      number: number!,
      body,
      etag: md5(body),
      modifiedAt: call.core.clock.now(),
      ...(checksum ? { checksum } : {}),
    };
    upload.parts.set(part.number, part);
    return part;
  };

  const uploadPart: Operation<s3.UploadPartCommandInput, s3.UploadPartCommandOutput> = async (input, call) => {
    assertPartNumber(input.PartNumber);
    const { upload } = findUpload(store, input, call, 'PutObject');
    const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
    const sent = await verifyBody(body, input, 'base64');
    const expected = upload.checksums?.algorithm;
    if (sent && expected && sent.algorithm !== expected) {
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${sent.algorithm.toLowerCase()}`,
      );
    }
    const part = await addPart(upload, input.PartNumber, body, call);
    return { ...ENCRYPTED, ETag: `"${part.etag}"`, ...asMember(partChecksum(upload, part) ?? sent) };
  };

  const uploadPartCopy: Operation<s3.UploadPartCopyCommandInput, s3.UploadPartCopyCommandOutput> = async (
    input,
    call,
  ) => {
    assertPartNumber(input.PartNumber);
    const { upload } = findUpload(store, input, call, 'PutObject');
    const { object } = copySource(store, call, input);
    const body = copiedRange(object.body, input.CopySourceRange);
    const part = await addPart(upload, input.PartNumber, body, call);
    return {
      ...ENCRYPTED,
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.modifiedAt),
        ...asMember(partChecksum(upload, part)),
      },
    };
  };

  const complete: Operation<s3.CompleteMultipartUploadCommandInput, s3.CompleteMultipartUploadCommandOutput> = async (
    input,
    call,
  ) => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, 'PutObject', ...rightsToMatch(input.IfMatch));
    const before = bucket.completedUploads.answerTo(input);
    if (before) return before;
    const made = await completed(uploadOf(bucket, input), input);
    // Somebody else may have completed or aborted the upload while its parts were put together.
    const meanwhile = bucket.completedUploads.answerTo(input);
    if (meanwhile) return meanwhile;
    const upload = uploadOf(bucket, input);
    checkWrite(upload.key, bucket.objects.get(upload.key), input, upload.interfered);
    const object = bucket.put({ ...made, modifiedAt: call.core.clock.now() });
    bucket.uploads.delete(upload.id);
    notify(call, bucket, 'ObjectCreated:CompleteMultipartUpload', object);
    const answer = {
      ...ENCRYPTED,
      ...asWritten(object),
      Bucket: bucket.name,
      Key: object.key,
      ETag: `"${object.etag}"`,
      Location: `${call.endpoint}/${bucket.name}/${encodeURIComponent(object.key)}`,
      ...asMember(object.checksum),
      ChecksumType: object.checksum.type,
    };
    bucket.completedUploads.add(upload.id, input, answer);
    return answer;
  };

  const abort: Operation<s3.AbortMultipartUploadCommandInput, s3.AbortMultipartUploadCommandOutput> = (input, call) => {
    const { bucket, upload } = findUpload(store, input, call, 'AbortMultipartUpload');
    bucket.uploads.delete(upload.id);
    return {};
  };

  return {
    CreateMultipartUpload: create,
    UploadPart: uploadPart,
    UploadPartCopy: uploadPartCopy,
    CompleteMultipartUpload: complete,
    AbortMultipartUpload: abort,
  };
};

/** A part's checksum by its upload's algorithm. */
export const partChecksum = (
  { checksums }: Upload,
  { checksum }: Part,
): Pick<Checksum, 'algorithm' | 'value'> | undefined =>
  checksums && checksum !== undefined ? { algorithm: checksums.algorithm, value: checksum } : undefined;

/**
 * Mirrors the table in https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html: one
 * checksum of the whole, or one made of those of the parts. Throws `InvalidRequest`.
 */
function checksumsOf(
  input: Pick<s3.CreateMultipartUploadCommandInput, 'ChecksumAlgorithm' | 'ChecksumType'>,
): Upload['checksums'] {
  const algorithm = chosenAlgorithm(input.ChecksumAlgorithm);
  if (!algorithm) {
    if (!input.ChecksumType) return undefined;
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const type = input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const impossible = type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : algorithm.startsWith('SHA');
  if (!impossible) return { algorithm, type };
  throw invalidRequest(
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

function assertPartNumber(number: number | undefined): void {
  if (number && number >= 1 && number <= 10_000) return;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(number));
}
