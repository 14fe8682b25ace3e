/** What EventBridge is told. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
import type { Call } from '../../contract.ts';
import { bucketArn } from './access.ts';
import { type Bucket, NULL } from './bucket.ts';
import type { Subject } from './notify.ts';

/** By the first part of a notification's name. */
const TYPES: Readonly<Record<string, string>> = {
  'ObjectCreated:Put': 'Object Created',
  'ObjectCreated:Copy': 'Object Created',
  'ObjectCreated:CompleteMultipartUpload': 'Object Created',
  'ObjectRemoved:Delete': 'Object Deleted',
  'ObjectRemoved:DeleteMarkerCreated': 'Object Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
  'ObjectTagging:Delete': 'Object Tags Deleted',
};

/** The operation that an event is told to come from. */
const REASONS: Readonly<Record<string, object>> = {
  'ObjectCreated:Put': { reason: 'PutObject' },
  'ObjectCreated:Copy': { reason: 'CopyObject' },
  'ObjectCreated:CompleteMultipartUpload': { reason: 'CompleteMultipartUpload' },
  'ObjectRemoved:Delete': { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
  'ObjectRemoved:DeleteMarkerCreated': { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
};

/** Keys stand here as they are, not encoded. */
export const eventOf = (
  call: Call,
  bucket: Bucket,
  event: string,
  { key, body, etag, versionId }: Subject,
  sequencer: string,
): object => {
  const created = event.startsWith('ObjectCreated:');
  return {
    source: 'aws.s3',
    'detail-type': TYPES[event],
    resources: [bucketArn(bucket.name)],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key,
        ...(created && body ? { size: body.length } : {}),
        ...(etag ? { etag } : {}),
        ...(versionId && versionId !== NULL ? { 'version-id': versionId } : {}),
        ...(event.startsWith('ObjectTagging:') ? {} : { sequencer: sequencer.toLowerCase() }),
      },
      'request-id': call.requestId,
      requester: call.principal.accountId,
      'source-ip-address': '127.0.0.1',
      ...REASONS[event],
    },
  };
};
