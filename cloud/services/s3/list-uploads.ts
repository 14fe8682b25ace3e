/**
 * Uploads that are under way, and their parts. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * and https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { authorize } from './access.ts';
import type { Bucket } from './bucket.ts';
import { ownerOf } from './buckets.ts';
import { asMember } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import { findUpload, partChecksum } from './multipart.ts';
import { limitOf, namer, page } from './page.ts';
import type { Store, Upload } from './store.ts';

export const listingUploads = (store: Store) => {
  const listParts: Operation<s3.ListPartsCommandInput, s3.ListPartsCommandOutput> = (input, call) => {
    const { bucket, upload } = findUpload(store, input, call, 'ListMultipartUploadParts');
    const max = limitOf(input.MaxParts, 'max-parts');
    const marker = Number(input.PartNumberMarker || 0);
    const left = [...upload.parts.values()]
      .filter(({ number }) => number > marker)
      .sort((one, other) => one.number - other.number);
    const parts = left.slice(0, max);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      ...described(bucket, upload),
      MaxParts: max,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(parts.at(-1)?.number ?? 0),
      IsTruncated: left.length > parts.length,
      ...(parts.length > 0
        ? {
            Parts: parts.map((part) => ({
              PartNumber: part.number,
              ETag: `"${part.etag}"`,
              Size: part.body.length,
              LastModified: new Date(part.modifiedAt),
              ...asMember(partChecksum(upload, part)),
            })),
          }
        : {}),
    };
  };

  const listUploads: Operation<s3.ListMultipartUploadsCommandInput, s3.ListMultipartUploadsCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucketMultipartUploads', bucket);
    const name = namer(input.EncodingType);
    const max = limitOf(input.MaxUploads, 'max-uploads');
    const { uploads, prefixes, truncated } = pageOf(bucket, input, max);
    const last = uploads.at(-1);
    return {
      Bucket: bucket.name,
      ...(input.Prefix ? { Prefix: name(input.Prefix) } : {}),
      ...(input.Delimiter ? { Delimiter: name(input.Delimiter) } : {}),
      ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
      KeyMarker: name(input.KeyMarker ?? ''),
      UploadIdMarker: input.KeyMarker ? (input.UploadIdMarker ?? '') : '',
      NextKeyMarker: name(last?.key ?? ''),
      NextUploadIdMarker: last?.id ?? '',
      MaxUploads: max,
      IsTruncated: truncated,
      ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: name(prefix) })) } : {}),
      ...(uploads.length > 0
        ? {
            Uploads: uploads.map((upload) => ({
              UploadId: upload.id,
              Key: name(upload.key),
              Initiated: new Date(upload.startedAt),
              ...described(bucket, upload),
            })),
          }
        : {}),
    };
  };

  return { ListParts: listParts, ListMultipartUploads: listUploads };
};

const described = (bucket: Bucket, { initiator, storageClass, checksums }: Upload) => ({
  Initiator: initiator,
  Owner: ownerOf(bucket.accountId),
  StorageClass: storageClass,
  ...(checksums ? { ChecksumAlgorithm: checksums.algorithm, ChecksumType: checksums.type } : {}),
});

/** By key, those of one key in the order in which they began. An upload's id goes on behind that upload, within its key. */
function pageOf(bucket: Bucket, input: s3.ListMultipartUploadsCommandInput, max: number) {
  const all = [...bucket.uploads.values()].sort((one, other) =>
    Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)),
  );
  const { KeyMarker: key, UploadIdMarker: id } = input;
  let rest: Upload[] = [];
  if (key && id) {
    const siblings = all.filter((upload) => upload.key === key);
    const at = siblings.findIndex((upload) => upload.id === id);
    if (at < 0) throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', id);
    rest = siblings.slice(at + 1);
  }
  const wanted = { prefix: input.Prefix ?? '', delimiter: input.Delimiter, after: key ?? '', max };
  const { contents, prefixes, more } = page(
    all.map((upload) => upload.key),
    wanted,
  );
  const kept = new Set(contents);
  const uploads = [...rest, ...all.filter((upload) => kept.has(upload.key))];
  const room = max - prefixes.length;
  return {
    uploads: uploads.slice(0, room),
    prefixes,
    truncated: more !== undefined || uploads.length > room,
  };
}
