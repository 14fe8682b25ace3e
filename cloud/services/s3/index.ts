/** S3: general purpose buckets. Objects live in memory. */
import type { Call, Core, Handlers, Service } from '../../contract.ts';
import { clients } from '../../sdk.ts';
import { objectBucket } from './access.ts';
import { attributes } from './attributes.ts';
import { bucketPolicy } from './bucket-policy.ts';
import { buckets } from './buckets.ts';
import { deleting } from './delete.ts';
import { listing } from './list.ts';
import { listingUploads } from './list-uploads.ts';
import { listingVersions } from './list-versions.ts';
import { multipart } from './multipart.ts';
import { notificationConfiguration } from './notification-configuration.ts';
import { createNotifier } from './notify.ts';
import { reading } from './read.ts';
import { guarded } from './settings.ts';
import { Store } from './store.ts';
import { tagging } from './tagging.ts';
import { versioning } from './versioning.ts';
import { assertVersionId, objectOf, rightTo } from './versions.ts';
import { writing } from './write.ts';

/** `readObject` is for Lambda, which fetches packages on its caller's behalf. */
export type S3 = Service & {
  readObject(bucket: string, key: string, versionId: string | undefined, call: Call): Uint8Array;
};

export function createS3(core: Core): S3 {
  const store = new Store();
  const notify = createNotifier(core);
  return {
    name: 's3',
    load: async () => clients.s3(),
    handlers: guarded(store, {
      ...buckets(store),
      ...bucketPolicy(store),
      ...reading(store),
      ...attributes(store),
      ...writing(store, notify),
      ...deleting(store, notify),
      ...tagging(store, notify),
      ...versioning(store),
      ...listing(store),
      ...listingVersions(store),
      ...listingUploads(store),
      ...multipart(store, notify),
      ...notificationConfiguration(store),
    } as Handlers),
    reset: (accountId) => store.reset(accountId),
    readObject(name, key, versionId, call) {
      const bucket = objectBucket(store, call, name, key, rightTo('GetObject', versionId));
      if (versionId !== undefined) assertVersionId(bucket, versionId);
      return objectOf(call, bucket, key, versionId).body;
    },
  };
}
