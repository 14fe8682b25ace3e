import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { area, eventually, refused } from './engines.ts';

const bucketOf = async (t: Bench): Promise<string> => {
  const Bucket = `engine-${t.accountId}`;
  await t.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
};
const text = async (t: Bench, Bucket: string, Key: string, Range?: string): Promise<string> =>
  (await t.s3.send(new GetObjectCommand({ Bucket, Key, Range }))).Body!.transformToString();

area('S3', (behaves) => {
  behaves('an object comes back with type, metadata and the MD5 of its bytes as ETag', async (t) => {
    const Bucket = await bucketOf(t);
    const put = { Bucket, Key: 'a.txt', Body: 'hello', ContentType: 'text/plain', Metadata: { one: 'two' } };
    await t.s3.send(new PutObjectCommand(put));
    const { ContentType, Metadata, ETag, ContentLength } = await t.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'a.txt' }),
    );
    expect({ ContentType, Metadata, ETag, ContentLength }).toEqual({
      ContentType: 'text/plain',
      Metadata: { one: 'two' },
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ContentLength: 5,
    });
  });

  behaves('keys may hold anything: blanks, plus, percent, umlauts', async (t) => {
    const Bucket = await bucketOf(t);
    const keys = ['a b+c%20.pdf', 'Größe/x&y=z?.pdf', '報告書 ①'];
    for (const Key of keys) await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    for (const Key of keys) expect(await text(t, Bucket, Key)).toBe(Key);
    const { Contents } = await t.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents!.map(({ Key }) => Key)).toEqual([...keys].sort());
  });

  behaves('lists stop at a delimiter, and go on behind a key', async (t) => {
    const Bucket = await bucketOf(t);
    for (const Key of ['a/1', 'a/2', 'b', 'c']) await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
    const { Contents, CommonPrefixes } = await t.s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect([CommonPrefixes!.map(({ Prefix }) => Prefix), Contents!.map(({ Key }) => Key)]).toEqual([
      ['a/'],
      ['b', 'c'],
    ]);
    const rest = await t.s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a/2', MaxKeys: 1 }));
    expect([rest.Contents!.map(({ Key }) => Key), rest.IsTruncated]).toEqual([['b'], true]);
  });

  behaves('a range is a part, and one beyond the end is refused', async (t) => {
    const Bucket = await bucketOf(t);
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    expect(await text(t, Bucket, 'k', 'bytes=2-4')).toBe('234');
    expect(await text(t, Bucket, 'k', 'bytes=-2')).toBe('89');
    expect(await refused(text(t, Bucket, 'k', 'bytes=20-30'))).toBe('InvalidRange 416');
  });

  behaves('what is to be written once is written once', async (t) => {
    const Bucket = await bucketOf(t);
    const put = new PutObjectCommand({ Bucket, Key: 'once', Body: '1', IfNoneMatch: '*' });
    await t.s3.send(put);
    expect(await refused(t.s3.send(put))).toBe('PreconditionFailed 412');
  });

  behaves('what is not there is named as such', async (t) => {
    const Bucket = await bucketOf(t);
    expect(await refused(text(t, Bucket, 'nothing'))).toBe('NoSuchKey 404');
    expect(await refused(text(t, `${Bucket}-other`, 'nothing'))).toBe('NoSuchBucket 404');
    expect(await refused(t.s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' })))).toBe('NotFound 404');
  });

  behaves('a bucket that is not empty stays', async (t) => {
    const Bucket = await bucketOf(t);
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }));
    expect(await refused(t.s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
  });

  behaves('parts become one object, whose ETag counts them', async (t) => {
    const at = { Bucket: await bucketOf(t), Key: 'parts' };
    const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand(at));
    const bodies = ['a'.repeat(5 * 1024 * 1024), 'end'];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await t.s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
      Parts.push({ ETag, PartNumber });
    }
    const done = await t.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    expect(done.ETag).toMatch(/-2"$/);
    expect((await text(t, at.Bucket, at.Key)).length).toBe(5 * 1024 * 1024 + 3);
  });

  behaves('an upload is told to a queue', async (t) => {
    const record = await told(t, 'in/b+ü.pdf');
    expect([record.eventSource, record.eventName, record.s3.object.size]).toEqual(['aws:s3', 'ObjectCreated:Put', 5]);
    expect(record.s3.object.key).toBe('in/b%2B%C3%BC.pdf');
  });

  behaves(
    'a blank in a key is told as a plus, as in a form',
    async (t) => expect((await told(t, 'a b.pdf')).s3.object.key).toBe('a+b.pdf'),
    { localstack: 'writes a blank in an event’s key as `%20`' },
  );
});

interface Record {
  readonly eventSource: string;
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string; readonly size: number } };
}

/** What a queue is told when five bytes are uploaded under a key. */
async function told(t: Bench, Key: string): Promise<Record> {
  const Bucket = await bucketOf(t);
  const { QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'uploads' }));
  const { Attributes } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const QueueArn = Attributes!.QueueArn!;
  const may = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...may, Resource: QueueArn }] });
  await t.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await t.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
  await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: '12345' }));
  return await eventually(t, async () => {
    const { Messages = [] } = await t.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body }) => JSON.parse(Body!).Records?.[0] as Record | undefined).find(Boolean);
  });
}
