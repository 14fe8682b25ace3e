import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { is, s3 } from './store.ts';
import type { File } from './types.ts';

/** Counts in the store, before the file is read: afterwards there may be nobody left who could. Each attempt is an object of its own. */
export async function attempt({ key }: File): Promise<number> {
  for (let times = 1; ; times++) {
    const Key = `${setting('RUN')}/state/attempts/${encodeURIComponent(key)}/${times}`;
    try {
      await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key, Body: '1', IfNoneMatch: '*' }));
      return times;
    } catch (error) {
      if (!is(error, 'PreconditionFailed')) throw error;
    }
  }
}
