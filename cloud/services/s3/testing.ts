/** What the tests of S3 share. */
import * as api from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';

export let t: TestCloud;
/** A bucket that no other test has. */
export let bucket: string;
let count = 0;

/** Opens a cloud for the tests of a file. Each test has a bucket of its own. */
export function useBucket(): void {
  beforeAll(async () => {
    t = await openTestCloud();
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    bucket = `bucket-${++count}`;
    await t.s3.send(new api.CreateBucketCommand({ Bucket: bucket }));
  });
}

export const put = (
  Key: string,
  Body: api.PutObjectCommandInput['Body'] = 'x',
  more: Partial<api.PutObjectCommandInput> = {},
) => t.s3.send(new api.PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));

export const get = (Key: string, more: Partial<api.GetObjectCommandInput> = {}) =>
  t.s3.send(new api.GetObjectCommand({ Bucket: bucket, Key, ...more }));

export const copy = (Key: string, from: string, more: Partial<api.CopyObjectCommandInput> = {}) =>
  t.s3.send(new api.CopyObjectCommand({ Bucket: bucket, Key, CopySource: encodeURI(`${bucket}/${from}`), ...more }));

/** Begins an upload of `Key` in parts; what comes back works on it. */
export async function upload(Key: string, more: Partial<api.CreateMultipartUploadCommandInput> = {}) {
  const at = { Bucket: bucket, Key };
  const begun = await t.s3.send(new api.CreateMultipartUploadCommand({ ...at, ...more }));
  const { UploadId } = begun;
  return {
    begun,
    UploadId: UploadId!,
    part: (PartNumber: number, Body: string | Uint8Array, and: Partial<api.UploadPartCommandInput> = {}) =>
      t.s3.send(new api.UploadPartCommand({ ...at, UploadId, PartNumber, Body, ...and })),
    copyPart: (PartNumber: number, from: string, and: Partial<api.UploadPartCopyCommandInput> = {}) =>
      t.s3.send(
        new api.UploadPartCopyCommand({ ...at, UploadId, PartNumber, CopySource: `${bucket}/${from}`, ...and }),
      ),
    complete: (Parts: api.CompletedPart[], and: Partial<api.CompleteMultipartUploadCommandInput> = {}) =>
      t.s3.send(new api.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, ...and })),
    abort: () => t.s3.send(new api.AbortMultipartUploadCommand({ ...at, UploadId })),
    list: (and: Partial<api.ListPartsCommandInput> = {}) =>
      t.s3.send(new api.ListPartsCommand({ ...at, UploadId, ...and })),
  };
}

/** The smallest part that is not the last. */
export const MIB5 = Buffer.alloc(5 * 1024 * 1024, 'a');
