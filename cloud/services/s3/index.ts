/** S3: general purpose buckets without versions. Objects live in memory. */
import type { Call, Core, Handlers, Service } from '../../contract.ts';
import { objectBucket } from './access.ts';
import { buckets } from './buckets.ts';
import { noSuchKey } from './errors.ts';
import { listing } from './list.ts';
import { multipart } from './multipart.ts';
import { notificationConfiguration } from './notification-configuration.ts';
import { createNotifier } from './notify.ts';
import { reading } from './read.ts';
import { Store } from './store.ts';
import { writing } from './write.ts';

/** `readObject` is for Lambda, which fetches packages on its caller's behalf. */
export type S3 = Service & { readObject(bucket: string, key: string, call: Call): Uint8Array };

export function createS3(core: Core): S3 {
  const store = new Store();
  const notify = createNotifier(core);
  return {
    name: 's3',
    load: () => import('@aws-sdk/client-s3'),
    handlers: {
      ...buckets(store),
      ...reading(store),
      ...writing(store, notify),
      ...listing(store),
      ...multipart(store, notify),
      ...notificationConfiguration(store),
    } as Handlers,
    reset: (accountId) => store.reset(accountId),
    readObject(bucket, key, call) {
      const object = objectBucket(store, call, bucket, key, 'GetObject').objects.get(key);
      if (!object) throw noSuchKey(key);
      return object.body;
    },
  };
}
