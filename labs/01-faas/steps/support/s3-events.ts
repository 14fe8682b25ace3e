/** Events as S3 sends them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */

interface Source {
  readonly bucket: string;
  readonly key: string;
}

/** As S3 writes keys into events: like a field of an HTML form, but with slashes left alone. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function uploaded(...sources: readonly Source[]) {
  return {
    Records: sources.map(({ bucket, key }, i) => ({
      eventVersion: '2.3',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventTime: '2026-02-03T04:05:06.000Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.10' },
      responseElements: { 'x-amz-request-id': `REQUEST${i}`, 'x-amz-id-2': 'host' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'documents',
        bucket: { name: bucket, ownerIdentity: { principalId: 'A1EXAMPLE' }, arn: `arn:aws:s3:::${bucket}` },
        object: { key: encodeKey(key), size: 1024, eTag: '0123456789abcdef0123456789abcdef', sequencer: `0A${i}` },
      },
    })),
  };
}

export function testEvent(bucket: string) {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: '2026-02-03T04:05:06.000Z',
    Bucket: bucket,
    RequestId: 'REQUEST',
    HostId: 'host',
  };
}
