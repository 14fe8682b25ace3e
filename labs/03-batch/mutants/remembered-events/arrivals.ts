import type { Arrival } from './types.ts';

/** As S3 writes it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
interface S3Record {
  readonly eventName: string;
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size: number;
      readonly eTag: string;
      readonly sequencer: string;
    };
  };
}

const seen = new Set<string>();

// #region arrivals
export function arrivalsOf(body: string): Arrival[] {
  return recordsOf(body)
    .filter(({ eventName }) => eventName.startsWith('ObjectCreated:'))
    .filter(({ s3: { object } }) => {
      const event = `${object.key} ${object.sequencer}`;
      return !seen.has(event) && seen.add(event);
    })
    .map(({ s3: { bucket, object } }) => ({
      bucket: bucket.name,
      // As a form's field is written: first the pluses, then the percents, or a real plus (`%2B`) ends as a space.
      key: decodeURIComponent(object.key.replaceAll('+', ' ')),
      eTag: object.eTag,
      sequencer: object.sequencer,
      size: object.size,
    }));
}
// #endregion arrivals

/** None for what is no event of S3, such as its test event: it is no use to try that again. */
function recordsOf(body: string): readonly S3Record[] {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return [];
  }
  const records = (message as { Records?: unknown } | null)?.Records;
  return Array.isArray(records) ? records.filter((one) => one?.eventSource === 'aws:s3') : [];
}
