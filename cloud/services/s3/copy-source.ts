/** The object that a copy is made of. */
import type { Call } from '../../contract.ts';
import { decode } from '../../wire/request.ts';
import { authorize, objectArn } from './access.ts';
import type { Bucket } from './bucket.ts';
import { type CopyConditions, checkCopySource } from './conditions.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { isObject, type Store, type StoredObject } from './store.ts';
import { assertVersionId, objectOf, rightTo } from './versions.ts';

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
  authorize(call, rightTo('GetObject', version), bucket, objectArn(name, key));
  if (version !== undefined) assertVersionId(bucket, version);
  if (bucket.versionsOf(key).some((one) => one.versionId === version && !isObject(one))) {
    throw invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
  }
  const object = objectOf(call, bucket, key, version);
  checkCopySource(object, input, call.core.clock.now());
  return { bucket, object };
}
