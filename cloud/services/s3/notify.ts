/**
 * Event notifications to Lambda, SQS, SNS and EventBridge, at least once.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
import type { Call, Core } from '../../contract.ts';
import { bucketArn } from './access.ts';
import { type Bucket, NULL } from './bucket.ts';
import { eventOf } from './event.ts';
import { destinations, matchesFilter, SUBJECT } from './notification-configuration.ts';
import type { StoredObject } from './store.ts';

/** An object, or what is left of one that was deleted. */
export type Subject = Pick<StoredObject, 'key'> & Partial<Pick<StoredObject, 'body' | 'etag' | 'versionId'>>;

/** Tells a bucket's destinations that something happened to an object. Returns at once; delivery follows by itself. */
export type Notifier = (call: Call, bucket: Bucket, event: string, subject: Subject) => void;

export function createNotifier(core: Core): Notifier {
  let sequence = 0;
  return (call, bucket, event, subject) => {
    const sequencer = (++sequence).toString(16).toUpperCase().padStart(18, '0');
    const send = (arn: string, payload: object) => {
      const twice = core.faults
        .match({
          accountId: bucket.accountId,
          service: 's3',
          operation: 'Notify',
          resource: `${bucket.name}/${subject.key}`,
        })
        .some(({ effect }) => effect.kind === 'duplicate-delivery');
      for (let times = twice ? 2 : 1; times > 0; times--) void deliver(core, call, bucket, arn, payload);
    };
    for (const destination of destinations(bucket.notifications)) {
      if (!matchesFilter(destination, event, subject.key)) continue;
      send(destination.arn, { Records: [recordOf(call, bucket, event, subject, destination.id, sequencer)] });
    }
    if (bucket.notifications.EventBridgeConfiguration) {
      const bus = `arn:aws:events:${core.region}:${bucket.accountId}:event-bus/default`;
      send(bus, eventOf(call, bucket, event, subject, sequencer));
    }
  };
}

async function deliver(core: Core, call: Call, bucket: Bucket, arn: string, payload: object): Promise<void> {
  const cause = core.trace.add({
    kind: 'hop',
    accountId: bucket.accountId,
    service: 's3',
    operation: 'Notify',
    resource: arn,
    cause: call.traceId,
  });
  const done = core.clock.busy('a notification of S3');
  try {
    await core.targets.get(arn).deliver(arn, {
      payload: JSON.stringify(payload),
      subject: SUBJECT,
      from: 's3.amazonaws.com',
      sourceArn: bucketArn(bucket.name),
      sourceAccount: bucket.accountId,
      cause,
    });
  } catch (error) {
    // A destination that is gone or no longer permits this: AWS drops the event, and tells nobody.
    core.trace.amend(cause, { error: error instanceof Error ? error.name : String(error) });
  } finally {
    done();
  }
}

/** Keys are encoded as a form's fields are, slashes left alone. */
export const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function recordOf(
  call: Call,
  bucket: Bucket,
  event: string,
  { key, body, etag, versionId }: Subject,
  configurationId: string,
  sequencer: string,
): object {
  const tagged = event.startsWith('ObjectTagging:');
  return {
    eventVersion: tagged ? '2.3' : '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(call.core.clock.now()).toISOString(),
    eventName: event,
    userIdentity: { principalId: `AWS:${call.principal.userId}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': call.requestId, 'x-amz-id-2': call.requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket.name, ownerIdentity: { principalId: bucket.accountId }, arn: bucketArn(bucket.name) },
      object: {
        key: encodeKey(key),
        ...(body ? { size: body.length } : {}),
        ...(etag ? { eTag: etag } : {}),
        ...(versionId && versionId !== NULL ? { versionId } : {}),
        ...(tagged ? {} : { sequencer }),
      },
    },
  };
}
