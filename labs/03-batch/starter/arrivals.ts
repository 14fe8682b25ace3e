/**
 * Step 3.5, second file: what a message tells of
 *
 *   arrivalsOf(body)   the documents that have arrived, as the body of one message of the queue tells: see Arrival in types.ts.
 *
 *   - A message of S3 has `Records`, one or several. Each names the bucket, the key, the size, the ETag and the sequencer.
 *   - Keys are encoded there: `my report+1.pdf` is `my+report%2B1.pdf`. An Arrival has the real one.
 *   - Only records whose `eventName` begins with `ObjectCreated:` tell of an arrival.
 *   - Whatever else lies in a queue gives an empty list, and never an error: the test event of S3, which has no `Records`
 *     (`"Event": "s3:TestEvent"`), and text that is no JSON at all.
 */
import type { Arrival } from './types.ts';

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

export function arrivalsOf(body: string): Arrival[] {
  const { Records } = JSON.parse(body) as { Records: S3Record[] };
  return Records.map(({ s3: { bucket, object } }) => ({ bucket: bucket.name, ...object }));
}
