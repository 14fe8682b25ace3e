import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

interface Batch {
  readonly bucket: string;
  readonly keys: readonly string[];
  /** Milliseconds that the longest item took so far. Handed on, so that the next invocation knows it from the start. */
  readonly longest?: number;
}

interface Answer {
  readonly done: readonly { readonly key: string; readonly pages: number }[];
  readonly tooLong: readonly string[];
  readonly next: Batch | null;
}

/** Milliseconds kept free for answering: what an item may not use. */
const RESERVE = 300;

const s3 = new S3Client();

export async function handler(event: Batch, context: { getRemainingTimeInMillis(): number }): Promise<Answer> {
  const done: { key: string; pages: number }[] = [];
  const keys = [...event.keys];
  let longest = event.longest ?? 1000;
  while (keys.length > 0 && (done.length === 0 || context.getRemainingTimeInMillis() - RESERVE > longest)) {
    const key = keys.shift()!;
    const started = Date.now();
    done.push({ key, pages: await countPages(event.bucket, key) });
    longest = Math.max(longest, Date.now() - started);
  }
  return { done, tooLong: [], next: keys.length > 0 ? { bucket: event.bucket, keys, longest } : null };
}

async function countPages(bucket: string, key: string): Promise<number> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const pdf = await PDFDocument.load(await object.Body!.transformToByteArray(), { updateMetadata: false });
  return pdf.getPageCount();
}
