/**
 * Checksums that clients send along, and that GetObject hands back.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { badDigest, invalidDigest } from './errors.ts';

interface Incremental {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

const digestOf = async (checksum: Incremental, body: Uint8Array): Promise<string> => {
  checksum.update(body);
  return Buffer.from(await checksum.digest()).toString('base64');
};

const crc32Of = (body: Uint8Array): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
};

const algorithms: Readonly<Record<string, (body: Uint8Array) => string | Promise<string>>> = {
  ChecksumCRC32: crc32Of,
  ChecksumCRC32C: (body) => digestOf(new Crc32c(), body),
  ChecksumCRC64NVME: (body) => digestOf(new Crc64Nvme(), body),
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest('base64'),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest('base64'),
};

export const md5 = (body: Uint8Array): string => createHash('md5').update(body).digest('hex');

/** Compares what the request says with what came. Returns the checksums to keep. Throws `BadDigest`, `InvalidDigest`. */
export async function verifyChecksums(body: Uint8Array, input: object): Promise<Record<string, string>> {
  const given = input as Readonly<Record<string, unknown>>;
  const contentMd5 = given.ContentMD5;
  if (typeof contentMd5 === 'string') {
    const bytes = Buffer.from(contentMd5, 'base64');
    if (bytes.length !== 16) throw invalidDigest();
    if (bytes.toString('hex') !== md5(body)) throw badDigest('Content-MD5');
  }
  const kept: Record<string, string> = {};
  for (const [name, compute] of Object.entries(algorithms)) {
    const sent = given[name];
    if (typeof sent !== 'string') continue;
    if ((await compute(body)) !== sent) throw badDigest(name.replace('Checksum', ''));
    kept[name] = sent;
  }
  return kept;
}
