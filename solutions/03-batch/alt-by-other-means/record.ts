/**
 * Another mechanism: it asks for the result first, which spares reading a document that has been counted. And it asks for no
 * version, but compares what it is given with what it was told of. The write is what decides all the same.
 */
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Unreadable } from './errors.ts';
import { countPages } from './pages.ts';
import type { Arrival, Recorded } from './types.ts';

const s3 = new S3Client();

export async function record({ bucket, key, eTag }: Arrival): Promise<Recorded> {
  const place = { Bucket: process.env.RESULTS, Key: `${key}/${eTag}.json` };
  if (await s3.send(new HeadObjectCommand(place)).catch(unless(NotFound))) return 'already';

  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(unless(NoSuchKey));
  if (!object) return 'gone';
  if (object.ETag !== `"${eTag}"`) {
    // What is not read keeps its connection.
    object.Body?.transformToWebStream().cancel();
    return 'superseded';
  }
  const bytes = await object.Body!.transformToByteArray();
  const pages = await countPages(bytes).catch((error: Error) => {
    throw new Unreadable(error.message);
  });
  try {
    await s3.send(new PutObjectCommand({ ...place, Body: JSON.stringify({ key, eTag, pages }), IfNoneMatch: '*' }));
    return 'recorded';
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 412) return 'already';
    throw error;
  }
}

/** Undefined in place of an error of this kind; every other error goes on. */
const unless = (Kind: new (...args: never[]) => Error) => (error: unknown) => {
  if (!(error instanceof Kind)) throw error;
  return undefined;
};
