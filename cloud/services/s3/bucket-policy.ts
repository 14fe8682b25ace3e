/** Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../contract.ts';
import { parsePolicy } from '../../identity/policy.ts';
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
  let named: object;
  try {
    named = JSON.parse(text) as object;
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!('Statement' in named)) throw malformed('Missing required field Statement');
  try {
    for (const { Principal, NotPrincipal } of parsePolicy(text).Statement) {
      if (Principal === undefined && NotPrincipal === undefined) throw malformed('Missing required field Principal');
    }
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
}
