import * as api from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, copy, get, put, t, upload, useBucket } from './testing.ts';

useBucket();

const NO_KEY = 'The specified key does not exist.';
const FAILED = 'At least one of the pre-conditions you specified did not hold';
const CONFLICT = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
const UNBUILT_HEADER = 'A header you provided implies functionality that is not implemented';
const remove = (Key: string, more: Partial<api.DeleteObjectCommandInput> = {}) =>
  t.s3.send(new api.DeleteObjectCommand({ Bucket: bucket, Key, ...more }));
const removeAll = (...Objects: api.ObjectIdentifier[]) =>
  t.s3.send(new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
const keepVersions = () =>
  t.s3.send(new api.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
const versions = async () => {
  const { Versions = [], DeleteMarkers = [] } = await t.s3.send(new api.ListObjectVersionsCommand({ Bucket: bucket }));
  return { versions: Versions.length, markers: DeleteMarkers.length };
};

/** What AWS answers to conditions that do not hold. The bucket holds an object `one` of ten bytes, and nothing else. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, number, string, string])[] = [
  ['PutObject, not new', () => put('one', 'x', { IfNoneMatch: '*' }), 412, 'PreconditionFailed', FAILED],
  ['PutObject, another', () => put('one', 'x', { IfMatch: '"other"' }), 412, 'PreconditionFailed', FAILED],
  ['PutObject, none', () => put('two', 'x', { IfMatch: '"other"' }), 404, 'NoSuchKey', NO_KEY],
  ['PutObject, If-Match *', () => put('one', 'x', { IfMatch: '*' }), 501, 'NotImplemented', UNBUILT_HEADER],
  ['PutObject, If-None-Match', () => put('one', 'x', { IfNoneMatch: '"e"' }), 501, 'NotImplemented', UNBUILT_HEADER],
  [
    'PutObject, both',
    () => put('one', 'x', { IfMatch: '"e"', IfNoneMatch: '*' }),
    501,
    'NotImplemented',
    UNBUILT_HEADER,
  ],
  ['GetObject, another', () => get('one', { IfMatch: '"other"' }), 412, 'PreconditionFailed', FAILED],
  [
    'CopyObject, another',
    () => copy('two', 'one', { CopySourceIfMatch: '"other"' }),
    412,
    'PreconditionFailed',
    FAILED,
  ],
  ['DeleteObject, another', () => remove('one', { IfMatch: '"other"' }), 412, 'PreconditionFailed', FAILED],
  ['DeleteObject, size', () => remove('one', { IfMatchSize: 10 }), 501, 'NotImplemented', UNBUILT_HEADER],
  [
    'CompleteMultipartUpload, written meanwhile',
    async () => {
      const { ETag } = await put('parts');
      const { part, complete } = await upload('parts');
      const first = await part(1, 'x');
      await put('parts');
      return complete([{ PartNumber: 1, ETag: first.ETag }], { IfMatch: ETag });
    },
    409,
    'ConditionalRequestConflict',
    CONFLICT,
  ],
  [
    'CompleteMultipartUpload, deleted meanwhile',
    async () => {
      await put('parts');
      const { part, complete } = await upload('parts');
      const first = await part(1, 'x');
      await remove('parts');
      return complete([{ PartNumber: 1, ETag: first.ETag }], { IfNoneMatch: '*' });
    },
    409,
    'ConditionalRequestConflict',
    CONFLICT,
  ],
];

test.each(REFUSALS)('refused: %s', async (_, call, status, name, message) => {
  await put('one', '0123456789');
  expect(await refusal(call())).toEqual({ name, message, status });
});

test.each(['*', '"9a0364b9e99bb480dd25e1f0284c8555"'])(
  'what is not there is not deleted under a condition: If-Match %s',
  async (IfMatch) => {
    const missing = { name: 'NoSuchKey', message: NO_KEY, status: 404 };
    expect(await refusal(remove('none', { IfMatch }))).toEqual(missing);
    await keepVersions();
    expect(await refusal(remove('none', { IfMatch }))).toEqual(missing);
    await put('a', 'content');
    await remove('a');
    expect(await refusal(remove('a', { IfMatch }))).toEqual(missing);
    expect(await versions()).toEqual({ versions: 1, markers: 1 });
  },
);

test('what is there is deleted if it is still the one that was meant', async () => {
  const { ETag } = await put('a');
  await remove('a', { IfMatch: ETag });
  await put('b');
  await remove('b', { IfMatch: '*' });
  expect(await versions()).toEqual({ versions: 0, markers: 0 });
});

test('a condition and a version do not go together, be it the newest one', async () => {
  await keepVersions();
  const { ETag, VersionId } = await put('a');
  for (const IfMatch of [ETag, '*']) {
    expect(await refusal(remove('a', { VersionId, IfMatch }))).toEqual({
      name: 'NotImplemented',
      message: UNBUILT_HEADER,
      status: 501,
    });
  }
  const { Errors } = await removeAll({ Key: 'a', VersionId, ETag });
  expect(Errors).toMatchObject([{ Key: 'a', VersionId, Code: 'NotImplemented' }]);
  expect(await versions()).toEqual({ versions: 1, markers: 0 });
});

test('of many to be deleted, each has a condition of its own', async () => {
  const { ETag } = await put('a');
  await put('b', 'y');
  const { Deleted, Errors } = await removeAll(
    { Key: 'a', ETag },
    { Key: 'b', ETag },
    { Key: 'none', ETag },
    { Key: 'never' },
  );
  expect(Deleted!.map(({ Key }) => Key)).toEqual(['a', 'never']);
  expect(Errors).toEqual([
    { Key: 'b', Code: 'PreconditionFailed', Message: FAILED },
    { Key: 'none', Code: 'NoSuchKey', Message: NO_KEY },
  ]);
});
