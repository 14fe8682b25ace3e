/**
 * Another way: one document after the other instead of all at once, the key decoded by the parser for HTML forms, and
 * the pages taken from the page tree's own count instead of from walking it.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

interface S3Event {
  readonly Records?: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

const s3 = new S3Client();

export async function handler(event: S3Event): Promise<{ counted: number }> {
  const errors: Error[] = [];
  let counted = 0;
  for (const { s3: source } of event.Records ?? []) {
    const bucket = source.bucket.name;
    const key = new URLSearchParams(`key=${source.object.key}`).get('key')!;
    try {
      const pages = await pagesOf(bucket, key);
      await s3.send(
        new PutObjectCommand({
          Bucket: process.env.RESULTS_BUCKET,
          Key: `${bucket}/${key}.json`,
          Body: JSON.stringify({ bucket, key, pages }),
        }),
      );
      counted++;
    } catch (cause) {
      errors.push(new Error(`${key} in ${bucket} could not be counted`, { cause }));
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
  return { counted };
}

async function pagesOf(bucket: string, key: string): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!Body) throw new Error('empty answer');
  const pdf = await PDFDocument.load(await Body.transformToString('base64'), { updateMetadata: false });
  return pdf.catalog.Pages().Count().asNumber();
}
