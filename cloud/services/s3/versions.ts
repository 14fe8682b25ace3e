/** Which version of an object a request means, and what answers say of it. */
import type { Call } from '../../contract.ts';
import { mayKnowAbsence } from './access.ts';
import { type Bucket, isVersionId, NULL } from './bucket.ts';
import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion } from './errors.ts';
import { isObject, type StoredObject } from './store.ts';

/** Reading the newest and reading a certain one are two rights: https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-access.html */
export const rightTo = (action: string, versionId: string | undefined): string =>
  versionId === undefined ? action : action.replace(/^(Get|Put|Delete)Object/, '$1ObjectVersion');

/** Throws `InvalidArgument` for what is no version's id, or not one of this bucket's. */
export function assertVersionId(bucket: Bucket | undefined, versionId: string): void {
  if (versionId === NULL || (bucket?.versioning && isVersionId(versionId))) return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/** The newest object of a key, or the version that is named. Throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, `AccessDenied`. */
export function objectOf(call: Call, bucket: Bucket, key: string, versionId: string | undefined): StoredObject {
  const found =
    versionId === undefined
      ? bucket.objects.get(key)
      : bucket.versionsOf(key).find((version) => version.versionId === versionId);
  if (isObject(found)) return found;
  if (found) throw methodNotAllowed(methodOf(call.operation), found);
  mayKnowAbsence(call, bucket);
  if (versionId !== undefined && bucket.versioning) throw noSuchVersion(key, versionId);
  const [newest] = bucket.versionsOf(key);
  throw noSuchKey(key, newest && !isObject(newest) ? newest : undefined);
}

/** Of an operation on a delete marker. */
export const methodOf = (operation: string): string =>
  /^(Get|Head|Put|Delete)/.exec(operation)?.[0].toUpperCase() ?? 'GET';

/** A bucket that never had versions does not speak of them. */
export const asRead = (bucket: Bucket, { versionId }: StoredObject): { readonly VersionId?: string } =>
  bucket.versioning ? { VersionId: versionId } : {};

/** Who writes while versions rest is not told that it is `null`. */
export const asWritten = ({ versionId }: StoredObject): { readonly VersionId?: string } =>
  versionId === NULL ? {} : { VersionId: versionId };
