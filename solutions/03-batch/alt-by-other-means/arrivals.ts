/** Another mechanism: keys are read as the fields of a form, which is what they are written as. */
import type { Arrival } from './types.ts';

interface S3Record {
  readonly eventName?: string;
  readonly s3: { readonly bucket: { readonly name: string }; readonly object: Omit<Arrival, 'bucket'> };
}

export function arrivalsOf(body: string): Arrival[] {
  if (!body.startsWith('{')) return [];
  const { Records = [] } = JSON.parse(body) as { Records?: readonly S3Record[] };
  return Records.flatMap(({ eventName, s3 }) => {
    if (!eventName?.startsWith('ObjectCreated:')) return [];
    const key = new URLSearchParams(`key=${s3.object.key}`).get('key')!;
    const { eTag, sequencer, size } = s3.object;
    return [{ bucket: s3.bucket.name, key, eTag, sequencer, size }];
  });
}
