import * as api from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, copy, get, put, t, useBucket } from './testing.ts';

useBucket();

test('of a bucket: from its creation on, replaced as a whole, and gone', async () => {
  const Bucket = `tagged-with-tags`;
  const Tags = [{ Key: 'a', Value: '1' }];
  await t.s3.send(new api.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Tags } }));
  const tags = async () => (await t.s3.send(new api.GetBucketTaggingCommand({ Bucket }))).TagSet;
  expect(await tags()).toEqual(Tags);
  const put = new api.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'b', Value: '' }] } });
  expect((await t.s3.send(put)).$metadata.httpStatusCode).toBe(204);
  expect(await tags()).toEqual([{ Key: 'b', Value: '' }]);
  await t.s3.send(new api.DeleteBucketTaggingCommand({ Bucket }));
  expect(await refusal(tags())).toMatchObject({ name: 'NoSuchTagSet' });
});

test('of an object: with it, after it, and as its copy is told', async () => {
  await put('a', 'x', { Tagging: 'one=1&two=2%20%2B' });
  const tags = async (Key: string) =>
    (await t.s3.send(new api.GetObjectTaggingCommand({ Bucket: bucket, Key }))).TagSet;
  const both = [
    { Key: 'one', Value: '1' },
    { Key: 'two', Value: '2 +' },
  ];
  expect([await tags('a'), (await get('a')).TagCount]).toEqual([both, 2]);
  await copy('b', 'a', { Tagging: 'three=3' });
  await copy('c', 'a', { TaggingDirective: 'REPLACE', Tagging: 'three=3' });
  expect([await tags('b'), await tags('c')]).toEqual([both, [{ Key: 'three', Value: '3' }]]);
  await t.s3.send(new api.DeleteObjectTaggingCommand({ Bucket: bucket, Key: 'a' }));
  expect(await tags('a')).toEqual([]);
});
