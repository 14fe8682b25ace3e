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

// #region batch-loop
export async function handler(event: Batch, context: { getRemainingTimeInMillis(): number }): Promise<Answer> {
  const done: { key: string; pages: number }[] = [];
  const tooLong: string[] = [];
  const keys = [...event.keys];
  let longest = event.longest ?? 0;

  for (let first = true; keys.length > 0; first = false) {
    const budget = context.getRemainingTimeInMillis() - RESERVE;
    // Stop while the longest item seen would still fit. The first one always starts, or nothing would ever get done.
    if (!first && budget < longest) break;

    const key = keys[0]!;
    const started = Date.now();
    const pages = await within(budget, (signal) => countPages(event.bucket, key, signal));
    if (pages === undefined) {
      // It had all the time there is, and that was not enough: no invocation will ever finish it.
      if (first) tooLong.push(keys.shift()!);
      // Otherwise it stays at the head of the list, and the next invocation gives it all its time.
      break;
    }
    longest = Math.max(longest, Date.now() - started);
    done.push({ key, pages });
    keys.shift();
  }
  return { done, tooLong, next: keys.length > 0 ? { bucket: event.bucket, keys, longest } : null };
}
// #endregion batch-loop

/** Runs `task`, or gives it up after `milliseconds` and answers undefined. */
async function within<T>(milliseconds: number, task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    return await task(control.signal);
  } catch (error) {
    console.error(error);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function countPages(bucket: string, key: string, abortSignal: AbortSignal): Promise<number> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
  const pdf = await PDFDocument.load(await object.Body!.transformToByteArray(), { updateMetadata: false });
  return pdf.getPageCount();
}
