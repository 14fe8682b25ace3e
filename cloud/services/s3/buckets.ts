/** Buckets. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { parsePolicy } from '../../identity/policy.ts';
import { authorize, bucketArn } from './access.ts';
import { Bucket, type Store } from './store.ts';

export const buckets = (store: Store) => {
  const createBucket: Operation<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput> = (input, call) => {
    const name = input.Bucket ?? '';
    assertBucketName(name);
    call.core.identity.authorize({ principal: call.principal, action: 's3:CreateBucket', resource: bucketArn(name) });
    const region = input.CreateBucketConfiguration?.LocationConstraint ?? 'us-east-1';
    const existing = store.buckets.get(name);
    if (existing && existing.accountId !== call.accountId) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        409,
        { BucketName: name },
      );
    }
    if (existing && (existing.region !== 'us-east-1' || region !== 'us-east-1')) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
        { BucketName: name },
      );
    }
    // In us-east-1 creating one's own bucket again succeeds, for old times' sake.
    if (!existing) store.buckets.set(name, new Bucket(name, call.accountId, region, call.core.clock.now()));
    return { Location: `/${name}` };
  };

  const deleteBucket: Operation<s3.DeleteBucketCommandInput, s3.DeleteBucketCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'DeleteBucket', bucket);
    if (bucket.objects.size > 0) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
        BucketName: bucket.name,
      });
    }
    store.buckets.delete(bucket.name);
    return {};
  };

  const headBucket: Operation<s3.HeadBucketCommandInput, s3.HeadBucketCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucket', bucket);
    return { BucketRegion: bucket.region };
  };

  const listBuckets: Operation<s3.ListBucketsCommandInput, s3.ListBucketsCommandOutput> = (input, call) => {
    call.core.identity.authorize({ principal: call.principal, action: 's3:ListAllMyBuckets', resource: '*' });
    const all = store.of(call.accountId).filter(({ name }) => name.startsWith(input.Prefix ?? ''));
    return {
      Owner: ownerOf(call.accountId),
      Buckets: all.map((bucket) => ({ Name: bucket.name, CreationDate: new Date(bucket.createdAt) })),
    };
  };

  const getBucketLocation: Operation<s3.GetBucketLocationCommandInput, s3.GetBucketLocationCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketLocation', bucket);
    // The first region has no name here: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    return bucket.region === 'us-east-1' ? {} : { LocationConstraint: bucket.region as s3.BucketLocationConstraint };
  };

  const putBucketPolicy: Operation<s3.PutBucketPolicyCommandInput, s3.PutBucketPolicyCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketPolicy', bucket);
    try {
      parsePolicy(input.Policy ?? '');
    } catch (error) {
      throw new AwsError('MalformedPolicy', error instanceof Error ? error.message : String(error), 400);
    }
    bucket.policy = input.Policy;
    return {};
  };

  const getBucketPolicy: Operation<s3.GetBucketPolicyCommandInput, s3.GetBucketPolicyCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketPolicy', bucket);
    if (bucket.policy === undefined) {
      throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: bucket.name });
    }
    return { Policy: bucket.policy };
  };

  const deleteBucketPolicy: Operation<s3.DeleteBucketPolicyCommandInput, s3.DeleteBucketPolicyCommandOutput> = (
    input,
    call: Call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'DeleteBucketPolicy', bucket);
    bucket.policy = undefined;
    return {};
  };

  return {
    CreateBucket: createBucket,
    DeleteBucket: deleteBucket,
    HeadBucket: headBucket,
    ListBuckets: listBuckets,
    GetBucketLocation: getBucketLocation,
    PutBucketPolicy: putBucketPolicy,
    GetBucketPolicy: getBucketPolicy,
    DeleteBucketPolicy: deleteBucketPolicy,
  };
};

export const ownerOf = (accountId: string) => ({ ID: accountId.padStart(64, '0') });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function assertBucketName(name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('xn--') &&
    !name.endsWith('-s3alias');
  if (!valid) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
}
