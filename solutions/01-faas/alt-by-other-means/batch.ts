/**
 * Another way: three documents at a time. Each lane takes the next document while the slowest so far would still fit;
 * what is under way when the time is up is called off together, by one alarm for the whole invocation.
 */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

interface Batch {
  readonly bucket: string;
  readonly keys: readonly string[];
}

const s3 = new S3Client();
const LANES = 3;

export async function handler(event: Batch, context: { getRemainingTimeInMillis(): number }) {
  const time = context.getRemainingTimeInMillis() - 250;
  const end = Date.now() + time;
  const alarm = new AbortController();
  const timer = setTimeout(() => alarm.abort(), time);

  const waiting = [...event.keys];
  const done: { key: string; pages: number }[] = [];
  const tooLong: string[] = [];
  const again: string[] = [];
  let slowest = 0;

  async function lane(): Promise<void> {
    for (let first = true; waiting.length > 0; first = false) {
      const start = Date.now();
      if (!first && start + slowest * 1.25 > end) return;
      const key = waiting.shift()!;
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: event.bucket, Key: key }), {
          abortSignal: alarm.signal,
        });
        const pdf = await PDFDocument.load(await Body!.transformToByteArray(), { updateMetadata: false });
        done.push({ key, pages: pdf.getPageCount() });
        slowest = Math.max(slowest, Date.now() - start);
      } catch (error) {
        if (!alarm.signal.aborted) {
          alarm.abort();
          throw error;
        }
        // What a lane began with has had all the time that an invocation can give.
        (first ? tooLong : again).push(key);
        return;
      }
    }
  }

  // All of them, also when one has failed: a lane that is left behind would go on in the next invocation.
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  clearTimeout(timer);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  const keys = [...again, ...waiting];
  return { done, tooLong, next: keys.length > 0 ? { bucket: event.bucket, keys } : null };
}
