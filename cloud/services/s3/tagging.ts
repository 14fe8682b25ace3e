/**
 * Tags of buckets and of objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html and their siblings.
 */
import type * as s3 from '@aws-sdk/client-s3';
import type { Call, Operation } from '../../contract.ts';
import { HTTP_STATUS } from '../../wire/respond.ts';
import { authorize, objectBucket } from './access.ts';
import { noSuchKey, noSuchTagSet } from './errors.ts';
import type { Notifier } from './notify.ts';
import type { Bucket, Store, StoredObject } from './store.ts';
import { checkedTags } from './tags.ts';

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
}

export const tagging = (store: Store, notify: Notifier) => {
  const find = (input: ObjectInput, call: Call): { bucket: Bucket; object: StoredObject } => {
    const bucket = objectBucket(store, call, input.Bucket, input.Key, call.operation);
    const object = bucket.objects.get(input.Key ?? '');
    if (!object) throw noSuchKey(input.Key ?? '');
    return { bucket, object };
  };

  const getObjectTagging: Operation<s3.GetObjectTaggingCommandInput, s3.GetObjectTaggingCommandOutput> = (
    input,
    call,
  ) => ({ TagSet: [...find(input, call).object.tags] });

  const putObjectTagging: Operation<s3.PutObjectTaggingCommandInput, s3.PutObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, object } = find(input, call);
    object.tags = checkedTags(input.Tagging?.TagSet, 'object');
    notify(call, bucket, 'ObjectTagging:Put', object);
    return {};
  };

  const deleteObjectTagging: Operation<s3.DeleteObjectTaggingCommandInput, s3.DeleteObjectTaggingCommandOutput> = (
    input,
    call,
  ) => {
    const { bucket, object } = find(input, call);
    object.tags = [];
    notify(call, bucket, 'ObjectTagging:Delete', object);
    return {};
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
