/**
 * Conditional requests. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
import { preconditionFailed } from './errors.ts';
import type { StoredObject } from './store.ts';

interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

const same = (given: string, etag: string): boolean =>
  given === '*' || given.split(',').some((one) => one.trim().replace(/^W\//, '').replaceAll('"', '') === etag);

/** Last-Modified has whole seconds on the wire. */
const seconds = (time: number): number => Math.floor(time / 1000);

/** True when the client's copy is still good: answer 304. Throws `PreconditionFailed`. */
export function notModified(object: StoredObject, conditions: ReadConditions): boolean {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!same(IfMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince && seconds(object.modifiedAt) > seconds(IfUnmodifiedSince.getTime())) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) return same(IfNoneMatch, object.etag);
  return Boolean(IfModifiedSince && seconds(object.modifiedAt) <= seconds(IfModifiedSince.getTime()));
}

/** Throws `PreconditionFailed`, and `NoSuchKey` by `absent` when If-Match names an object that is not there. */
export function checkWrite(
  existing: StoredObject | undefined,
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, 'IfMatch' | 'IfNoneMatch'>,
  absent: () => Error,
): void {
  if (IfNoneMatch !== undefined && existing && same(IfNoneMatch, existing.etag))
    throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!existing) throw absent();
  if (!same(IfMatch, existing.etag)) throw preconditionFailed('If-Match');
}
