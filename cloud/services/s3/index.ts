/** S3: general purpose buckets without versions. Objects live in memory. */
import type { Core, Handlers, Service } from '../../contract.ts';
import { buckets } from './buckets.ts';
import { listing } from './list.ts';
import { multipart } from './multipart.ts';
import { notificationConfiguration } from './notification-configuration.ts';
import { createNotifier } from './notify.ts';
import { reading } from './read.ts';
import { Store } from './store.ts';
import { writing } from './write.ts';

export function createS3(core: Core): Service {
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
  };
}
