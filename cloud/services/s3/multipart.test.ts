import * as api from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { CompletedUploads } from './completed-uploads.ts';
import { bucket, copy, get, MIB5, put, t, upload, useBucket } from './testing.ts';

useBucket();

const head = (Key: string, more: Partial<api.HeadObjectCommandInput> = {}) =>
  t.s3.send(new api.HeadObjectCommand({ Bucket: bucket, Key, ChecksumMode: 'ENABLED', ...more }));
const attributes = (Key: string, more: Partial<api.GetObjectAttributesCommandInput> = {}) =>
  t.s3.send(
    new api.GetObjectAttributesCommand({
      Bucket: bucket,
      Key,
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'],
      ...more,
    }),
  );

/** What AWS computed of these parts: twice 5 MiB and one byte of `a`, then ten. */
const RECORDED = [
  Buffer.alloc(5 * 1024 * 1024 + 1, 'a'),
  Buffer.alloc(5 * 1024 * 1024 + 1, 'a'),
  Buffer.alloc(10, 'a'),
];

test('a checksum of checksums, as AWS computed it', async () => {
  const { begun, part, complete } = await upload('big', { ChecksumAlgorithm: 'SHA1' });
  expect(begun).toMatchObject({ ChecksumAlgorithm: 'SHA1', ChecksumType: 'COMPOSITE' });
  const parts: api.CompletedPart[] = [];
  for (const [index, body] of RECORDED.entries()) {
    const { ETag, ChecksumSHA1 } = await part(index + 1, body, { ChecksumAlgorithm: 'SHA1' });
    parts.push({ PartNumber: index + 1, ETag, ChecksumSHA1 });
  }
  const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
  expect((await refusal(complete(without))).message).toBe(
    'The upload was created using a sha1 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
  );
  const wrong = parts.map((one) => ({ ...one, ChecksumSHA1: parts[2]!.ChecksumSHA1 }));
  expect(await refusal(complete(wrong))).toMatchObject({ name: 'InvalidPart' });
  expect(await complete(parts)).toMatchObject({
    ETag: '"4d45984fc3feb2ac9b22683c49674b56-3"',
    ChecksumSHA1: 'AyE60nyQoBgJcwsyPHWu7aJuxBs=-3',
    ChecksumType: 'COMPOSITE',
  });
  expect(await head('big')).toMatchObject({ ChecksumSHA1: 'AyE60nyQoBgJcwsyPHWu7aJuxBs=-3' });
  expect(await head('big', { PartNumber: 3 })).toMatchObject({
    ChecksumSHA1: 'NJX/adNGcdHhWzOmPBN5/e3Toyo=',
    ContentRange: 'bytes 10485762-10485771/10485772',
    PartsCount: 3,
  });
  const { Checksum, ObjectParts } = await attributes('big', { MaxParts: 2 });
  expect(Checksum).toEqual({ ChecksumSHA1: 'AyE60nyQoBgJcwsyPHWu7aJuxBs=', ChecksumType: 'COMPOSITE' });
  expect(ObjectParts).toMatchObject({ TotalPartsCount: 3, IsTruncated: true, NextPartNumberMarker: '2' });
  expect(ObjectParts!.Parts!.map(({ Size }) => Size)).toEqual([5242881, 5242881]);
  const { CopyObjectResult } = await copy('whole', 'big');
  expect(CopyObjectResult).toMatchObject({
    ETag: '"a0397ee2df08832642af5d7e57c5760c"',
    ChecksumSHA1: 'eIC+AqBqApUmeqCBQ+9n8OVTP+8=',
    ChecksumType: 'FULL_OBJECT',
  });
});

test('a checksum of the whole, which the client may say itself', async () => {
  const { part, complete } = await upload('whole', { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' });
  const { ETag } = await part(1, 'abc', { ChecksumAlgorithm: 'CRC32C' });
  const parts = [{ PartNumber: 1, ETag }];
  expect((await refusal(complete(parts, { ChecksumCRC32C: 'AAAAAA==' }))).message).toBe(
    'The crc32c you specified did not match the calculated checksum.',
  );
  expect((await refusal(complete(parts, { ChecksumType: 'COMPOSITE' }))).message).toBe(
    'The upload was created using the FULL_OBJECT checksum mode. The complete request must use the same checksum mode.',
  );
  expect((await refusal(part(2, 'x', { ChecksumAlgorithm: 'CRC32' }))).message).toBe(
    'Checksum Type mismatch occurred, expected checksum Type: crc32c, actual checksum Type: crc32',
  );
  expect(await complete(parts, { ChecksumCRC32C: 'Nks/tw==', ChecksumType: 'FULL_OBJECT' })).toMatchObject({
    ETag: '"af5da9f45af7a300e3aded972f8ff687-1"',
    ChecksumCRC32C: 'Nks/tw==',
  });
  expect((await head('whole', { PartNumber: 1 })).ChecksumCRC32C).toBe('Nks/tw==');
  expect((await attributes('whole')).ObjectParts).toEqual({ TotalPartsCount: 1 });
});

test('without an algorithm S3 takes its own, and parts have none to be told of', async () => {
  const { part, complete } = await upload('plain');
  const { ETag, ChecksumCRC32 } = await part(1, 'abcd');
  expect(ChecksumCRC32).toBeDefined();
  expect(await refusal(complete([{ PartNumber: 1, ETag, ChecksumCRC32 }]))).toMatchObject({ name: 'InvalidPart' });
  expect((await refusal(complete([{ PartNumber: 1, ETag }], { MpuObjectSize: 5 }))).message).toBe(
    "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
  );
  const done = await complete([{ PartNumber: 1, ETag }], { MpuObjectSize: 4 });
  expect(done.ChecksumType).toBe('FULL_OBJECT');
  expect(done.ChecksumCRC64NVME).toMatch(/^.{11}=$/);
});

test.each([
  ['SHA256', 'FULL_OBJECT', 'The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.'],
  ['CRC64NVME', 'COMPOSITE', 'The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.'],
] as const)('%s is no checksum of the type %s', async (ChecksumAlgorithm, ChecksumType, message) => {
  expect(await refusal(upload('a', { ChecksumAlgorithm, ChecksumType }))).toEqual({
    name: 'InvalidRequest',
    message,
    status: 400,
  });
});

test('what is said at the beginning is the object’s: type, metadata, tags, class', async () => {
  const { part, complete } = await upload('a', {
    ContentType: 'text/plain',
    Metadata: { one: '1' },
    Tagging: 'a=1&b=2',
    StorageClass: 'STANDARD_IA',
  });
  const { ETag } = await part(1, 'x');
  await complete([{ PartNumber: 1, ETag }]);
  expect(await head('a')).toMatchObject({
    ContentType: 'text/plain',
    Metadata: { one: '1' },
    TagCount: 2,
    StorageClass: 'STANDARD_IA',
  });
});

test('parts are copied, as a whole or in a range, under conditions', async () => {
  const { ETag } = await put('source', '0123456789');
  const { copyPart, complete } = await upload('a');
  const first = await copyPart(1, 'source', { CopySourceRange: 'bytes=3-5', CopySourceIfMatch: ETag });
  expect(await refusal(copyPart(2, 'source', { CopySourceIfNoneMatch: ETag }))).toMatchObject({
    name: 'PreconditionFailed',
    status: 412,
  });
  await complete([{ PartNumber: 1, ETag: first.CopyPartResult!.ETag }]);
  expect(await (await get('a')).Body!.transformToString()).toBe('345');
});

test('parts and uploads are listed page by page', async () => {
  const { UploadId, part, list } = await upload('b/1');
  await part(1, MIB5);
  await part(3, 'x');
  expect(await list({ MaxParts: 1 })).toMatchObject({
    IsTruncated: true,
    NextPartNumberMarker: '1',
    StorageClass: 'STANDARD',
    Parts: [{ PartNumber: 1, Size: 5242880 }],
  });
  const rest = await list({ PartNumberMarker: '1' });
  expect([rest.IsTruncated, rest.Parts!.map(({ PartNumber }) => PartNumber)]).toEqual([false, [3]]);

  const again = await upload('b/1');
  await upload('a');
  const uploads = (more: Partial<api.ListMultipartUploadsCommandInput> = {}) =>
    t.s3.send(new api.ListMultipartUploadsCommand({ Bucket: bucket, ...more }));
  expect((await uploads()).Uploads!.map(({ Key }) => Key)).toEqual(['a', 'b/1', 'b/1']);
  const second = await uploads({ MaxUploads: 2 });
  expect(second).toMatchObject({ IsTruncated: true, NextKeyMarker: 'b/1', NextUploadIdMarker: UploadId });
  const third = await uploads({ KeyMarker: 'b/1', UploadIdMarker: UploadId });
  expect(third.Uploads!.map((one) => one.UploadId)).toEqual([again.UploadId]);
  expect(await uploads({ Delimiter: '/' })).toMatchObject({ CommonPrefixes: [{ Prefix: 'b/' }], NextKeyMarker: 'a' });
});

test('an upload that is written over meanwhile can still be completed without a condition', async () => {
  const { part, complete } = await upload('a');
  const { ETag } = await part(1, 'parts');
  await put('a', 'whole');
  await complete([{ PartNumber: 1, ETag }]);
  expect(await (await get('a')).Body!.transformToString()).toBe('parts');
});

describe('an upload that is completed again', () => {
  const keepVersions = () =>
    t.s3.send(new api.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const versions = async () =>
    (await t.s3.send(new api.ListObjectVersionsCommand({ Bucket: bucket }))).Versions?.map(
      ({ VersionId }) => VersionId,
    );
  const plain = ({ $metadata, ...answer }: api.CompleteMultipartUploadCommandOutput) => answer;

  test('is answered as it was, and nothing is written, whatever has become of the object', async () => {
    await keepVersions();
    const { part, complete } = await upload('a');
    const parts = [{ PartNumber: 1, ETag: (await part(1, 'x')).ETag }];
    const first = plain(await complete(parts, { IfNoneMatch: '*' }));
    expect(first).toMatchObject({ Key: 'a', ETag: expect.stringMatching(/-1"$/), VersionId: expect.any(String) });
    expect(plain(await complete(parts, { IfNoneMatch: '*' }))).toEqual(first);
    expect(plain(await complete(parts))).toEqual(first);
    expect(await versions()).toEqual([first.VersionId]);
    await put('a', 'another');
    expect(plain(await complete(parts, { IfNoneMatch: '*' }))).toEqual(first);
    expect(await (await get('a')).Body!.transformToString()).toBe('another');
  });

  test('is completed once by those who ask at the same time', async () => {
    await keepVersions();
    const { part, complete } = await upload('a');
    const parts = [{ PartNumber: 1, ETag: (await part(1, 'x')).ETag }];
    const answers = await Promise.all([complete(parts), complete(parts), complete(parts)]);
    expect(await versions()).toEqual([answers[0].VersionId]);
    for (const answer of answers) expect(plain(answer)).toEqual(plain(answers[0]));
  });

  test('is gone for everybody else: for other parts, to write, to list and to abort', async () => {
    const { part, complete, list, abort, UploadId } = await upload('a');
    const [one, two] = [await part(1, 'x'), await part(2, 'y')];
    await complete([{ PartNumber: 1, ETag: one.ETag }]);
    const other = {
      Bucket: bucket,
      Key: 'b',
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: one.ETag }] },
    };
    const calls = [
      () => complete([{ PartNumber: 2, ETag: two.ETag }]),
      () => t.s3.send(new api.CompleteMultipartUploadCommand(other)),
      () => part(3, 'z'),
      list,
      abort,
    ];
    for (const call of calls) {
      expect(await refusal(call())).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    }
  });

  test('is forgotten after the next thousand of its bucket', () => {
    const known = new CompletedUploads();
    const of = (number: number) => ({ Bucket: 'b', Key: 'a', UploadId: `${number}` });
    for (let number = 0; number <= 1000; number++) known.add(`${number}`, of(number), { ETag: `${number}` });
    expect([0, 1, 1000].map((number) => known.answerTo(of(number))?.ETag)).toEqual([undefined, '1', '1000']);
  });
});
