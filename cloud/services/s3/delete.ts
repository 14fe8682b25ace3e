/** Deleting objects. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html and API_DeleteObjects.html. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { objectBucket, rightsToMatch } from './access.ts';
import { type Bucket, NULL } from './bucket.ts';
import { checkDelete } from './conditions.ts';
import { invalidArgument, malformedXml, noSuchVersion } from './errors.ts';
import type { Notifier } from './notify.ts';
import { isObject, type Store } from './store.ts';
import { rightTo } from './versions.ts';
import { assertKey } from './write.ts';

const MOST = 1000;
/** A delete marker is told with the ETag of no bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';

interface Removed {
  /** Of the marker that hides the key now, or of what is gone for good. */
  readonly versionId?: string;
  /** A marker was made, or removed. */
  readonly marker: boolean;
}

export const deleting = (store: Store, notify: Notifier) => {
  /** Without a version to delete, a bucket with versions keeps them all and hides the key. */
  const remove = (call: Call, bucket: Bucket, key: string, versionId: string | undefined): Removed => {
    if (versionId === undefined && bucket.versioning) {
      const marker = bucket.mark(key, call.core.clock.now());
      notify(call, bucket, 'ObjectRemoved:DeleteMarkerCreated', { ...marker, etag: NOTHING });
      return { versionId: marker.versionId, marker: true };
    }
    const removed = bucket.remove(key, versionId ?? NULL);
    // Deleting what is not there succeeds, and is told like the rest.
    if (removed || versionId === undefined) {
      notify(call, bucket, 'ObjectRemoved:Delete', { key, versionId: removed?.versionId });
    }
    return {
      ...(bucket.versioning && versionId !== undefined ? { versionId } : {}),
      marker: removed !== undefined && !isObject(removed),
    };
  };

  const deleteObject: Operation<s3.DeleteObjectCommandInput, s3.DeleteObjectCommandOutput> = (input, call) => {
    const key = assertKey(input.Key);
    const rights = [rightTo('DeleteObject', input.VersionId), ...rightsToMatch(input.IfMatch)];
    const bucket = objectBucket(store, call, input.Bucket, key, ...rights);
    assertNoBypass(input);
    checkDelete(key, bucket.objects.get(key), input);
    const { versionId, marker } = remove(call, bucket, key, input.VersionId);
    return { ...(marker ? { DeleteMarker: true } : {}), ...(versionId === undefined ? {} : { VersionId: versionId }) };
  };

  const deleteObjects: Operation<s3.DeleteObjectsCommandInput, s3.DeleteObjectsCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    assertNoBypass(input);
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > MOST) throw malformedXml();
    const Deleted: s3.DeletedObject[] = [];
    const Errors: s3._Error[] = [];
    for (const { Key: key = '', ETag, VersionId } of objects) {
      const name = { Key: key, ...(VersionId === undefined ? {} : { VersionId }) };
      try {
        objectBucket(store, call, bucket.name, key, rightTo('DeleteObject', VersionId), ...rightsToMatch(ETag));
        checkDelete(key, bucket.objects.get(key), { VersionId, IfMatch: ETag });
        if (VersionId !== undefined && VersionId !== NULL) {
          const known = bucket.versionsOf(key).some(({ versionId }) => versionId === VersionId);
          if (!known) throw noSuchVersion(key, VersionId);
        }
        const { versionId, marker } = remove(call, bucket, key, VersionId);
        Deleted.push({ ...name, ...(marker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {}) });
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

  return { DeleteObject: deleteObject, DeleteObjects: deleteObjects };
};

/** Locks are not built, so that no bucket has any. Throws `InvalidArgument`. */
function assertNoBypass({
  BypassGovernanceRetention: bypass,
}: {
  BypassGovernanceRetention?: boolean | undefined;
}): void {
  if (bypass === undefined) return;
  const header = 'x-amz-bypass-governance-retention';
  throw invalidArgument(`${header} is only applicable to Object Lock enabled buckets.`, header);
}
