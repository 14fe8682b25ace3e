/**
 * Presigned URLs: what has to stand in them, and when they end; other requests carry the client's time, which is not this
 * cloud's when its clock is held. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { AwsError } from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';

const REQUIRED = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
  (name) => `X-Amz-${name}`,
);
const OLDER = ['Signature', 'Expires', 'AWSAccessKeyId'];
/** Seconds of a week. */
const LONGEST = 604_800;
/** Dates go no further: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_DATE = 8.64e15;

/** Throws `AuthorizationQueryParametersError` where a part is missing; `AccessDenied` for the older form. */
export function assertPresigned({ query, headers }: WireRequest): void {
  if (headers.authorization) return;
  const incomplete = (names: readonly string[], sign: string) =>
    query.has(sign) && !names.every((name) => query.get(name));
  if (['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature'].some((name) => incomplete(REQUIRED, name))) {
    throw wrong(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (['Signature', 'AWSAccessKeyId'].some((name) => incomplete(OLDER, name))) {
    throw new AwsError(
      'AccessDenied',
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
      403,
    );
  }
  const credential = query.get('X-Amz-Credential');
  if (credential !== undefined && credential.split('/').length !== 5) {
    throw wrong(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const expires = query.get('X-Amz-Expires');
  if (expires === undefined) return;
  if (!/^-?\d+$/.test(expires)) throw wrong('X-Amz-Expires should be a number');
  if (Number(expires) < 0) throw wrong('X-Amz-Expires must be non-negative');
  if (Number(expires) > LONGEST) {
    throw wrong(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST} seconds`,
    );
  }
}

const wrong = (message: string): AwsError => new AwsError('AuthorizationQueryParametersError', message, 400);

interface Term {
  readonly presigned: boolean;
  /** `20260101T000000Z` */
  readonly date: string;
  /** Seconds from `date` on. */
  readonly expires?: number;
  /** Of the older form, which says the end itself: milliseconds since the epoch. */
  readonly until?: number;
}

/** Throws `AccessDenied` for a presigned URL that has ended. */
export function assertUnexpired({ presigned, date, expires, until }: Term, now: number): void {
  if (!presigned) return;
  const from = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const end = until ?? from + (expires ?? 0) * 1000;
  if (end > now) return;
  throw new AwsError('AccessDenied', 'Request has expired', 403, {
    ...(expires === undefined ? {} : { 'X-Amz-Expires': expires }),
    ...(Math.abs(end) < LAST_DATE ? { Expires: isoSeconds(end) } : {}),
    ServerTime: isoSeconds(now),
  });
}

const isoSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
