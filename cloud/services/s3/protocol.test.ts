/** What other clients than the SDK rely on, byte by byte. */
import * as api from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { openTestCloud, rawAnswer, refusal } from '../../testing.ts';
import { bucket, put, t, upload, useBucket } from './testing.ts';

useBucket();

test('a bucket’s location is a text in one element, and an empty one in the first region', async () => {
  const Bucket = `${bucket}-abroad`;
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await t.s3.send(new api.CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const location = async (name: string) =>
    (await rawAnswer(t.s3, new api.GetBucketLocationCommand({ Bucket: name }))).body.split('\n')[1];
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  expect(await location(Bucket)).toBe(`<LocationConstraint xmlns="${xmlns}">eu-west-1</LocationConstraint>`);
  const old = new api.CreateBucketCommand({
    Bucket: `${Bucket}-of-old`,
    CreateBucketConfiguration: { LocationConstraint: 'EU' },
  });
  await t.s3.send(old);
  expect(await location(`${Bucket}-of-old`)).toContain('>EU<');
  expect((await t.s3.send(new api.HeadBucketCommand({ Bucket: `${Bucket}-of-old` }))).BucketRegion).toBe('eu-west-1');
  expect(await location(bucket)).toBe(`<LocationConstraint xmlns="${xmlns}"></LocationConstraint>`);
  expect((await t.s3.send(new api.GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
});

test('a bucket’s head tells its region and ARN', async () => {
  const { headers } = await rawAnswer(t.s3, new api.HeadBucketCommand({ Bucket: bucket }));
  const told = ['x-amz-bucket-region', 'x-amz-bucket-arn', 'x-amz-access-point-alias'].map((name) => headers.get(name));
  expect(told).toEqual(['us-east-1', `arn:aws:s3:::${bucket}`, 'false']);
  // boto3's `HostId`.
  expect(headers.get('x-amz-id-2')).toBe(headers.get('x-amz-request-id'));
});

test('what AWS answers without a body is answered so', async () => {
  const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
  const { status, body } = await rawAnswer(t.s3, new api.PutBucketTaggingCommand({ Bucket: bucket, Tagging }));
  expect([status, body]).toEqual([204, '']);
});

test('a form of a web page is not built, and other methods are not allowed', async () => {
  const form = new FormData();
  form.set('key', 'a');
  const posted = await fetch(`${t.cloud.url}/${bucket}`, { method: 'POST', body: form });
  expect([posted.status, await posted.text()]).toEqual([501, expect.stringContaining('s3:PostObject is not built')]);
  const patched = await fetch(`${t.cloud.url}/${bucket}/a`, { method: 'PATCH' });
  expect([patched.status, await patched.text()]).toEqual([
    405,
    expect.stringContaining('<Code>MethodNotAllowed</Code>'),
  ]);
});

test('a number that is left empty is the usual one', async () => {
  const { UploadId } = await upload('a');
  const list = new api.ListPartsCommand({ Bucket: bucket, Key: 'a', UploadId });
  list.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { query: Record<string, string> }).query, { 'max-parts': '' });
      return next(args);
    },
    { step: 'build' },
  );
  expect((await t.s3.send(list)).MaxParts).toBe(1000);
});

test('a presigned URL ends on an open cloud too, where no signature is checked', async () => {
  const open = await openTestCloud({ identity: 'open' });
  await open.s3.send(new api.CreateBucketCommand({ Bucket: bucket }));
  const url = await getSignedUrl(open.s3, new api.ListObjectsV2Command({ Bucket: bucket }), { expiresIn: 60 });
  expect((await fetch(url)).status).toBe(200);
  await open.cloud.clock.advance(3_600_000);
  expect((await fetch(url)).status).toBe(403);
  await open.close();
});

test('what a presigned URL says of the object is the object’s', async () => {
  const put = new api.PutObjectCommand({ Bucket: bucket, Key: 'a', Metadata: { one: 'x y' }, Tagging: 'b=c' });
  const url = await getSignedUrl(t.s3, put);
  expect(new URL(url).searchParams.get('x-amz-meta-one')).toBe('x y');
  expect((await fetch(url, { method: 'PUT', body: 'text' })).status).toBe(200);
  const { Metadata, TagCount } = await t.s3.send(new api.HeadObjectCommand({ Bucket: bucket, Key: 'a' }));
  expect([Metadata, TagCount]).toEqual([{ one: 'x y' }, 1]);
});

test('keys in a list are encoded on demand, blanks as plus', async () => {
  await put('a b/ü');
  const { Contents } = await t.s3.send(new api.ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url' }));
  expect(Contents![0]!.Key).toBe('a+b/%C3%BC');
});

test('S3 says who it is, with two ids of a request and not the one of the other services', async () => {
  const { headers } = await rawAnswer(t.s3, new api.ListBucketsCommand({}));
  expect(headers.get('server')).toBe('AmazonS3');
  expect(headers.get('x-amz-request-id')).toMatch(/^[\w-]+$/);
  expect(headers.get('x-amz-id-2')).toMatch(/^[\w-]+$/);
  expect(headers.get('x-amzn-requestid')).toBeNull();
});

// AWS's answer recorded as `test_region_header_exists_outside_us_east_1`.
test('a list of a bucket tells its region in a header, which no client’s output has', async () => {
  for (const command of [
    new api.ListObjectsCommand({ Bucket: bucket }),
    new api.ListObjectsV2Command({ Bucket: bucket }),
  ]) {
    expect((await rawAnswer(t.s3, command as api.ListObjectsCommand)).headers.get('x-amz-bucket-region')).toBe(
      'us-east-1',
    );
  }
});

// AWS's answers recorded as `test_different_location_constraint` and `test_create_bucket_with_eu_location_constraint_raises`.
test('a region other than the first makes its own buckets alone', async () => {
  const abroad = async (LocationConstraint?: string, region = 'eu-west-1') => {
    const client = new api.S3Client({
      endpoint: t.cloud.url,
      region,
      credentials: t.s3.config.credentials,
      forcePathStyle: true,
    });
    const Bucket = `${bucket}-${LocationConstraint?.toLowerCase() ?? 'none'}`;
    const configuration = { CreateBucketConfiguration: { LocationConstraint: LocationConstraint as 'EU' } };
    const input = { Bucket, ...(LocationConstraint ? configuration : {}) };
    // The SDK itself asks for its region where nobody asks for any.
    client.middlewareStack.add((next) => (args) => next({ ...args, input }), { step: 'initialize', priority: 'low' });
    return await client.send(new api.CreateBucketCommand({ ...input }));
  };
  for (const [wanted, called] of [
    [undefined, 'unspecified'],
    ['us-west-1', 'us-west-1'],
    ['bar', 'bar'],
  ] as const) {
    expect(await refusal(abroad(wanted))).toEqual({
      name: 'IllegalLocationConstraintException',
      message: `The ${called} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      status: 400,
    });
  }
  const { Location } = await abroad('eu-west-1');
  expect(Location).toMatch(new RegExp(`^http://[^/]+/${bucket}-eu-west-1/$`));
  await abroad('EU');
  expect((await abroad(undefined, 'local')).Location).toBe(`/${bucket}-none`);
});

test('user metadata is measured in bytes of UTF-8, whether the client writes that or Latin-1', async () => {
  const url = await getSignedUrl(t.s3, new api.PutObjectCommand({ Bucket: bucket, Key: 'a' }), { expiresIn: 60 });
  const answer = async (metadata: string) => {
    const response = await fetch(url, { method: 'PUT', headers: { 'x-amz-meta-k1': metadata }, body: 'x' });
    return [response.status, /<Size>.*<.MaxSizeAllowed>/.exec(await response.text())?.[0]];
  };
  const asUtf8 = (text: string) => Buffer.from(text).toString('latin1');
  const [fits, tooLong] = [`aa${'ü'.repeat(1022)}`, `aaa${'ü'.repeat(1022)}`];
  for (const metadata of [fits, asUtf8(fits)]) expect(await answer(metadata)).toEqual([200, undefined]);
  for (const metadata of [tooLong, asUtf8(tooLong)]) {
    expect(await answer(metadata)).toEqual([400, '<Size>2049</Size><MaxSizeAllowed>2048</MaxSizeAllowed>']);
  }
});
