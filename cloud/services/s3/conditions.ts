/**
 * Conditional requests. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
import { conditionalConflict, headerNotImplemented, noSuchKey, preconditionFailed } from './errors.ts';
import type { StoredObject } from './store.ts';

interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

const plain = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

const same = (given: string, etag: string): boolean =>
  given === '*' || given.split(',').some((one) => plain(one) === etag);

/** Last-Modified has whole seconds on the wire. */
const seconds = (time: number): number => Math.floor(time / 1000);

/** True when the client's copy is still good: answer 304. `now`: a time that has not come cannot be compared with. Throws `PreconditionFailed`. */
export function notModified(object: StoredObject, conditions: Conditions, now: number): boolean {
  const { IfNoneMatch } = conditions;
  const failed = failedPrecondition(object, conditions);
  if (failed) throw preconditionFailed(failed);
  if (IfNoneMatch !== undefined) return same(IfNoneMatch, object.etag);
  return !modifiedSince(object, conditions, now);
}

/** An ETag that fits makes up for a date that does not. */
function failedPrecondition(object: StoredObject, conditions: Conditions): string | undefined {
  const { IfMatch, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) return same(IfMatch, object.etag) ? undefined : 'If-Match';
  if (!IfUnmodifiedSince) return undefined;
  return seconds(object.modifiedAt) > seconds(IfUnmodifiedSince.getTime()) ? 'If-Unmodified-Since' : undefined;
}

function modifiedSince(object: StoredObject, { IfModifiedSince }: Conditions, now: number): boolean {
  if (!IfModifiedSince || IfModifiedSince.getTime() > now) return true;
  return seconds(object.modifiedAt) > seconds(IfModifiedSince.getTime());
}

export interface CopyConditions {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** A copy has no 304: what would be one for a reader is a failure here. Throws `PreconditionFailed`. */
export function checkCopySource(source: StoredObject, input: CopyConditions, now: number): void {
  const conditions: Conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  const fail = (condition: string) => preconditionFailed(`x-amz-copy-source-${condition}`);
  const failed = failedPrecondition(source, conditions);
  if (failed) throw fail(failed);
  if (conditions.IfNoneMatch !== undefined) {
    if (same(conditions.IfNoneMatch, source.etag)) throw fail('If-None-Match');
  } else if (!modifiedSince(source, conditions, now)) throw fail('If-Modified-Since');
}

type WriteConditions = Pick<Conditions, 'IfMatch' | 'IfNoneMatch'>;

/**
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: only "not there yet" and "still
 * this one" can be asked for. `interfered`: the object was written or deleted while its upload in parts went on.
 * Throws `PreconditionFailed`, `ConditionalRequestConflict`, `NoSuchKey`, `NotImplemented`.
 */
export function checkWrite(
  key: string,
  existing: StoredObject | undefined,
  { IfMatch, IfNoneMatch }: WriteConditions,
  interfered = false,
): void {
  const refused = (header: string) =>
    headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`);
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw refused('If-None-Match');
    if (existing) throw preconditionFailed('If-None-Match');
    if (interfered) throw conditionalConflict('If-None-Match', key);
  }
  if (IfMatch === undefined) return;
  if (IfMatch === '*') throw refused('If-Match');
  if (!existing) throw noSuchKey(key);
  if (!same(IfMatch, existing.etag)) throw preconditionFailed('If-Match');
  if (interfered) throw conditionalConflict('If-Match', key);
}

/**
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html: conditions are about the newest
 * version, and nothing else can be named beside them. Where a delete marker hides the key, that page says 412 for `*`; S3
 * answers 404, as for any key that is not there: https://github.com/localstack/localstack/issues/13894. Time and size are
 * for directory buckets alone. Throws `NoSuchKey`, `PreconditionFailed`, `NotImplemented`.
 */
export function checkDelete(
  key: string,
  existing: StoredObject | undefined,
  input: {
    readonly VersionId?: string | undefined;
    readonly IfMatch?: string | undefined;
    readonly IfMatchLastModifiedTime?: Date | undefined;
    readonly IfMatchSize?: number | undefined;
  },
): void {
  if (input.IfMatchLastModifiedTime) throw headerNotImplemented('x-amz-if-match-last-modified-time');
  if (input.IfMatchSize !== undefined) throw headerNotImplemented('x-amz-if-match-size');
  if (input.IfMatch === undefined) return;
  if (input.VersionId !== undefined) throw headerNotImplemented('If-Match');
  if (!existing) throw noSuchKey(key);
  if (!same(input.IfMatch, existing.etag)) throw preconditionFailed('If-Match');
}
