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

const MARGIN = 1000;

const s3 = new S3Client();

export async function handler(event: Batch, context: { getRemainingTimeInMillis(): number }): Promise<Answer> {
  const done: { key: string; pages: number }[] = [];
  const keys = [...event.keys];
  while (keys.length > 0 && context.getRemainingTimeInMillis() > MARGIN) {
    const key = keys.shift()!;
    done.push({ key, pages: await countPages(event.bucket, key) });
  }
  return { done, tooLong: [], next: keys.length > 0 ? { bucket: event.bucket, keys } : null };
}

async function countPages(bucket: string, key: string): Promise<number> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const pdf = await PDFDocument.load(await object.Body!.transformToByteArray(), { updateMetadata: false });
  return pdf.getPageCount();
}
