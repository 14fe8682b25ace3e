/**
 * Step 1.1: the handler
 *
 * Documents arrive in S3, and S3 invokes this function. Count the pages of each document and put one result object for
 * each into the bucket that the environment variable RESULTS_BUCKET names.
 *
 *   Event      what S3 sends: `Records[]`, each with `s3.bucket.name` and `s3.object.key`. There may be several records,
 *              from several buckets. The key is encoded: S3 writes `my report+1.pdf` as `my+report%2B1.pdf`.
 *   Result     key:  BUCKET/KEY.json, with the document's own bucket and its real key: `inbox/my report+1.pdf.json`
 *              body: JSON with exactly three fields: { "bucket": "inbox", "key": "my report+1.pdf", "pages": 12 }
 *              A document may be replaced under its key. Its event comes again, and the new result replaces the old one.
 *   Failure    a document that is missing or not a PDF gets no result, nor does one whose result cannot be written; the
 *              other documents of the event get theirs all the same; and then the handler throws an Error whose message
 *              names the real key of each document that failed, so that Lambda tries again.
 *   Test event S3 tries a new notification to a queue or a topic with an event that has no `Records`
 *              (`"Event": "s3:TestEvent"`). Whoever takes events from there and hands them on hands on that one too.
 *              Nothing is counted, and that is no failure.
 *
 * All of it is done when the handler returns: after that, this process is frozen. What the handler returns is up to
 * you; S3 does not read it.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

interface S3Event {
  readonly Records?: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

// Made once for each execution environment. It finds its region, endpoint and credentials by itself.
const s3 = new S3Client();

export async function handler(event: S3Event): Promise<void> {
  for (const record of event.Records ?? []) {
    // Your part: bring the three functions below together.
    console.log('arrived:', record.s3.bucket.name, record.s3.object.key);
  }
}

/** The bytes of an object. Rejects with NoSuchKey when there is none. */
export async function read(bucket: string, key: string): Promise<Uint8Array> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return object.Body!.transformToByteArray();
}

/** The number of pages of a PDF. Rejects when `bytes` are no PDF. */
export async function countPages(bytes: Uint8Array): Promise<number> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.getPageCount();
}

/** Puts `result` as JSON into the results bucket. */
export async function put(key: string, result: unknown): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: process.env.RESULTS_BUCKET, Key: key, Body: JSON.stringify(result) }));
}
