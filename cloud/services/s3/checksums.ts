/**
 * Checksums that clients send along, and that GetObject hands back.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumType } from '@aws-sdk/client-s3';
import { AwsError } from '../../contract.ts';
import { Crc32c, Crc64Nvme } from '../../sdk.ts';
import { badDigest, invalidRequest } from './errors.ts';

export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

export interface Checksum {
  readonly algorithm: Algorithm;
  /** In base64; that of parts which have checksums of their own with `-` and their number. */
  readonly value: string;
  readonly type: ChecksumType;
}

interface Incremental {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

const digestOf = async (checksum: Incremental, body: Uint8Array): Promise<Uint8Array> => {
  checksum.update(body);
  return await checksum.digest();
};

const crc32Of = (body: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes;
};

const algorithms: Readonly<
  Record<Algorithm, { readonly bytes: number; compute(body: Uint8Array): Uint8Array | Promise<Uint8Array> }>
> = {
  CRC32: { bytes: 4, compute: crc32Of },
  CRC32C: { bytes: 4, compute: (body) => digestOf(new Crc32c(), body) },
  CRC64NVME: { bytes: 8, compute: (body) => digestOf(new Crc64Nvme(), body) },
  SHA1: { bytes: 20, compute: (body) => createHash('sha1').update(body).digest() },
  SHA256: { bytes: 32, compute: (body) => createHash('sha256').update(body).digest() },
};

export const ALGORITHMS = Object.keys(algorithms) as readonly Algorithm[];

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(algorithms, name);

export const checksumOf = async (algorithm: Algorithm, body: Uint8Array): Promise<string> =>
  Buffer.from(await algorithms[algorithm].compute(body)).toString('base64');

/** `{ ChecksumCRC32: … }`, as inputs and outputs have it. */
export const asMember = (checksum: Pick<Checksum, 'algorithm' | 'value'> | undefined): Record<string, string> =>
  checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {};

/** The same with its type. */
export const asMembers = (checksum: Checksum): Record<string, string> => ({
  ...asMember(checksum),
  ChecksumType: checksum.type,
});

/** The one checksum that an input carries. Throws `InvalidRequest` for two, and 501 for the newer algorithms. */
export function sentChecksum(input: object): Pick<Checksum, 'algorithm' | 'value'> | undefined {
  const sent = Object.entries(input).flatMap(([name, value]) => {
    const algorithm = /^Checksum(?!Algorithm|Type|Mode)(\w+)$/.exec(name)?.[1];
    return algorithm && typeof value === 'string' ? [{ algorithm, value }] : [];
  });
  const [first] = sent;
  if (!first) return undefined;
  if (sent.length > 1) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const { algorithm, value } = first;
  if (!isAlgorithm(algorithm)) {
    throw new AwsError('NotImplemented', `Checksums by ${algorithm} are not built in this cloud.`, 501);
  }
  return { algorithm, value };
}

/**
 * Compares what the request says with what came, and returns the checksum that it says. `expected`: how this operation
 * spells the digest that it did not get. Throws `BadDigest`, `InvalidDigest`, `InvalidRequest`.
 */
export async function verifyBody(
  body: Uint8Array,
  input: object & { ContentMD5?: string | undefined },
  expected: 'hex' | 'base64' = 'hex',
): Promise<Pick<Checksum, 'algorithm' | 'value'> | undefined> {
  verifyMd5(body, input.ContentMD5, expected);
  const sent = sentChecksum(input);
  if (!sent) return undefined;
  const { algorithm, value } = sent;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== algorithms[algorithm].bytes || bytes.toString('base64') !== value) {
    throw invalidRequest(`Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);
  }
  if ((await checksumOf(algorithm, body)) !== value) throw badDigest(algorithm);
  return sent;
}

function verifyMd5(body: Uint8Array, given: string | undefined, expected: 'hex' | 'base64'): void {
  if (given === undefined) return;
  const bytes = Buffer.from(given, 'base64');
  if (bytes.length !== 16) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, { 'Content-MD5': given });
  }
  const calculated = createHash('md5').update(body).digest();
  if (bytes.equals(calculated)) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
    CalculatedDigest: calculated.toString('base64'),
    ExpectedDigest: bytes.toString(expected),
  });
}

export const md5 = (body: Uint8Array): string => createHash('md5').update(body).digest('hex');
