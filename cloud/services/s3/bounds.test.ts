import * as api from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, copy, put, t, upload, useBucket } from './testing.ts';

useBucket();

const send = (command: unknown): Promise<unknown> => t.s3.send(command as never);
const XML = 'The XML you provided was not well-formed or did not validate against our published schema';
const TAGS =
  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
const METADATA = 'Your metadata headers exceed the maximum allowed metadata size';
/** One byte more than may be. */
const BIG = { one: '1'.repeat(1000), two: '2'.repeat(1043) };
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
/** What AWS answers, most of it on record, to names and values that are out of bounds. The bucket holds an object `one` of ten bytes, and nothing else. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, number, string, string])[] = [
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
  ['PutObject, metadata', () => put('two', 'x', { Metadata: BIG }), 400, 'MetadataTooLarge', METADATA],
  ['CreateMultipartUpload, metadata', () => upload('two', { Metadata: BIG }), 400, 'MetadataTooLarge', METADATA],
  [
    'CopyObject, metadata',
    () => copy('two', 'one', { MetadataDirective: 'REPLACE', Metadata: BIG }),
    400,
    'MetadataTooLarge',
    METADATA,
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
  [
    'DeleteObject, a lock to pass over',
    () => t.s3.send(new api.DeleteObjectCommand({ Bucket: bucket, Key: 'one', BypassGovernanceRetention: false })),
    400,
    'InvalidArgument',
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
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
];

test.each(REFUSALS)('refused: %s', async (_, call, status, name, message) => {
  await put('one', '0123456789');
  expect(await refusal(call())).toEqual({ name, message, status });
});
