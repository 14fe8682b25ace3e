import * as api from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, copy, get, put, t, upload, useBucket } from './testing.ts';

useBucket();

const send = (command: unknown): Promise<unknown> => t.s3.send(command as never);
const NO_KEY = 'The specified key does not exist.';
const NO_BUCKET = 'The specified bucket does not exist';
const NO_UPLOAD =
  'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
const NO_PART =
  "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
const XML = 'The XML you provided was not well-formed or did not validate against our published schema';
const ITSELF =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
const create = (Bucket: string, more: Partial<api.CreateBucketCommandInput> = {}) =>
  send(new api.CreateBucketCommand({ Bucket, ...more }));
const tagBucket = (...TagSet: api.Tag[]) =>
  send(new api.PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
const tagObject = (...TagSet: api.Tag[]) =>
  send(new api.PutObjectTaggingCommand({ Bucket: bucket, Key: 'one', Tagging: { TagSet } }));
const notify = (...QueueConfigurations: Partial<api.QueueConfiguration>[]) =>
  send(
    new api.PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: QueueConfigurations.map((one) => ({
          QueueArn: `arn:aws:sqs:us-east-1:${t.accountId}:q`,
          Events: ['s3:ObjectCreated:*'],
          ...one,
        })),
      },
    }),
  );
const filter = (Name: string, Value: string) => ({
  Filter: { Key: { FilterRules: [{ Name: Name as api.FilterRuleName, Value }] } },
});
const many = (length: number) => Array.from({ length }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));

/** What AWS answers, most of it on record. The bucket holds an object `one` of ten bytes, and nothing else. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, number, string, string])[] = [
  // What is not there.
  ['GetObject', () => get('none'), 404, 'NoSuchKey', NO_KEY],
  ['GetObject, bucket', () => get('one', { Bucket: 'no-such-bucket' }), 404, 'NoSuchBucket', NO_BUCKET],
  ['PutObject, bucket', () => put('one', 'x', { Bucket: 'no-such-bucket' }), 404, 'NoSuchBucket', NO_BUCKET],
  [
    'DeleteBucket',
    () => send(new api.DeleteBucketCommand({ Bucket: 'no-such-bucket' })),
    404,
    'NoSuchBucket',
    NO_BUCKET,
  ],
  [
    'ListObjectsV2',
    () => send(new api.ListObjectsV2Command({ Bucket: 'no-such-bucket' })),
    404,
    'NoSuchBucket',
    NO_BUCKET,
  ],
  [
    'HeadObject',
    () => send(new api.HeadObjectCommand({ Bucket: bucket, Key: 'none' })),
    404,
    'NotFound',
    'UnknownError',
  ],
  ['HeadBucket', () => send(new api.HeadBucketCommand({ Bucket: 'no-such-bucket' })), 404, 'NotFound', 'UnknownError'],
  ['CopyObject', () => copy('two', 'none'), 404, 'NoSuchKey', NO_KEY],
  [
    'GetObjectTagging',
    () => send(new api.GetObjectTaggingCommand({ Bucket: bucket, Key: 'none' })),
    404,
    'NoSuchKey',
    NO_KEY,
  ],
  [
    'GetBucketTagging',
    () => send(new api.GetBucketTaggingCommand({ Bucket: bucket })),
    404,
    'NoSuchTagSet',
    'The TagSet does not exist',
  ],
  [
    'GetBucketPolicy',
    () => send(new api.GetBucketPolicyCommand({ Bucket: bucket })),
    404,
    'NoSuchBucketPolicy',
    'The bucket policy does not exist',
  ],
  [
    'AbortMultipartUpload',
    () => send(new api.AbortMultipartUploadCommand({ Bucket: bucket, Key: 'one', UploadId: 'none' })),
    404,
    'NoSuchUpload',
    NO_UPLOAD,
  ],
  [
    'GetObject, part',
    () => get('one', { PartNumber: 2 }),
    416,
    'InvalidPartNumber',
    'The requested partnumber is not satisfiable',
  ],
  [
    'GetObject, range',
    () => get('one', { Range: 'bytes=100-200' }),
    416,
    'InvalidRange',
    'The requested range is not satisfiable',
  ],
  ['GetObject, version', () => get('one', { VersionId: 'v1' }), 400, 'InvalidArgument', 'Invalid version id specified'],
  [
    'CompleteMultipartUpload, part',
    async () => {
      const { part, complete } = await upload('parts');
      await part(1, 'x');
      return complete([{ PartNumber: 2, ETag: 'x' }]);
    },
    400,
    'InvalidPart',
    NO_PART,
  ],

  // Twice, and conflicts.
  [
    'CreateBucket, another’s',
    () =>
      t.as(t.cloud.identity.rootCredentials('444455556666')).s3.send(new api.CreateBucketCommand({ Bucket: bucket })),
    409,
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  ],
  [
    'CreateBucket, own, with tags',
    () => create(bucket, { CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: '1' }] } }),
    409,
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
  ],
  [
    'DeleteBucket, objects',
    () => send(new api.DeleteBucketCommand({ Bucket: bucket })),
    409,
    'BucketNotEmpty',
    'The bucket you tried to delete is not empty',
  ],
  [
    'PutBucketTagging, twice',
    () => tagBucket({ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }),
    400,
    'InvalidTag',
    'Cannot provide multiple Tags with the same key',
  ],
  ['CopyObject, itself', () => copy('one', 'one'), 400, 'InvalidRequest', ITSELF],
  [
    'Notifications, overlapping',
    () => notify({}, { Events: ['s3:ObjectCreated:Put'] }),
    400,
    'InvalidArgument',
    'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
  ],
  [
    'Notifications, ambiguous',
    () => notify(filter('prefix', 'in/'), filter('suffix', '.pdf')),
    400,
    'InvalidArgument',
    'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
  ],

  // Limits.
  [
    'PutObjectTagging, eleven',
    () => tagObject(...many(11)),
    400,
    'BadRequest',
    'Object tags cannot be greater than 10',
  ],
  [
    'PutBucketTagging, 51',
    () => tagBucket(...many(51)),
    400,
    'BadRequest',
    'Bucket tag count cannot be greater than 50',
  ],
  [
    'DeleteObjects, 1001',
    () => send(new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: many(1001) } })),
    400,
    'MalformedXML',
    XML,
  ],
  [
    'CompleteMultipartUpload, no part',
    async () => (await upload('parts')).complete([]),
    400,
    'InvalidRequest',
    'You must specify at least one part',
  ],
  [
    'CompleteMultipartUpload, small part',
    async () => {
      const { part, complete } = await upload('parts');
      const parts = [await part(1, 'a'), await part(2, 'b')];
      return complete(parts.map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 })));
    },
    400,
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
  ],
  [
    'GetObject, archived',
    async () => {
      await put('cold', 'x', { StorageClass: 'GLACIER' });
      return get('cold');
    },
    403,
    'InvalidObjectState',
    "The operation is not valid for the object's storage class",
  ],

  // What is not built is said so.
  [
    'PutObject, key of the client',
    () => put('two', 'x', { ServerSideEncryption: 'aws:kms' }),
    501,
    'NotImplemented',
    's3:PutObject with ServerSideEncryption is not built in this cloud.',
  ],
  [
    'CreateBucket, locks',
    () => create('locked', { ObjectLockEnabledForBucket: true }),
    501,
    'NotImplemented',
    's3:CreateBucket with ObjectLockEnabledForBucket is not built in this cloud.',
  ],
];

test.each(REFUSALS)('refused: %s', async (_, call, status, name, message) => {
  await put('one', '0123456789');
  expect(await refusal(call())).toEqual({ name, message, status });
});
