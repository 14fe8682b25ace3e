/** Deleting objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html and API_DeleteObjects.html. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { objectBucket } from './access.ts';
import { checkDelete } from './conditions.ts';
import { malformedXml } from './errors.ts';
import type { Notifier } from './notify.ts';
import type { Bucket, Store } from './store.ts';
import { assertKey } from './write.ts';

const MOST = 1000;

export const deleting = (store: Store, notify: Notifier) => {
  const deleteObject: Operation<s3.DeleteObjectCommandInput, s3.DeleteObjectCommandOutput> = (input, call) => {
    const key = assertKey(input.Key);
    const bucket = objectBucket(store, call, input.Bucket, key, 'DeleteObject');
    checkDelete(bucket.objects.get(key), input);
    remove(call, bucket, key);
    return {};
  };

  const deleteObjects: Operation<s3.DeleteObjectsCommandInput, s3.DeleteObjectsCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > MOST) throw malformedXml();
    const Deleted: s3.DeletedObject[] = [];
    const Errors: s3._Error[] = [];
    for (const { Key: key, ETag, VersionId } of objects) {
      const name = { Key: key, ...(VersionId === undefined ? {} : { VersionId }) };
      try {
        objectBucket(store, call, bucket.name, key, 'DeleteObject');
        if (VersionId !== undefined && VersionId !== 'null') {
          throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
        }
        checkDelete(bucket.objects.get(key!), { IfMatch: ETag });
        remove(call, bucket, key!);
        Deleted.push(name);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ ...name, Code: error.code, Message: error.message });
      }
    }
    return {
      ...(Deleted.length > 0 && !input.Delete?.Quiet ? { Deleted } : {}),
      ...(Errors.length > 0 ? { Errors } : {}),
    };
  };

  const remove = (call: Call, bucket: Bucket, key: string): void => {
    if (bucket.objects.has(key) && bucket.delete(key)) notify(call, bucket, 'ObjectRemoved:Delete', { key });
  };

  return { DeleteObject: deleteObject, DeleteObjects: deleteObjects };
};
