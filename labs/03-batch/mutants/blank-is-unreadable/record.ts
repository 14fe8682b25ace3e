import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Unreadable } from './errors.ts';
import { countPages } from './pages.ts';
import type { Arrival, Recorded } from './types.ts';

const s3 = new S3Client();

// #region record
export async function record({ bucket, key, eTag }: Arrival): Promise<Recorded> {
  const bytes = await read(bucket, key, eTag);
  if (typeof bytes === 'string') return bytes;
  const pages = await count(key, bytes);
  return await write(`${key}/${eTag}.json`, { key, eTag, pages });
}

/** The bytes of this version, and of no other. */
async function read(Bucket: string, Key: string, eTag: string): Promise<Uint8Array | 'superseded' | 'gone'> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, IfMatch: `"${eTag}"` }));
    return await Body!.transformToByteArray();
  } catch (error) {
    // Another version is there, and S3 tells of it in a message of its own.
    if (is(error, 'PreconditionFailed')) return 'superseded';
    if (is(error, 'NoSuchKey')) return 'gone';
    throw error;
  }
}

/** S3 itself sees to it that a result is written once, however many are at it at the same time. */
async function write(Key: string, result: object): Promise<'recorded' | 'already'> {
  try {
    const Body = JSON.stringify(result);
    await s3.send(
      new PutObjectCommand({
        Bucket: process.env.RESULTS,
        Key,
        Body,
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }),
    );
    return 'recorded';
  } catch (error) {
    if (is(error, 'PreconditionFailed')) return 'already';
    throw error;
  }
}
// #endregion record

/** Only what the document itself is to blame for is `Unreadable`: all else may go well the next time. */
async function count(key: string, bytes: Uint8Array): Promise<number> {
  try {
    const pages = await countPages(bytes);
    if (!pages) throw new Error('it has no pages');
    return pages;
  } catch (error) {
    throw new Unreadable(`${key}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

const is = (error: unknown, name: string): boolean => error instanceof S3ServiceException && error.name === name;
