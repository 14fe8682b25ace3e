/**
 * Step 3.7: one result for each version of a document
 *
 *   record(arrival)   counts the pages of the version that has arrived, and writes them down. Called by the drain, for each
 *                     message: late, twice, at the same time in two places, and in any order.
 *
 *   Environment  RESULTS: the bucket for the results
 *   Result       key:  KEY/ETAG.json, with the document's key and the version's ETag, as the arrival has them
 *                body: JSON with exactly three fields: { "key": "in/a b.pdf", "eTag": "9a0364b9e99bb480dd25e1f0284c8555",
 *                      "pages": 12 }
 *   Answer       recorded     the result is written
 *                already      it was there already, and stays as it is: each result is written once
 *                superseded   the object has other contents by now. S3 tells of these in a message of their own; this
 *                             version is not to be had any more, and gets no result.
 *                gone         the object is deleted: no result either
 *   Failure      rejects with Unreadable (errors.ts) when it is the document's own fault: it is no PDF, or it is encrypted.
 *                Rejects with any other error when another attempt may go better, as when S3 is busy.
 *
 * Who only looks whether the result is there, and writes it then, is not alone: another one is looking, too.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { countPages } from './pages.ts';
import type { Arrival, Recorded } from './types.ts';

const s3 = new S3Client();

export async function record({ bucket, key, eTag }: Arrival): Promise<Recorded> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const pages = await countPages(await Body!.transformToByteArray());
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.RESULTS,
      Key: `${key}.json`,
      ContentType: 'application/json',
      Body: JSON.stringify({ key, eTag, pages }),
    }),
  );
  return 'recorded';
}
