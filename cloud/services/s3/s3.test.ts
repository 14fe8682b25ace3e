import * as api from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, copy, get, put, t, useBucket } from './testing.ts';

let count = 0;

useBucket();

const text = async (Key: string, more: Partial<api.GetObjectCommandInput> = {}) =>
  (await get(Key, more)).Body!.transformToString();

describe('objects', () => {
  test.each(['a b+c.txt', '100%.txt', 'ü/ß/報告.txt', "q'(1)!*~.txt", 'a//b', 'trailing/'])(
    'keep their key: %s',
    async (key) => {
      await put(key, `of ${key}`);
      expect(await text(key)).toBe(`of ${key}`);
      const { Contents } = await t.s3.send(new api.ListObjectsV2Command({ Bucket: bucket }));
      expect(Contents!.map(({ Key }) => Key)).toEqual([key]);
    },
  );

  test('keep headers and user metadata', async () => {
    await put('a', 'body', {
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { one: '1', 'two-three': 'x y' },
    });
    const head = await t.s3.send(new api.HeadObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(head).toMatchObject({
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      ContentLength: 4,
      Metadata: { one: '1', 'two-three': 'x y' },
    });
    expect(head.ETag).toBe('"841a2d689ad86bd1611447453c22c6fc"');
  });

  test('are read in ranges', async () => {
    await put('a', '0123456789');
    const part = await get('a', { Range: 'bytes=2-4' });
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(part.ContentRange).toBe('bytes 2-4/10');
    expect(await part.Body!.transformToString()).toBe('234');
    expect(await text('a', { Range: 'bytes=-3' })).toBe('789');
    expect(await refusal(get('a', { Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange', status: 416 });
  });

  test('that are missing are told apart: key and bucket', async () => {
    expect(await refusal(get('none'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await refusal(t.s3.send(new api.GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' })))).toMatchObject({
      name: 'NoSuchBucket',
    });
    expect(await refusal(t.s3.send(new api.HeadObjectCommand({ Bucket: bucket, Key: 'none' })))).toMatchObject({
      name: 'NotFound',
      status: 404,
    });
  });

  test('written under a condition', async () => {
    const { ETag } = await put('a', 'first', { IfNoneMatch: '*' });
    expect(await refusal(put('a', 'second', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    await put('a', 'third', { IfMatch: ETag });
    expect(await refusal(put('a', 'fourth', { IfMatch: ETag }))).toMatchObject({ name: 'PreconditionFailed' });
    expect(await refusal(put('b', 'x', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey' });
    expect(await text('a')).toBe('third');
  });

  test('of writers who all want to be the first one is, however long they are under way; nobody is told of a conflict', async () => {
    const latency = (id: string, nth: number, ms: number) =>
      t.cloud.core.faults.add({
        id,
        service: 's3',
        operation: 'PutObject',
        resource: `${bucket}/first`,
        nth,
        effect: { kind: 'latency', ms },
      });
    latency('slow', 1, 5000);
    latency('quick', 2, 1000);
    const writers = ['1', '2', '3'].map((body) => put('first', body, { IfNoneMatch: '*' }));
    const ends = await Promise.all(
      writers.map((call) =>
        call.then(
          () => 200,
          ({ name }: Error) => name,
        ),
      ),
    );
    for (const id of ['slow', 'quick']) t.cloud.core.faults.remove(id);
    expect(ends.toSorted()).toEqual([200, 'PreconditionFailed', 'PreconditionFailed']);
    expect(await text('first')).toBe(String(ends.indexOf(200) + 1));
  });

  test('read under a condition', async () => {
    const { ETag } = await put('a');
    expect((await refusal(get('a', { IfNoneMatch: ETag }))).status).toBe(304);
    expect(await refusal(get('a', { IfMatch: '"other"' }))).toMatchObject({ name: 'PreconditionFailed' });
  });

  test('with a checksum that does not fit are refused', async () => {
    expect(await refusal(put('a', 'body', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }))).toMatchObject({
      name: 'BadDigest',
      status: 400,
    });
    await put('a', 'body', { ChecksumAlgorithm: 'CRC64NVME' });
    // AWS's answer recorded as `test_s3_get_object_checksum`: however it is spelled.
    for (const ChecksumMode of ['ENABLED', 'enabled'] as api.ChecksumMode[]) {
      expect((await get('a', { ChecksumMode })).ChecksumCRC64NVME).toBeDefined();
    }
  });

  test('are copied, with or without their metadata', async () => {
    await put('a b', 'body', { Metadata: { one: '1' } });
    await copy('c', 'a b');
    await copy('d', 'a b', { MetadataDirective: 'REPLACE', Metadata: { two: '2' } });
    expect((await get('c')).Metadata).toEqual({ one: '1' });
    expect((await get('d')).Metadata).toEqual({ two: '2' });
    expect(await refusal(copy('a b', 'a b'))).toMatchObject({ name: 'InvalidRequest' });
  });

  test('are deleted, one by one and together; deleting what is not there succeeds', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => put(key)));
    await t.s3.send(new api.DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    const { Deleted } = await t.s3.send(
      new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'none' }] } }),
    );
    expect(Deleted!.map(({ Key }) => Key)).toEqual(['b', 'none']);
    expect(await refusal(t.s3.send(new api.DeleteBucketCommand({ Bucket: bucket })))).toMatchObject({
      name: 'BucketNotEmpty',
      status: 409,
    });
  });

  test('come by presigned URLs, until these end', async () => {
    const url = await getSignedUrl(t.s3, new api.PutObjectCommand({ Bucket: bucket, Key: 'a b' }), { expiresIn: 60 });
    expect((await fetch(url, { method: 'PUT', body: 'presigned' })).status).toBe(200);
    const read = await getSignedUrl(t.s3, new api.GetObjectCommand({ Bucket: bucket, Key: 'a b' }), { expiresIn: 60 });
    expect(await (await fetch(read)).text()).toBe('presigned');
    expect((await fetch(read.replace('a%20b', 'other'))).status).toBe(403);
    await t.cloud.clock.advance(3_600_000);
    const ended = await fetch(read);
    expect(ended.status).toBe(403);
    expect(await ended.text()).toContain('<Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>');
  });
});

describe('multipart uploads', () => {
  const part = (UploadId: string, PartNumber: number, Body: Buffer) =>
    t.s3.send(new api.UploadPartCommand({ Bucket: bucket, Key: 'big', UploadId, PartNumber, Body }));
  const begin = async () =>
    (await t.s3.send(new api.CreateMultipartUploadCommand({ Bucket: bucket, Key: 'big' }))).UploadId!;
  const complete = (UploadId: string, Parts: api.CompletedPart[]) =>
    t.s3.send(
      new api.CompleteMultipartUploadCommand({ Bucket: bucket, Key: 'big', UploadId, MultipartUpload: { Parts } }),
    );

  test('are put together in order of their numbers', async () => {
    const id = await begin();
    const second = await part(id, 2, Buffer.from('end'));
    const first = await part(id, 1, Buffer.alloc(5 * 1024 * 1024, 'a'));
    expect(
      await refusal(
        complete(id, [
          { PartNumber: 2, ETag: second.ETag },
          { PartNumber: 1, ETag: first.ETag },
        ]),
      ),
    ).toMatchObject({ name: 'InvalidPartOrder' });
    const { ETag } = await complete(id, [
      { PartNumber: 1, ETag: first.ETag },
      { PartNumber: 2, ETag: second.ETag },
    ]);
    expect(ETag).toMatch(/-2"$/);
    expect((await get('big')).ContentLength).toBe(5 * 1024 * 1024 + 3);
    expect(await refusal(part(id, 3, Buffer.from('x')))).toMatchObject({ name: 'NoSuchUpload' });
  });

  test('refuse parts that are too small, unknown or aborted', async () => {
    const id = await begin();
    const parts = [await part(id, 1, Buffer.from('a')), await part(id, 2, Buffer.from('b'))];
    expect(
      await refusal(
        complete(
          id,
          parts.map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 })),
        ),
      ),
    ).toMatchObject({ name: 'EntityTooSmall' });
    expect(await refusal(complete(id, [{ PartNumber: 7, ETag: '"x"' }]))).toMatchObject({ name: 'InvalidPart' });
    await t.s3.send(new api.AbortMultipartUploadCommand({ Bucket: bucket, Key: 'big', UploadId: id }));
    expect(await refusal(complete(id, [{ PartNumber: 1, ETag: parts[0]!.ETag }]))).toMatchObject({
      name: 'NoSuchUpload',
    });
  });
});

describe('notifications', () => {
  const configure = (QueueArn: string, more: object = {}) =>
    t.s3.send(
      new api.PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'], ...more }] },
      }),
    );
  const receive = async (QueueUrl: string) => {
    await t.cloud.clock.advance(0);
    const { Messages = [] } = await t.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(
      ({ Body }) =>
        JSON.parse(Body!) as { Event?: string; Records?: { eventName: string; s3: { object: { key: string } } }[] },
    );
  };
  const queue = async (admit: boolean) => {
    const name = `queue-${++count}`;
    const arn = `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
    ];
    const { QueueUrl } = await t.sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        ...(admit ? { Attributes: { Policy: JSON.stringify({ Statement }) } } : {}),
      }),
    );
    return { arn, url: QueueUrl! };
  };

  test('go to a queue that admits them, with a test event first and keys encoded as forms are', async () => {
    const { arn, url } = await queue(true);
    await configure(arn, { Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.pdf' }] } } });
    expect((await receive(url)).map(({ Event }) => Event)).toEqual(['s3:TestEvent']);
    await put('a b+ü.pdf');
    await put('other.txt');
    const events = (await receive(url)).flatMap(({ Records = [] }) => Records);
    expect(events.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual([
      ['ObjectCreated:Put', 'a+b%2B%C3%BC.pdf'],
    ]);
  });

  test('are refused where the queue does not admit them', async () => {
    expect(await refusal(configure((await queue(false)).arn))).toMatchObject({ name: 'InvalidArgument', status: 400 });
  });

  test('may come twice: a fault shows it', async () => {
    const { arn, url } = await queue(true);
    await configure(arn);
    await receive(url);
    t.cloud.core.faults.add({
      id: 'twice',
      service: 's3',
      operation: 'Notify',
      resource: `${bucket}/*`,
      effect: { kind: 'duplicate-delivery' },
    });
    await put('a');
    t.cloud.core.faults.remove('twice');
    expect(await receive(url)).toHaveLength(2);
  });
});

test('an operation that is not built says so and names itself', async () => {
  const refused = await refusal(
    t.s3.send(
      new api.PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules: [] } }),
    ),
  );
  expect(refused).toMatchObject({ name: 'NotImplemented', status: 501 });
  expect(refused.message).toContain('PutBucketLifecycleConfiguration');
});

test('buckets: names, owners, and creating one twice', async () => {
  const create = (Bucket: string, client = t.s3) => client.send(new api.CreateBucketCommand({ Bucket }));
  expect(await refusal(create('No_Good'))).toMatchObject({ name: 'InvalidBucketName' });
  await create(bucket);
  const other = t.as(t.cloud.identity.rootCredentials('444455556666'));
  expect(await refusal(create(bucket, other.s3))).toMatchObject({ name: 'BucketAlreadyExists', status: 409 });
  expect(await refusal(other.s3.send(new api.ListObjectsV2Command({ Bucket: bucket })))).toMatchObject({
    name: 'AccessDenied',
    status: 403,
  });
});
