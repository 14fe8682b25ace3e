/** The signs of life that heal.ts looks for. Given; nothing to do here. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { instanceId } from './metadata.ts';
import { numberOf, setting } from './settings.ts';
import { s3 } from './store.ts';

let last = Number.NEGATIVE_INFINITY;

/**
 * Says that this program is getting on: object RUN/beats/INSTANCE.json, at most one in BEAT_SECONDS. To be called where something has
 * been done, and never from a timer: a timer beats on when the work has long been stuck.
 */
export async function beat(doing: string): Promise<void> {
  const now = Date.now();
  if (now - last < numberOf('BEAT_SECONDS') * 1000) return;
  last = now;
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('BUCKET'),
      Key: `${setting('RUN')}/beats/${await instanceId()}.json`,
      Body: JSON.stringify({ role: setting('ROLE'), at: new Date(now).toISOString(), doing }),
    }),
  );
}
