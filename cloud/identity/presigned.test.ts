import { expect, test } from 'vitest';
import type { AwsError } from '../contract.ts';
import { parseQuery, type WireRequest } from '../wire/request.ts';
import { assertPresigned, assertUnexpired } from './presigned.ts';

const request = (search: string, headers: Record<string, string> = {}): WireRequest => ({
  method: 'GET',
  path: '/bucket/key',
  search,
  query: parseQuery(search),
  headers,
  body: new Uint8Array(),
});
const refusal = (call: () => void): Pick<AwsError, 'code' | 'status' | 'message' | 'members'> | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    const { code, status, message, members } = error as AwsError;
    return { code, status, message, members };
  }
};
const NEWER =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/20260101/us-east-1/s3/aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=s';
const PARTS =
  'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';

test.each([
  ['no end', NEWER, PARTS],
  ['no signature', `${NEWER.replace('X-Amz-Signature=s', 'a=b')}&X-Amz-Expires=60`, PARTS],
  [
    'a credential encoded twice',
    `${NEWER.replace('a/20260101', 'a%252F20260101')}&X-Amz-Expires=60`,
    'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
  ],
  ['no number', `${NEWER}&X-Amz-Expires=soon`, 'X-Amz-Expires should be a number'],
  ['an end before the beginning', `${NEWER}&X-Amz-Expires=-1`, 'X-Amz-Expires must be non-negative'],
  [
    'more than a week',
    `${NEWER}&X-Amz-Expires=604801`,
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  ],
])('a URL with %s', (_, search, message) => {
  expect(refusal(() => assertPresigned(request(search)))).toMatchObject({
    code: 'AuthorizationQueryParametersError',
    status: 400,
    message,
  });
});

test('the older form names its three parts', () => {
  expect(refusal(() => assertPresigned(request('AWSAccessKeyId=a&Expires=1')))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
  });
});

test('a whole URL, a plain one and one beside a signed header are let through', () => {
  const signed = { authorization: 'AWS4-HMAC-SHA256 …' };
  for (const one of [request(`${NEWER}&X-Amz-Expires=60`), request('list-type=2'), request(NEWER, signed)]) {
    expect(refusal(() => assertPresigned(one))).toBeUndefined();
  }
});

test('a URL ends to the second, and says when', () => {
  const term = { presigned: true, date: '20260101T000000Z', expires: 60 };
  const end = Date.parse('2026-01-01T00:01:00Z');
  expect(refusal(() => assertUnexpired(term, end - 1))).toBeUndefined();
  expect(refusal(() => assertUnexpired(term, end))).toEqual({
    code: 'AccessDenied',
    status: 403,
    message: 'Request has expired',
    members: { 'X-Amz-Expires': 60, Expires: '2026-01-01T00:01:00Z', ServerTime: '2026-01-01T00:01:00Z' },
  });
  expect(refusal(() => assertUnexpired({ ...term, date: 'nonsense' }, end))).toMatchObject({ code: 'AccessDenied' });
  expect(refusal(() => assertUnexpired({ presigned: true, date: '', until: -1e300 }, end))?.members).toEqual({
    ServerTime: '2026-01-01T00:01:00Z',
  });
});
