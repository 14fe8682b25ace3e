import * as api from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { bucket, copy, get, put, t, useBucket } from './testing.ts';

useBucket();

test.each([
  // On record: which bytes a range means, and when the whole object comes instead.
  ['bytes=0-8', 206, '012345678', 'bytes 0-8/10'],
  ['bytes=1-', 206, '123456789', 'bytes 1-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=-15', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=0-100', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=1-0', 200, '0123456789', undefined],
  ['bytes=-1-', 200, '0123456789', undefined],
  ['bytes=0-1,3-4', 200, '0123456789', undefined],
  ['0-8', 200, '0123456789', undefined],
])('%s', async (Range, status, body, range) => {
  await put('a', '0123456789');
  const answer = await get('a', { Range });
  expect([answer.$metadata.httpStatusCode, answer.ContentRange]).toEqual([status, range]);
  // A checksum of the whole would be wrong for a part of it.
  expect(answer.ChecksumCRC32).toBe(body.length === 10 ? 'poTHxg==' : undefined);
  expect(await answer.Body!.transformToString()).toBe(body);
});

test('an object that came as one is its own first part', async () => {
  await put('a', 'test-123');
  const { ContentRange, PartsCount, $metadata } = await get('a', { PartNumber: 1 });
  expect([$metadata.httpStatusCode, ContentRange, PartsCount]).toEqual([206, 'bytes 0-7/8', undefined]);
});

test('an ETag that fits makes up for a date that does not; a date to come is no date', async () => {
  const { ETag } = await put('a');
  const [before, after] = [-60_000, 60_000].map((ms) => new Date(t.cloud.clock.now() + ms));
  const status = async (more: Partial<api.GetObjectCommandInput>) =>
    await get('a', more).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: Error & { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
    );
  expect(await status({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe(200);
  expect(await status({ IfUnmodifiedSince: before })).toBe(412);
  expect(await status({ IfNoneMatch: '"other"', IfModifiedSince: before })).toBe(200);
  expect(await status({ IfModifiedSince: new Date(t.cloud.clock.now()) })).toBe(304);
  expect(await status({ IfModifiedSince: after })).toBe(200);
});

test('headers are overridden for one answer', async () => {
  await put('a', 'x', { Expires: new Date('2015-10-21T07:28:00Z'), CacheControl: 'no-cache' });
  const { ContentType, CacheControl, ExpiresString } = await get('a', {
    ResponseContentType: 'image/jpeg',
    ResponseCacheControl: 'max-age=74',
  });
  expect([ContentType, CacheControl, ExpiresString]).toEqual([
    'image/jpeg',
    'max-age=74',
    'Wed, 21 Oct 2015 07:28:00 GMT',
  ]);
});

test('every object has a checksum: the client’s, or one of S3’s own', async () => {
  const checksum = async (Key: string) =>
    (await t.s3.send(new api.GetObjectAttributesCommand({ Bucket: bucket, Key, ObjectAttributes: ['Checksum'] })))
      .Checksum;
  await put('a', 'test-checksum');
  expect(await checksum('a')).toEqual({ ChecksumCRC32: 'lVk/nw==', ChecksumType: 'FULL_OBJECT' });
  const url = await getSignedUrl(t.s3, new api.PutObjectCommand({ Bucket: bucket, Key: 'b' }), {
    expiresIn: 86_400,
  });
  await fetch(url, { method: 'PUT', body: 'test data..' });
  expect(await checksum('b')).toEqual({ ChecksumCRC64NVME: 'qUVrWYOrIAM=', ChecksumType: 'FULL_OBJECT' });
  const { CopyObjectResult } = await copy('c', 'b', { ChecksumAlgorithm: 'SHA256' });
  expect(CopyObjectResult!.ChecksumSHA256).toBe('2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=');
});
