/** Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../contract.ts';
import { many, parsePolicy } from '../../identity/policy.ts';
import { HTTP_STATUS } from '../../wire/respond.ts';
import { authorize } from './access.ts';
import type { Store } from './store.ts';

export const bucketPolicy = (store: Store) => {
  const putBucketPolicy: Operation<s3.PutBucketPolicyCommandInput, s3.PutBucketPolicyCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketPolicy', bucket);
    assertPolicy(input.Policy ?? '');
    bucket.policy = input.Policy;
    return { [HTTP_STATUS]: 204 };
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
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'DeleteBucketPolicy', bucket);
    bucket.policy = undefined;
    return {};
  };

  return {
    PutBucketPolicy: putBucketPolicy,
    GetBucketPolicy: getBucketPolicy,
    DeleteBucketPolicy: deleteBucketPolicy,
  };
};

/** Throws `MalformedPolicy`. */
function assertPolicy(text: string): void {
  const malformed = (message: string) => new AwsError('MalformedPolicy', message, 400);
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  try {
    for (const { Resource, NotResource } of parsePolicy(text).Statement) {
      if (many(Resource ?? NotResource).length === 0) throw malformed('Missing required field Resource');
    }
  } catch (error) {
    if (error instanceof AwsError) throw malformed(error.message);
    throw error;
  }
}
