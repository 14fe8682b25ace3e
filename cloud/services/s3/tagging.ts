/**
 * Tags of buckets and of objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html and their siblings.
 */
import type * as s3 from '@aws-sdk/client-s3';
import type { Call, Operation } from '../../contract.ts';
import { HTTP_STATUS } from '../../wire/respond.ts';
import { authorize, objectBucket } from './access.ts';
import type { Bucket } from './bucket.ts';
import { methodNotAllowed, noSuchTagSet } from './errors.ts';
import type { Notifier } from './notify.ts';
import { isObject, type Store, type StoredObject } from './store.ts';
import { checkedTags } from './tags.ts';
import { asRead, methodOf, objectOf, rightTo } from './versions.ts';

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

export const tagging = (store: Store, notify: Notifier) => {
  const find = (input: ObjectInput, call: Call): { bucket: Bucket; object: StoredObject } => {
    const { Key: key = '', VersionId: versionId } = input;
    const bucket = objectBucket(store, call, input.Bucket, key, rightTo(call.operation, versionId));
    const [newest] = bucket.versionsOf(key);
    if (versionId === undefined && newest && !isObject(newest))
      throw methodNotAllowed(methodOf(call.operation), newest);
    return { bucket, object: objectOf(call, bucket, key, versionId) };
  };

  const getObjectTagging: Operation<s3.GetObjectTaggingCommandInput, s3.GetObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, object } = find(input, call);
    return { ...asRead(bucket, object), TagSet: [...object.tags] };
  };

  const putObjectTagging: Operation<s3.PutObjectTaggingCommandInput, s3.PutObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, object } = find(input, call);
    object.tags = checkedTags(input.Tagging?.TagSet, 'object');
    notify(call, bucket, 'ObjectTagging:Put', object);
    return asRead(bucket, object);
  };

  const deleteObjectTagging: Operation<s3.DeleteObjectTaggingCommandInput, s3.DeleteObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, object } = find(input, call);
    object.tags = [];
    notify(call, bucket, 'ObjectTagging:Delete', object);
    return asRead(bucket, object);
  };

  const getBucketTagging: Operation<s3.GetBucketTaggingCommandInput, s3.GetBucketTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketTagging', bucket);
    if (bucket.tags.length === 0) throw noSuchTagSet(bucket.name);
    return { TagSet: [...bucket.tags] };
  };

  const putBucketTagging: Operation<s3.PutBucketTaggingCommandInput, s3.PutBucketTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketTagging', bucket);
    bucket.tags = checkedTags(input.Tagging?.TagSet, 'bucket');
    return { [HTTP_STATUS]: 204 };
  };

  /** The right to delete all tags is the right to put others. */
  const deleteBucketTagging: Operation<s3.DeleteBucketTaggingCommandInput, s3.DeleteBucketTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketTagging', bucket);
    bucket.tags = [];
    return {};
  };

  return {
    GetObjectTagging: getObjectTagging,
    PutObjectTagging: putObjectTagging,
    DeleteObjectTagging: deleteObjectTagging,
    GetBucketTagging: getBucketTagging,
    PutBucketTagging: putBucketTagging,
    DeleteBucketTagging: deleteBucketTagging,
  };
};
