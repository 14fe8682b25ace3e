/**
 * From the parts of an upload to one object.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
import { createHash } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError } from '../../contract.ts';
import { type Checksum, checksumOf, sentChecksum } from './checksums.ts';
import { badDigest, invalidRequest } from './errors.ts';
import type { NewObject, ObjectPart, Part, Upload } from './store.ts';

/** All parts but the last. */
const SMALLEST_PART = 5 * 1024 * 1024;

/**
 * The object, but for its time. Throws `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `InvalidRequest`, `BadDigest`.
 */
export async function completed(
  upload: Upload,
  input: s3.CompleteMultipartUploadCommandInput,
): Promise<Omit<NewObject, 'modifiedAt'>> {
  const type = upload.checksums?.type;
  if (input.ChecksumType && input.ChecksumType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
  const body = Buffer.concat(parts.map((part) => part.body));
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== body.length) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${body.length}`,
    );
  }
  const checksum = await checksumFor(upload, parts, body);
  const sent = sentChecksum(input);
  if (sent && type === 'FULL_OBJECT' && (sent.algorithm !== checksum.algorithm || sent.value !== checksum.value)) {
    throw badDigest(checksum.algorithm.toLowerCase());
  }
  const digests = createHash('md5');
  for (const { etag } of parts) digests.update(Buffer.from(etag, 'hex'));
  return {
    key: upload.key,
    body,
    etag: `${digests.digest('hex')}-${parts.length}`,
    headers: upload.headers,
    storageClass: upload.storageClass,
    checksum,
    parts: parts.map(
      (part, index): ObjectPart => ({
        number: index + 1,
        size: part.body.length,
        ...(checksum.type === 'COMPOSITE' ? { checksum: { ...checksum, value: part.checksum! } } : {}),
      }),
    ),
    tags: upload.tags,
  };
}

/** Without an algorithm of the client's own, S3 takes one of its own, over the whole. */
async function checksumFor({ checksums }: Upload, parts: readonly Part[], body: Uint8Array): Promise<Checksum> {
  const { algorithm, type } = checksums ?? { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' };
  if (type === 'FULL_OBJECT') return { algorithm, type, value: await checksumOf(algorithm, body) };
  const all = Buffer.concat(parts.map((part) => Buffer.from(part.checksum!, 'base64')));
  return { algorithm, type, value: `${await checksumOf(algorithm, all)}-${parts.length}` };
}

/** The parts that the client lists, in rising order. */
function chosenParts(upload: Upload, wanted: readonly s3.CompletedPart[]): Part[] {
  if (wanted.length === 0) throw invalidRequest('You must specify at least one part');
  const parts = wanted.map((one, index) => {
    const { PartNumber = 0, ETag = '' } = one;
    if (index > 0 && PartNumber <= (wanted[index - 1]!.PartNumber ?? 0)) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
        { UploadId: upload.id },
      );
    }
    const part = upload.parts.get(PartNumber);
    const etag = ETag.replaceAll('"', '');
    if (part?.etag !== etag) throw invalidPart(upload, PartNumber, etag);
    checkPart(upload, part, one);
    return part;
  });
  const small = parts.slice(0, -1).find(({ body }) => body.length < SMALLEST_PART);
  if (!small) return parts;
  throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
    ETag: small.etag,
    ProposedSize: small.body.length,
    MinSizeAllowed: SMALLEST_PART,
    PartNumber: small.number,
  });
}

/** A checksum that the client says of a part has to be the part's own; where the whole is made of them, it has to be said. */
function checkPart(upload: Upload, part: Part, one: s3.CompletedPart): void {
  const { checksums } = upload;
  const sent = sentChecksum(one);
  if (sent && sent.algorithm !== checksums?.algorithm && checksums) {
    throw new AwsError(
      'BadDigest',
      `The ${sent.algorithm.toLowerCase()} you specified for part ${part.number} did not match what we received.`,
      400,
    );
  }
  if (sent && sent.value !== part.checksum) throw invalidPart(upload, part.number, part.etag);
  if (!sent && checksums?.type === 'COMPOSITE') {
    throw invalidRequest(
      `The upload was created using a ${checksums.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

const invalidPart = (upload: Upload, PartNumber: number, ETag: string): AwsError =>
  new AwsError(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    { ETag, PartNumber, UploadId: upload.id },
  );
