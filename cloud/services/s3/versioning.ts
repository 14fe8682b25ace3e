/**
 * Buckets here have no versions, and say so. Turning versions on is not built.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 */
import type * as s3 from '@aws-sdk/client-s3';
import type { Operation } from '../../contract.ts';
import { authorize } from './access.ts';
import type { Store } from './store.ts';

export const versioning = (store: Store) => {
  /** Of a bucket that never had versions AWS tells no status at all. */
  const getBucketVersioning: Operation<s3.GetBucketVersioningCommandInput, s3.GetBucketVersioningCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, 'GetBucketVersioning', store.bucket(input.Bucket));
    return {};
  };

  return { GetBucketVersioning: getBucketVersioning };
};
