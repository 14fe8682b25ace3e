import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PDFDocument } from '@cantoo/pdf-lib';

/** What S3 sends: one event holds one record or several. A test event holds none. */
interface S3Event {
  readonly Records?: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

interface Document {
  readonly bucket: string;
  readonly key: string;
}

const s3 = new S3Client();

// #region handler
export async function handler(event: S3Event): Promise<void> {
  const documents = (event.Records ?? []).map(toDocument);
  const outcomes = await Promise.allSettled(documents.map(count));

  // One bad document must not cost the others their result, so the failures are reported last. They are thrown: S3
  // invokes asynchronously, nobody reads what we return, and only an error makes Lambda try again.
  const failures = outcomes.flatMap((outcome, i) =>
    outcome.status === 'rejected' ? [`${documents[i]!.key}: ${reason(outcome.reason)}`] : [],
  );
  if (failures.length > 0) throw new Error(`Not counted: ${failures[0]}`);
}
// #endregion handler

function toDocument({ s3: { bucket, object } }: NonNullable<S3Event['Records']>[number]): Document {
  return { bucket: bucket.name, key: decodeKey(object.key) };
}

// #region decode-key
/** S3 writes keys into events as HTML forms write fields: a space is `+`, everything else unusual is `%XX`. */
function decodeKey(encoded: string): string {
  // First the pluses, then the percents: the other way round, a real plus (`%2B`) would end as a space.
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
// #endregion decode-key

async function count({ bucket, key }: Document): Promise<void> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = await object.Body!.transformToByteArray();
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.RESULTS_BUCKET,
      Key: `${bucket}/${key}.json`,
      ContentType: 'application/json',
      Body: JSON.stringify({ bucket, key, pages: pdf.getPageCount() }),
    }),
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
