/**
 * Step 1.4: the time limit
 *
 * Counts the pages of many documents, one after the other. An invocation has a time limit, and whoever is still at work
 * when it strikes has lost everything. So stop in time, answer what is done, and hand back the rest.
 *
 *   Event    { "bucket": "inbox", "keys": ["a.pdf", "b.pdf", "c.pdf"] }
 *   Answer   { "done":    [{ "key": "a.pdf", "pages": 12 }],
 *              "tooLong": [],
 *              "next":    { "bucket": "inbox", "keys": ["b.pdf", "c.pdf"] } }
 *            done:    the documents counted by this invocation
 *            tooLong: keys of documents that did not finish although they had a whole invocation to themselves.
 *                     They are reported here, once, and not tried again. When a read fails for another reason than
 *                     time, the invocation fails with it, and the caller sends the same event again.
 *            next:    the event for the following invocation, or null when nothing is left. The caller sends it back
 *                     unchanged, so it may carry more fields: what you have learnt goes there.
 *
 * How long a document takes is known only afterwards: some take milliseconds, some many seconds. So is the time limit,
 * which differs from function to function; `context.getRemainingTimeInMillis()` tells what is left of it.
 *
 *   - Over all invocations, each document ends in `done` or in `tooLong`, exactly once.
 *   - No invocation runs into its time limit.
 *   - The time is used: the number of invocations is at most ⌈total time of the documents / usable time⌉ + 1, where the
 *     usable time is the limit less a second, less twice the time of the longest document.
 *
 * Every document exists and is a PDF: that was step 1.1.
 */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

interface Batch {
  readonly bucket: string;
  readonly keys: readonly string[];
}

interface Answer {
  readonly done: readonly { readonly key: string; readonly pages: number }[];
  readonly tooLong: readonly string[];
  readonly next: Batch | null;
}

interface Context {
  getRemainingTimeInMillis(): number;
}

const s3 = new S3Client();

export async function handler(event: Batch, context: Context): Promise<Answer> {
  const done: { key: string; pages: number }[] = [];
  for (const key of event.keys) {
    done.push({ key, pages: await countPages(event.bucket, key) });
    console.log(`${key} done, ${context.getRemainingTimeInMillis()} ms left`);
  }
  return { done, tooLong: [], next: null };
}

/** Rejects with an AbortError as soon as `abortSignal` says so; without one it takes as long as it takes. */
async function countPages(bucket: string, key: string, abortSignal?: AbortSignal): Promise<number> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
  const pdf = await PDFDocument.load(await object.Body!.transformToByteArray(), { updateMetadata: false });
  return pdf.getPageCount();
}
