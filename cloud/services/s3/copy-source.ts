/** The object that a copy is made of. */
import type { Call } from '../../contract.ts';
import { decode } from '../../wire/request.ts';
import { authorize, mayKnowAbsence, objectArn } from './access.ts';
import { type CopyConditions, checkCopySource } from './conditions.ts';
import { invalidArgument, noSuchKey } from './errors.ts';
import type { Bucket, Store, StoredObject } from './store.ts';

/**
 * `CopySource` is `bucket/key`, percent-encoded, with or without a slash before it. Throws `NoSuchKey`, `NoSuchBucket`,
 * `AccessDenied`, `InvalidArgument`, `PreconditionFailed`.
 */
export function copySource(
  store: Store,
  call: Call,
  input: CopyConditions & { readonly CopySource: string | undefined },
): { bucket: Bucket; object: StoredObject } {
  const given = input.CopySource ?? '';
  const version = /\?versionId=(.*)$/.exec(given)?.[1];
  const path = decode(given.replace(/^\//, '').replace(/\?versionId=.*$/, ''));
  const slash = path.indexOf('/');
  const [name, key] = [path.slice(0, slash), path.slice(slash + 1)];
  if (slash < 1 || key === '') {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  }
  const bucket = store.bucket(name);
  authorize(call, 'GetObject', bucket, objectArn(name, key));
  if (version !== undefined && version !== 'null') {
    throw invalidArgument('Invalid version id specified', 'versionId', version);
  }
  const object = bucket.objects.get(key);
  if (!object) {
    mayKnowAbsence(call, bucket);
    throw noSuchKey(key);
  }
  checkCopySource(object, input, call.core.clock.now());
  return { bucket, object };
}
