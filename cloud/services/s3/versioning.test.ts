/** Buckets with versions. Each fact is from a recording of AWS whose name says so: `…versioned…`, `test_list_objects_versions_markers`. */
import * as api from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { rawAnswer, refusal } from '../../testing.ts';
import { bucket, copy, get, put, t, upload, useBucket } from './testing.ts';

useBucket();

const set = (Status?: string, more: object = {}) =>
  t.s3.send(
    new api.PutBucketVersioningCommand({
      Bucket: bucket,
      VersioningConfiguration: { Status: Status as api.BucketVersioningStatus, ...more },
    }),
  );
const status = async () => (await t.s3.send(new api.GetBucketVersioningCommand({ Bucket: bucket }))).Status;
const text = async (Key: string, VersionId?: string) =>
  (await get(Key, VersionId === undefined ? {} : { VersionId })).Body!.transformToString();
const remove = async (Key: string, VersionId?: string, more: object = {}) => {
  const input = { Bucket: bucket, Key, ...(VersionId === undefined ? {} : { VersionId }), ...more };
  const { DeleteMarker, VersionId: version } = await t.s3.send(new api.DeleteObjectCommand(input));
  return { DeleteMarker, version };
};
const list = (more: Partial<api.ListObjectVersionsCommandInput> = {}) =>
  t.s3.send(new api.ListObjectVersionsCommand({ Bucket: bucket, ...more }));
const written = async (...bodies: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const body of bodies) ids.push((await put('a', body)).VersionId!);
  return ids;
};
const UNKNOWN = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD';

test('versioning is enabled and suspended, and nothing else', async () => {
  expect(await status()).toBeUndefined();
  await set('Suspended');
  expect(await status()).toBe('Suspended');
  await set('Enabled');
  expect(await status()).toBe('Enabled');
  for (const wrong of ['enabled', 'Disabled']) {
    expect(await refusal(set(wrong))).toMatchObject({ name: 'MalformedXML', status: 400 });
  }
  expect(await refusal(set())).toMatchObject({ name: 'IllegalVersioningConfigurationException', status: 400 });
  expect(await refusal(set('Enabled', { MFADelete: 'Enabled' }))).toMatchObject({ name: 'NotImplemented' });
  expect(await status()).toBe('Enabled');
});

describe('while versions are kept', () => {
  beforeEach(() => set('Enabled'));

  test('each write makes one, of 32 characters; each can be read, the newest without its id', async () => {
    const [one, two] = await written('one', 'two');
    expect(one).toMatch(/^[\w.]{32}$/);
    expect([await text('a'), await text('a', one), await text('a', two)]).toEqual(['two', 'one', 'two']);
    const read = await get('a');
    expect([read.VersionId, read.ETag]).toEqual([two, (await get('a', { VersionId: two })).ETag]);
    const head = await t.s3.send(new api.HeadObjectCommand({ Bucket: bucket, Key: 'a', VersionId: one }));
    expect([head.VersionId, head.ContentLength]).toEqual([one, 3]);
    const attributes = { Bucket: bucket, Key: 'a', VersionId: one, ObjectAttributes: ['ObjectSize' as const] };
    expect(await t.s3.send(new api.GetObjectAttributesCommand(attributes))).toMatchObject({ VersionId: one });
  });

  test('a reader who compares ETags is told that there is a newer one, or gets the one it means', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const IfMatch = first.ETag!;
    expect(await refusal(get('a', { IfMatch }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect((await get('a', { IfMatch, VersionId: first.VersionId! })).VersionId).toBe(first.VersionId);
  });

  test('deleting hides the key; deleting the marker brings it back', async () => {
    const [one] = await written('one');
    const hidden = await remove('a');
    expect(hidden).toMatchObject({ DeleteMarker: true });
    expect(await refusal(get('a'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await text('a', one)).toBe('one');
    expect(await refusal(get('a', { VersionId: hidden.version! }))).toEqual({
      name: 'MethodNotAllowed',
      message: 'The specified method is not allowed against this resource.',
      status: 405,
    });
    expect((await t.s3.send(new api.ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
    expect(await remove('a', hidden.version)).toEqual({ DeleteMarker: true, version: hidden.version });
    expect(await text('a')).toBe('one');
    // A key that never was is hidden just the same.
    expect(await remove('none')).toMatchObject({ DeleteMarker: true });
  });

  test('deleting a version is for good, and the one below it comes to light', async () => {
    const [one, two] = await written('one', 'two');
    expect(await remove('a', two)).toEqual({ DeleteMarker: undefined, version: two });
    expect(await text('a')).toBe('one');
    expect(await refusal(get('a', { VersionId: two! }))).toMatchObject({ name: 'NoSuchVersion', status: 404 });
    expect(await remove('a', two)).toMatchObject({ DeleteMarker: undefined });
    // AWS's answer recorded as `test_delete_object_versioned`: an id that it never gave is no id.
    for (const madeUp of [UNKNOWN, `${one!.slice(0, -4)}ABCD`, 'no-version']) {
      expect(await refusal(remove('a', madeUp))).toMatchObject({ name: 'InvalidArgument', status: 400 });
    }
    await remove('a', one);
    await t.s3.send(new api.DeleteBucketCommand({ Bucket: bucket }));
  });

  test('many are deleted at once, each as it asks', async () => {
    const [one] = await written('one');
    const all = (...Objects: api.ObjectIdentifier[]) =>
      t.s3.send(new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    const { Deleted } = await all({ Key: 'a' }, { Key: 'none' });
    expect(Deleted).toMatchObject([
      { Key: 'a', DeleteMarker: true },
      { Key: 'none', DeleteMarker: true },
    ]);
    const id = Deleted![0]!.DeleteMarkerVersionId!;
    expect((await all({ Key: 'a', VersionId: id })).Deleted).toEqual([
      { Key: 'a', VersionId: id, DeleteMarker: true, DeleteMarkerVersionId: id },
    ]);
    expect((await all({ Key: 'a', VersionId: UNKNOWN })).Errors).toMatchObject([{ Code: 'NoSuchVersion' }]);
    expect((await all({ Key: 'a', VersionId: one! })).Deleted).toEqual([{ Key: 'a', VersionId: one }]);
  });

  test('a bucket with versions, or with nothing but markers, is not empty', async () => {
    const [one] = await written('one');
    const { version } = await remove('a');
    const gone = () => t.s3.send(new api.DeleteBucketCommand({ Bucket: bucket }));
    const refused = {
      name: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      status: 409,
    };
    expect(await refusal(gone())).toEqual(refused);
    await remove('a', one);
    expect(await refusal(gone())).toEqual(refused);
    await remove('a', version);
    await gone();
  });

  test('a writer who wants to be the first is let in once the key is hidden', async () => {
    const first = () => put('a', 'x', { IfNoneMatch: '*' });
    await first();
    expect(await refusal(first())).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    await remove('a');
    await first();
    expect((await list()).Versions).toHaveLength(2);
  });

  test('copies and uploads in parts make versions, and an old one can be copied over the newest', async () => {
    const [one, two] = await written('one', 'two');
    const restored = await t.s3.send(
      new api.CopyObjectCommand({ Bucket: bucket, Key: 'a', CopySource: `${bucket}/a?versionId=${one}` }),
    );
    expect(restored.CopySourceVersionId).toBe(one);
    expect([one, two]).not.toContain(restored.VersionId);
    expect(await text('a')).toBe('one');
    expect(await refusal(copy('a', 'a'))).toMatchObject({ name: 'InvalidRequest' });
    const { part, complete } = await upload('c');
    const done = await complete([{ PartNumber: 1, ETag: (await part(1, 'x')).ETag }]);
    expect((await get('c')).VersionId).toBe(done.VersionId);
  });

  test('each has tags of its own, and a marker has none', async () => {
    const [one, two] = await written('one', 'two');
    const at = { Bucket: bucket, Key: 'a' };
    const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] };
    const tagged = await t.s3.send(new api.PutObjectTaggingCommand({ ...at, VersionId: one!, Tagging }));
    expect(tagged.VersionId).toBe(one);
    const tags = (more: object = {}) => t.s3.send(new api.GetObjectTaggingCommand({ ...at, ...more }));
    expect(await tags({ VersionId: one })).toMatchObject({ VersionId: one, TagSet: Tagging.TagSet });
    expect(await tags()).toMatchObject({ VersionId: two, TagSet: [] });
    await remove('a');
    expect(await refusal(tags())).toMatchObject({ name: 'MethodNotAllowed', status: 405 });
  });

  test('to read and to delete a version are rights of their own', async () => {
    const [one] = await written('one');
    const { iam } = t;
    const { CreateUserCommand, PutUserPolicyCommand, CreateAccessKeyCommand } = await import('@aws-sdk/client-iam');
    const UserName = `reader-of-${bucket}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const Statement = [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const reader = t.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
    const at = { Bucket: bucket, Key: 'a' };
    await reader.s3.send(new api.GetObjectCommand(at));
    const denied = { name: 'AccessDenied', status: 403 };
    expect(await refusal(reader.s3.send(new api.GetObjectCommand({ ...at, VersionId: one! })))).toMatchObject(denied);
    expect(await refusal(reader.s3.send(new api.DeleteObjectCommand({ ...at, VersionId: one! })))).toMatchObject(
      denied,
    );
    await reader.s3.send(new api.DeleteObjectCommand(at));
  });
});

describe('listing', () => {
  test('tells versions and markers, the newest first, page by page', async () => {
    await put('a', 'null');
    await set('Enabled');
    const [one] = await written('one');
    const { version: marker } = await remove('a');
    const { VersionId: other } = await put('b/1');
    const { Versions, DeleteMarkers } = await list();
    expect(Versions!.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
      ['a', one, false],
      ['a', 'null', false],
      ['b/1', other, true],
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: marker, IsLatest: true }]);

    const first = await list({ MaxKeys: 2 });
    expect([first.Versions!.length, first.DeleteMarkers!.length, first.IsTruncated]).toEqual([1, 1, true]);
    expect([first.NextKeyMarker, first.NextVersionIdMarker]).toEqual(['a', one]);
    const rest = await list({ KeyMarker: 'a', VersionIdMarker: one! });
    expect(rest.Versions!.map(({ VersionId }) => VersionId)).toEqual(['null', other]);
    expect((await list({ KeyMarker: 'a' })).Versions!.map(({ Key }) => Key)).toEqual(['b/1']);
    const folded = await list({ Delimiter: '/', KeyMarker: 'a', MaxKeys: 1 });
    expect([folded.CommonPrefixes, folded.Versions, folded.IsTruncated]).toEqual([
      [{ Prefix: 'b/' }],
      undefined,
      false,
    ]);
  });
});

test('while versions rest, writing and deleting work on the version `null` alone', async () => {
  await set('Enabled');
  const [one] = await written('one');
  await set('Suspended');
  expect((await put('a', 'two')).VersionId).toBeUndefined();
  await put('a', 'three');
  expect((await get('a')).VersionId).toBe('null');
  expect((await list()).Versions!.map(({ VersionId }) => VersionId)).toEqual(['null', one]);
  expect(await remove('a')).toEqual({ DeleteMarker: true, version: 'null' });
  expect((await list()).Versions!.map(({ VersionId }) => VersionId)).toEqual([one]);
  expect(await text('a', one)).toBe('one');
});

test('a bucket that never had versions knows no other than `null`', async () => {
  expect(await put('a')).not.toHaveProperty('VersionId');
  expect(await get('a')).not.toHaveProperty('VersionId');
  expect(await refusal(get('a', { VersionId: UNKNOWN }))).toMatchObject({ name: 'InvalidArgument', status: 400 });
  expect(await remove('a')).toEqual({ DeleteMarker: undefined, version: undefined });
});

test('where a delete marker is in the way, the headers tell of it', async () => {
  await set('Enabled');
  const [one] = await written('one');
  const { version } = await remove('a');
  // AWS's answers recorded as `test_delete_object_versioned`.
  const told = async (VersionId?: string) => {
    const command = new api.GetObjectCommand({ Bucket: bucket, Key: 'a', VersionId });
    const { status, headers } = await rawAnswer(t.s3, command);
    return [status, ...['x-amz-delete-marker', 'x-amz-version-id', 'allow'].map((name) => headers.get(name))];
  };
  expect(await told()).toEqual([404, 'true', version, null]);
  expect(await told(version)).toEqual([405, 'true', version, 'DELETE']);
  await remove('a', one);
  expect(await told(one)).toEqual([404, null, null, null]);
  // AWS's answer recorded as `test_s3_copy_object_src_not_exists`.
  expect(await refusal(copy('b', `a?versionId=${version}`))).toEqual({
    name: 'InvalidRequest',
    message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    status: 400,
  });
});
