/** What a client says about an object that it writes: headers, storage class, and what of it is not built. */
import { isUtf8 } from 'node:buffer';
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Handlers, type Operation } from '../../contract.ts';
import type { ObjectHeaders, Store } from './store.ts';
import { assertVersionId } from './versions.ts';

/** Bytes. */
const MOST_METADATA = 2048;

/** Throws `MetadataTooLarge`. */
export function headersOf(input: ObjectHeaders): ObjectHeaders {
  assertMetadata(input.Metadata);
  return {
    ContentType: input.ContentType,
    ContentEncoding: input.ContentEncoding,
    ContentDisposition: input.ContentDisposition,
    ContentLanguage: input.ContentLanguage,
    CacheControl: input.CacheControl,
    Expires: input.Expires,
    Metadata: input.Metadata,
  };
}

/** Keys and values together, in UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function assertMetadata(metadata: ObjectHeaders['Metadata'] = {}): void {
  const size = Object.entries(metadata)
    .flat()
    .map(bytesOf)
    .reduce((sum, bytes) => sum + bytes, 0);
  if (size <= MOST_METADATA) return;
  throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
    Size: size,
    MaxSizeAllowed: MOST_METADATA,
  });
}

/** Node reads each byte of a header as a character of Latin-1, whether the client has written that or UTF-8. */
const bytesOf = (text: string): number => (isUtf8(Buffer.from(text, 'latin1')) ? text.length : Buffer.byteLength(text));

const CLASSES: readonly string[] = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'REDUCED_REDUNDANCY',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

/** A class changes nothing but what is told of an object, and that one out of an archive is not read. Throws `InvalidStorageClass`. */
export function storageClassOf(wanted: s3.StorageClass | undefined): s3.StorageClass {
  if (wanted === undefined || CLASSES.includes(wanted)) return wanted ?? 'STANDARD';
  throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
    StorageClassRequested: wanted,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: archived objects have to be restored first, which is not built. */
export const isArchived = (storageClass: s3.StorageClass): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** Every object of AWS is encrypted, and its answers say how. Nothing is here. */
export const ENCRYPTED = { ServerSideEncryption: 'AES256' } as const;

const UNBUILT = [
  'SSECustomerAlgorithm',
  'CopySourceSSECustomerAlgorithm',
  'SSEKMSKeyId',
  'SSEKMSEncryptionContext',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  'ObjectLockEnabledForBucket',
  'WebsiteRedirectLocation',
];

/**
 * Looks at what every operation takes: whose bucket the client expects, which version it means, who else is to have
 * rights to an object, and what is not built, which is refused and not passed over.
 */
export function guarded(store: Store, handlers: Handlers): Handlers {
  const guard =
    (operation: Operation<never, unknown>): Operation<never, unknown> =>
    (input: Readonly<Record<string, unknown>>, call) => {
      assertBuilt(input, call.operation);
      assertOwner(store, input.Bucket, input.ExpectedBucketOwner);
      const source = typeof input.CopySource === 'string' ? input.CopySource.replace(/^\//, '').split('/')[0] : '';
      assertOwner(store, source, input.ExpectedSourceBucketOwner);
      assertNoRights(input, call.operation);
      if (typeof input.VersionId === 'string') {
        assertVersionId(store.buckets.get(String(input.Bucket)), input.VersionId);
      }
      return operation(input as never, call);
    };
  return Object.fromEntries(Object.entries(handlers).map(([name, operation]) => [name, guard(operation)]));
}

function assertBuilt(input: Readonly<Record<string, unknown>>, operation: string): void {
  const unbuilt = UNBUILT.find((name) => input[name]);
  const { ServerSideEncryption: encryption } = input;
  const what = unbuilt ?? (encryption && encryption !== 'AES256' ? 'ServerSideEncryption' : undefined);
  if (!what) return;
  throw new AwsError('NotImplemented', `s3:${operation} with ${what} is not built in this cloud.`, 501);
}

/** Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
function assertOwner(store: Store, bucket: unknown, expected: unknown): void {
  if (typeof expected !== 'string') return;
  if (!/^\d{12}$/.test(expected)) {
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
      400,
    );
  }
  const owner = store.buckets.get(String(bucket))?.accountId;
  if (owner !== undefined && owner !== expected) throw new AwsError('AccessDenied', 'Access Denied', 403);
}

/**
 * Buckets of today have no access control lists, and refuse who sets one but in favour of the bucket's owner.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
function assertNoRights(input: Readonly<Record<string, unknown>>, operation: string): void {
  const { ACL: acl, ObjectOwnership: ownership } = input;
  const granted = Object.keys(input).some((name) => name.startsWith('Grant'));
  if (operation === 'CreateBucket') {
    if (ownership && ownership !== 'BucketOwnerEnforced') {
      throw new AwsError('NotImplemented', `s3:CreateBucket with ${ownership} is not built in this cloud.`, 501);
    }
    if (!granted && (acl === undefined || acl === 'private')) return;
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      400,
    );
  }
  if (!granted && (acl === undefined || acl === 'bucket-owner-full-control')) return;
  throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
}
