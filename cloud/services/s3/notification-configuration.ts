/** Which events of a bucket go where: checking, storing and matching the configuration. */
import { randomUUID } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../contract.ts';
import { authorize, bucketArn } from './access.ts';
import { invalidArgument } from './errors.ts';
import type { Store } from './store.ts';

export interface Destination {
  readonly id: string;
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export const notificationConfiguration = (store: Store) => {
  /** Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
  const put: Operation<
    s3.PutBucketNotificationConfigurationCommandInput,
    s3.PutBucketNotificationConfigurationCommandOutput
  > = async (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'PutBucketNotification', bucket);
    const wanted = named(input.NotificationConfiguration ?? {});
    const own = bucketArn(bucket.name);
    if (wanted.TopicConfigurations?.length || wanted.EventBridgeConfiguration) {
      throw new AwsError('NotImplemented', 'Notifications of this cloud go to Lambda and SQS.', 501);
    }
    for (const destination of destinations(wanted)) {
      if (input.SkipDestinationValidation) continue;
      try {
        call.core.targets.get(destination.arn).verify(destination.arn, 's3.amazonaws.com', own, bucket.accountId);
      } catch {
        throw invalidArgument('Unable to validate the following destination configurations', destination.arn, 'null');
      }
    }
    assertDistinct(destinations(wanted));
    bucket.notifications = wanted;
    for (const { arn } of destinations({ QueueConfigurations: wanted.QueueConfigurations })) {
      await call.core.targets.get(arn).deliver(arn, {
        payload: JSON.stringify({
          Service: 'Amazon S3',
          Event: 's3:TestEvent',
          Time: new Date(call.core.clock.now()).toISOString(),
          Bucket: bucket.name,
          RequestId: call.requestId,
          HostId: call.requestId,
        }),
        from: 's3.amazonaws.com',
        sourceArn: own,
        sourceAccount: bucket.accountId,
        cause: call.traceId,
      });
    }
    return {};
  };

  const get: Operation<
    s3.GetBucketNotificationConfigurationCommandInput,
    s3.GetBucketNotificationConfigurationCommandOutput
  > = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketNotification', bucket);
    return bucket.notifications;
  };

  return { PutBucketNotificationConfiguration: put, GetBucketNotificationConfiguration: get };
};

/** Every configuration gets an id where the client gave none. */
function named(configuration: s3.NotificationConfiguration): s3.NotificationConfiguration {
  const id = <T extends { Id?: string | undefined }>(list: T[] | undefined): { list?: T[] } =>
    list?.length ? { list: list.map((one) => ({ ...one, Id: one.Id ?? randomUUID() })) } : {};
  const [queues, functions] = [
    id(configuration.QueueConfigurations).list,
    id(configuration.LambdaFunctionConfigurations).list,
  ];
  return {
    ...configuration,
    ...(queues ? { QueueConfigurations: queues } : {}),
    ...(functions ? { LambdaFunctionConfigurations: functions } : {}),
  };
}

export function destinations(configuration: s3.NotificationConfiguration): Destination[] {
  const all = [
    ...(configuration.QueueConfigurations ?? []).map((one) => ({ ...one, arn: one.QueueArn })),
    ...(configuration.LambdaFunctionConfigurations ?? []).map((one) => ({ ...one, arn: one.LambdaFunctionArn })),
  ];
  return all.map(({ arn, Id, Events, Filter }) => {
    const rule = (name: string) =>
      Filter?.Key?.FilterRules?.find((one) => one.Name?.toLowerCase() === name)?.Value ?? '';
    return { id: Id ?? '', arn: arn ?? '', events: Events ?? [], prefix: rule('prefix'), suffix: rule('suffix') };
  });
}

export const matchesFilter = ({ events, prefix, suffix }: Destination, event: string, key: string): boolean =>
  events.some((wanted) => covers(wanted, event)) && key.startsWith(prefix) && key.endsWith(suffix);

const covers = (wanted: string, event: string): boolean =>
  wanted.endsWith('*') ? `s3:${event}`.startsWith(wanted.slice(0, -1)) : wanted === `s3:${event}`;

/** Two configurations may not both take one event: AWS refuses overlapping prefixes and suffixes. */
function assertDistinct(all: readonly Destination[]): void {
  const overlap = (left: string, right: string) => left.startsWith(right) || right.startsWith(left);
  const reversed = (text: string) => [...text].reverse().join('');
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      const shared = one.events.some((left) =>
        other.events.some((right) => covers(left, right.slice(3)) || covers(right, left.slice(3))),
      );
      if (shared && overlap(one.prefix, other.prefix) && overlap(reversed(one.suffix), reversed(other.suffix))) {
        throw invalidArgument(
          'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
          'NotificationConfiguration',
        );
      }
    }
  }
}
