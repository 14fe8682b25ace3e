/** May the caller do this to that bucket or object? */
import type { Call, ConditionKeys } from '../../contract.ts';
import type { Bucket } from './bucket.ts';
import type { Store } from './store.ts';

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
export const objectArn = (bucket: string, key: string): string => `${bucketArn(bucket)}/${key}`;

/** Throws `AccessDenied`. `resource`: the bucket's ARN unless told. */
export function authorize(
  call: Call,
  action: string,
  bucket: Bucket,
  resource = bucketArn(bucket.name),
  context: ConditionKeys = {},
): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `s3:${action}`,
    resource,
    resourceAccount: bucket.accountId,
    ...(bucket.policy ? { resourcePolicy: bucket.policy } : {}),
    context,
  });
}

/** May the caller list what it asks for? Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
export function authorizeList(
  call: Call,
  action: string,
  bucket: Bucket,
  {
    Prefix,
    Delimiter,
    MaxKeys,
  }: { Prefix?: string | undefined; Delimiter?: string | undefined; MaxKeys?: number | undefined },
): void {
  authorize(call, action, bucket, bucketArn(bucket.name), {
    's3:prefix': Prefix,
    's3:delimiter': Delimiter,
    's3:max-keys': String(MaxKeys ?? 1000),
  });
}

/** The bucket, once the caller is known to be let do all this to one of its objects. Throws `NoSuchBucket`, `AccessDenied`. */
export function objectBucket(
  store: Store,
  call: Call,
  name: string | undefined,
  key: string | undefined,
  ...actions: readonly string[]
): Bucket {
  const bucket = store.bucket(name);
  for (const action of actions) authorize(call, action, bucket, objectArn(bucket.name, key ?? ''));
  return bucket;
}

/**
 * What a condition asks for beside the right to write or to delete: who compares ETags learns about the object, who asks
 * for any (`*`) does not. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export const rightsToMatch = (ifMatch: string | undefined): readonly string[] =>
  ifMatch === undefined || ifMatch === '*' ? [] : ['GetObject'];

/** What the header `x-amz-tagging` asks for: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const rightsToTag = (header: string | undefined): readonly string[] => (header ? ['PutObjectTagging'] : []);

/** Who may not list a bucket is not told which keys it lacks: AWS answers `AccessDenied` instead of `NoSuchKey`. */
export function mayKnowAbsence(call: Call, bucket: Bucket): void {
  authorize(call, 'ListBucket', bucket);
}
