import * as api from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { bucket, get, put, t, useBucket } from './testing.ts';

useBucket();

describe('listing', () => {
  test('pages, prefixes and folders', async () => {
    for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'z']) await put(key);
    const list = (more: Partial<api.ListObjectsV2CommandInput>) =>
      t.s3.send(new api.ListObjectsV2Command({ Bucket: bucket, ...more }));
    const folded = await list({ Delimiter: '/' });
    expect(folded.Contents!.map(({ Key }) => Key)).toEqual(['a', 'd', 'z']);
    expect(folded.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect((await list({ Prefix: 'b/', Delimiter: '/' })).CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
    const seen: string[] = [];
    for (let token: string | undefined, more = true; more; ) {
      const page: api.ListObjectsV2CommandOutput = await list({ MaxKeys: 2, ContinuationToken: token });
      seen.push(...page.Contents!.map(({ Key }) => Key!));
      token = page.NextContinuationToken;
      more = Boolean(page.IsTruncated);
    }
    expect(seen).toEqual(['a', 'b/1', 'b/2', 'b/c/3', 'd', 'z']);
    const after = await list({ StartAfter: 'b/c/3', MaxKeys: 1 });
    expect([after.Contents!.map(({ Key }) => Key), after.StartAfter]).toEqual([['d'], 'b/c/3']);
    // AWS's answer recorded as `test_list_objects_v2_continuation_start_after`: the token alone says where a page goes on.
    const next = await list({ StartAfter: 'b/c/3', ContinuationToken: after.NextContinuationToken });
    expect([next.Contents!.map(({ Key }) => Key), next.StartAfter]).toEqual([['z'], undefined]);
  });
});

describe('listing, in its older forms and of buckets', () => {
  test('a marker, and the next one only with a delimiter', async () => {
    for (const key of ['a', 'b', 'c/1']) await put(key);
    const list = (more: Partial<api.ListObjectsCommandInput>) =>
      t.s3.send(new api.ListObjectsCommand({ Bucket: bucket, ...more }));
    expect((await list({ MaxKeys: 1 })).NextMarker).toBeUndefined();
    expect((await list({ MaxKeys: 1, Delimiter: '/' })).NextMarker).toBe('a');
    const rest = await list({ Marker: 'a', Delimiter: '/' });
    expect([rest.Contents!.map(({ Key }) => Key), rest.CommonPrefixes]).toEqual([['b'], [{ Prefix: 'c/' }]]);
    expect(rest.Contents![0]).toMatchObject({ ChecksumAlgorithm: ['CRC32'], ChecksumType: 'FULL_OBJECT' });
  });

  test('without versions each object is its only one', async () => {
    await put('a');
    const { Versions } = await t.s3.send(new api.ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions!.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([['a', 'null', true]]);
    expect((await t.s3.send(new api.GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBeUndefined();
    expect((await get('a', { VersionId: 'null' })).ContentLength).toBe(1);
    const Objects = [
      { Key: 'a', VersionId: 'null' },
      { Key: 'a', VersionId: 'other' },
    ];
    const { Deleted, Errors } = await t.s3.send(new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: 'a', VersionId: 'null' }]);
    expect(Errors![0]).toMatchObject({ Code: 'NoSuchVersion', Message: 'The specified version does not exist.' });
  });

  test('buckets by prefix and region, page by page', async () => {
    for (const name of ['listed-a', 'listed-b']) await t.s3.send(new api.CreateBucketCommand({ Bucket: name }));
    const LocationConstraint = 'eu-west-1';
    await t.s3.send(
      new api.CreateBucketCommand({ Bucket: 'listed-c', CreateBucketConfiguration: { LocationConstraint } }),
    );
    const list = async (more: api.ListBucketsCommandInput) => {
      const { Buckets, ContinuationToken } = await t.s3.send(
        new api.ListBucketsCommand({ Prefix: 'listed-', ...more }),
      );
      return { names: Buckets!.map(({ Name }) => Name), ContinuationToken };
    };
    const first = await list({ MaxBuckets: 2 });
    expect(first.names).toEqual(['listed-a', 'listed-b']);
    expect((await list({ ContinuationToken: first.ContinuationToken })).names).toEqual(['listed-c']);
    expect((await list({ BucketRegion: 'eu-west-1' })).names).toEqual(['listed-c']);
  });
});
