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
const FAILED = 'At least one of the pre-conditions you specified did not hold';
const CONFLICT = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
const UNBUILT_HEADER = 'A header you provided implies functionality that is not implemented';
const XML = 'The XML you provided was not well-formed or did not validate against our published schema';
const TAGS =
  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
const ITSELF =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
const COPY_RANGE =
  'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';

const create = (Bucket: string, more: Partial<api.CreateBucketCommandInput> = {}) =>
  send(new api.CreateBucketCommand({ Bucket, ...more }));
const tagBucket = (...TagSet: api.Tag[]) =>
  send(new api.PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
const tagObject = (...TagSet: api.Tag[]) =>
  send(new api.PutObjectTaggingCommand({ Bucket: bucket, Key: 'one', Tagging: { TagSet } }));
const copyRange = async (CopySourceRange: string) => (await upload('parts')).copyPart(1, 'one', { CopySourceRange });
const policy = (Policy: string) => send(new api.PutBucketPolicyCommand({ Bucket: bucket, Policy }));
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

  // Names and values out of bounds.
  ['CreateBucket, name', () => create('No_Good'), 400, 'InvalidBucketName', 'The specified bucket is not valid.'],
  [
    'CreateBucket, region',
    () => create('elsewhere', { CreateBucketConfiguration: { LocationConstraint: 'us-east-1' as never } }),
    400,
    'InvalidLocationConstraint',
    'The specified location-constraint is not valid',
  ],
  ['PutObject, key', () => put('ü'.repeat(513)), 400, 'KeyTooLongError', 'Your key is too long'],
  [
    'PutObject, class',
    () => put('two', 'x', { StorageClass: 'OUTPOSTS' }),
    400,
    'InvalidStorageClass',
    'The storage class you specified is not valid',
  ],
  ['PutObject, tags', () => put('two', 'x', { Tagging: 'a=1&a=2' }), 400, 'InvalidArgument', TAGS],
  ['PutObject, tags again', () => put('two', 'x', { Tagging: 'a=1,b=2' }), 400, 'InvalidArgument', TAGS],
  [
    'PutObject, digest',
    () => put('two', 'x', { ContentMD5: 'MTIz' }),
    400,
    'InvalidDigest',
    'The Content-MD5 you specified was invalid.',
  ],
  [
    'PutObject, other digest',
    () => put('two', 'x', { ContentMD5: Buffer.alloc(16).toString('base64') }),
    400,
    'BadDigest',
    'The Content-MD5 you specified did not match what we received.',
  ],
  [
    'PutObject, checksum',
    () => put('two', 'x', { ChecksumSHA256: 'test' }),
    400,
    'InvalidRequest',
    'Value for x-amz-checksum-sha256 header is invalid.',
  ],
  [
    'PutObject, other checksum',
    () => put('two', 'x', { ChecksumCRC64NVME: Buffer.alloc(8).toString('base64') }),
    400,
    'BadDigest',
    'The CRC64NVME you specified did not match the calculated checksum.',
  ],
  [
    'PutObject, two checksums',
    () => put('two', 'x', { ChecksumCRC32: 'jNwWgw==', ChecksumSHA1: 'EfatjrVmY2IhNPWBMfoVEZBYvd0=' }),
    400,
    'InvalidRequest',
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  ],
  [
    'PutObject, access control list',
    () => put('two', 'x', { ACL: 'public-read' }),
    400,
    'AccessControlListNotSupported',
    'The bucket does not allow ACLs',
  ],
  [
    'PutObject, owner',
    () => put('two', 'x', { ExpectedBucketOwner: '444455556666' }),
    403,
    'AccessDenied',
    'Access Denied',
  ],
  [
    'PutObject, no owner',
    () => put('two', 'x', { ExpectedBucketOwner: 'abcd' }),
    400,
    'InvalidBucketOwnerAWSAccountID',
    'The value of the expected bucket owner parameter must be an AWS Account ID... [abcd]',
  ],
  [
    'CopyObject, source',
    () => send(new api.CopyObjectCommand({ Bucket: bucket, Key: 'two', CopySource: bucket })),
    400,
    'InvalidArgument',
    'Invalid copy source object key',
  ],
  ['UploadPartCopy, range', () => copyRange('0-8'), 400, 'InvalidArgument', COPY_RANGE],
  ['UploadPartCopy, backwards', () => copyRange('bytes=1-0'), 400, 'InvalidArgument', COPY_RANGE],
  [
    'UploadPartCopy, beyond the end',
    () => copyRange('bytes=0-100'),
    400,
    'InvalidArgument',
    'Range specified is not valid for source object of size: 10',
  ],
  [
    'UploadPartCopy, behind the end',
    () => copyRange('bytes=100-200'),
    400,
    'InvalidRequest',
    'The specified copy range is invalid for the source object size',
  ],
  [
    'UploadPart, number',
    async () => (await upload('parts')).part(10_001, 'x'),
    400,
    'InvalidArgument',
    'Part number must be an integer between 1 and 10000, inclusive',
  ],
  [
    'PutBucketPolicy',
    () => policy('text'),
    400,
    'MalformedPolicy',
    "Policies must be valid JSON and the first byte must be '{'",
  ],
  ['PutBucketPolicy, empty', () => policy('{}'), 400, 'MalformedPolicy', 'Missing required field Statement'],
  [
    'PutBucketTagging, key',
    () => tagBucket({ Key: 'a,b', Value: '1' }),
    400,
    'InvalidTag',
    'The TagKey you have provided is invalid',
  ],
  [
    'PutBucketTagging, value',
    () => tagBucket({ Key: 'a', Value: '1,2' }),
    400,
    'InvalidTag',
    'The TagValue you have provided is invalid',
  ],
  ['PutBucketTagging, no value', () => tagBucket({ Key: 'a', Value: undefined }), 400, 'MalformedXML', XML],
  [
    'PutBucketTagging, reserved',
    () => tagBucket({ Key: 'aws:a', Value: '1' }),
    400,
    'InvalidTag',
    'System tags cannot be added/updated by requester',
  ],
  [
    'PutObjectTagging, reserved',
    () => tagObject({ Key: 'aws:a', Value: '1' }),
    400,
    'InvalidTag',
    'Your TagKey cannot be prefixed with aws:',
  ],
  [
    'CreateBucket, reserved tag',
    () => create('tagged', { CreateBucketConfiguration: { Tags: [{ Key: 'aws:a', Value: '1' }] } }),
    400,
    'InvalidTag',
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
  ],
  [
    'ListObjectsV2, token',
    () => send(new api.ListObjectsV2Command({ Bucket: bucket, ContinuationToken: '' })),
    400,
    'InvalidArgument',
    'The continuation token provided is incorrect',
  ],
  [
    'ListObjects, encoding',
    () => send(new api.ListObjectsCommand({ Bucket: bucket, EncodingType: 'value' as never })),
    400,
    'InvalidArgument',
    'Invalid Encoding Method specified in Request',
  ],
  [
    'ListObjectVersions, marker',
    () => send(new api.ListObjectVersionsCommand({ Bucket: bucket, VersionIdMarker: 'null' })),
    400,
    'InvalidArgument',
    'A version-id marker cannot be specified without a key marker.',
  ],
  [
    'ListBuckets, region',
    () => send(new api.ListBucketsCommand({ BucketRegion: 'eu-east-1' })),
    400,
    'InvalidArgument',
    'Argument value eu-east-1 is not a valid AWS Region',
  ],
  [
    'Notifications, event',
    () => notify({ Events: ['s3:ObjectRead:*' as never] }),
    400,
    'InvalidArgument',
    'A specified event is not supported for notifications.',
  ],
  ['Notifications, no event', () => notify({ Events: [] }), 400, 'MalformedXML', XML],
  [
    'Notifications, rule',
    () => notify(filter('infix', 'a')),
    400,
    'InvalidArgument',
    'filter rule name must be either prefix or suffix',
  ],
  [
    'Notifications, queue',
    () => notify({}),
    400,
    'InvalidArgument',
    'Unable to validate the following destination configurations',
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
  [
    'DeleteObject, another',
    () => send(new api.DeleteObjectCommand({ Bucket: bucket, Key: 'one', IfMatch: '"other"' })),
    412,
    'PreconditionFailed',
    FAILED,
  ],
  [
    'DeleteObject, size',
    () => send(new api.DeleteObjectCommand({ Bucket: bucket, Key: 'one', IfMatchSize: 10 })),
    501,
    'NotImplemented',
    UNBUILT_HEADER,
  ],
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
      await send(new api.DeleteObjectCommand({ Bucket: bucket, Key: 'parts' }));
      return complete([{ PartNumber: 1, ETag: first.ETag }], { IfNoneMatch: '*' });
    },
    409,
    'ConditionalRequestConflict',
    CONFLICT,
  ],
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
