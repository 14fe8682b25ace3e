/** Whether a bucket keeps versions. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../contract.ts';
import { authorize } from './access.ts';
import { malformedXml } from './errors.ts';
import type { Store } from './store.ts';

export const versioning = (store: Store) => {
  /** Of a bucket that never had versions AWS tells no status at all. */
  const getBucketVersioning: Operation<s3.GetBucketVersioningCommandInput, s3.GetBucketVersioningCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketVersioning', bucket);
    return bucket.versioning ? { Status: bucket.versioning } : {};
  };

  const putBucketVersioning: Operation<s3.PutBucketVersioningCommandInput, s3.PutBucketVersioningCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketVersioning', bucket);
    const { Status: status, MFADelete: mfa } = input.VersioningConfiguration ?? {};
    if (status === undefined) {
      throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified', 400);
    }
    if (!['Enabled', 'Suspended'].includes(status)) throw malformedXml();
    if (mfa === 'Enabled') {
      throw new AwsError('NotImplemented', 's3:PutBucketVersioning with MFADelete is not built in this cloud.', 501);
    }
    bucket.versioning = status;
    return {};
  };

  return { GetBucketVersioning: getBucketVersioning, PutBucketVersioning: putBucketVersioning };
};
