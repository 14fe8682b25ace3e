/** Short forms of calls to S3 that every part makes. Given; nothing to do here. */
import { GetObjectCommand, paginateListObjectsV2, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import type { File } from './types.ts';

export const s3 = new S3Client();

/** The object in BUCKET, parsed, with its ETag; undefined when there is none. */
export async function readJson<T>(key: string): Promise<{ readonly value: T; readonly eTag: string } | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: setting('BUCKET'), Key: key }));
    return { value: JSON.parse(await Body!.transformToString()) as T, eTag: ETag! };
  } catch (error) {
    if (is(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

/** All objects of a bucket whose keys begin so. */
export async function list(bucket: string, prefix = ''): Promise<File[]> {
  const found: File[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, ETag, Size } of Contents) found.push({ key: Key!, eTag: ETag!, size: Size! });
  }
  return found;
}

/** Is this S3's error of that name? A condition that did not hold is `PreconditionFailed`. */
export const is = (error: unknown, name: string): boolean => error instanceof S3ServiceException && error.name === name;
