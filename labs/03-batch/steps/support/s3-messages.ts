/** Messages as S3 sends them to a queue: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */

/** A version of a document that has arrived, or is gone again. */
export interface Told {
  readonly key: string;
  readonly eTag: string;
  /** `ObjectCreated:Put` unless told. */
  readonly event?: string;
}

export function told(bucket: string, ...versions: readonly Told[]): string {
  return JSON.stringify({
    Records: versions.map(({ key, eTag, event = 'ObjectCreated:Put' }, i) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventTime: '2026-02-03T04:05:06.000Z',
      eventName: event,
      userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.10' },
      responseElements: { 'x-amz-request-id': `REQUEST${i}`, 'x-amz-id-2': 'host' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'documents',
        bucket: { name: bucket, ownerIdentity: { principalId: 'A1EXAMPLE' }, arn: `arn:aws:s3:::${bucket}` },
        object: {
          key: encodeKey(key),
          ...(event.startsWith('ObjectCreated') ? { size: 1024, eTag } : {}),
          sequencer: `0055AED6DCD9028${i}`,
        },
      },
    })),
  });
}

/** Keys are encoded as a form's fields are, slashes left alone. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export const testEvent = (bucket: string): string =>
  JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: '2026-02-03T04:05:06.000Z',
    Bucket: bucket,
    RequestId: 'REQUEST',
    HostId: 'host',
  });
