/**
 * Which events of a bucket go where: checking, storing and matching the configuration.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
 */
import { randomUUID } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { clients } from '../../sdk.ts';
import { authorize, bucketArn } from './access.ts';
import type { Bucket } from './bucket.ts';
import { invalidArgument, malformedXml } from './errors.ts';
import type { Store } from './store.ts';

/** Of what a topic is told. */
export const SUBJECT = 'Amazon S3 Notification';

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
    assertValid(input.NotificationConfiguration ?? {});
    const wanted = named(input.NotificationConfiguration ?? {});
    assertDistinct(destinations(wanted));
    if (!input.SkipDestinationValidation) await assertReachable(call, bucket, destinations(wanted));
    bucket.notifications = wanted;
    if (!input.SkipDestinationValidation) await sendTest(call, bucket);
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

/** Tells all that cannot be reached at once, numbered, and why. Throws `InvalidArgument`. */
async function assertReachable(call: Call, bucket: Bucket, all: readonly Destination[]): Promise<void> {
  const failed: (readonly [name: string, value: string])[] = [];
  for (const { arn } of all) {
    try {
      await call.core.targets.get(arn).verify(arn, 's3.amazonaws.com', bucketArn(bucket.name), bucket.accountId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push(unreachable(arn, error));
    }
  }
  if (failed.length === 0) return;
  throw new AwsError(
    'InvalidArgument',
    'Unable to validate the following destination configurations',
    400,
    Object.fromEntries(
      failed.flatMap(([name, value], index) => [
        [`ArgumentName${index + 1}`, name],
        [`ArgumentValue${index + 1}`, value],
      ]),
    ),
  );
}

/** Of a function that is not there AWS says no more than of one that S3 may not call. */
function unreachable(arn: string, { status }: AwsError): readonly [name: string, value: string] {
  const service = arn.split(':')[2];
  if (service === 'lambda') return [`${arn}, null`, `Not authorized to invoke function [${arn}]`];
  const kind = service === 'sns' ? 'topic' : 'queue';
  return [
    arn,
    status === 403
      ? `Permissions on the destination ${kind} do not allow S3 to publish notifications from this bucket`
      : `The destination ${kind} does not exist`,
  ];
}

/** To each queue and topic: what comes of a configuration is seen at once. */
async function sendTest(call: Call, bucket: Bucket): Promise<void> {
  const { LambdaFunctionConfigurations: _, ...told } = bucket.notifications;
  for (const { arn } of destinations(told)) {
    await call.core.targets.get(arn).deliver(arn, {
      payload: JSON.stringify({
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: new Date(call.core.clock.now()).toISOString(),
        Bucket: bucket.name,
        RequestId: call.requestId,
        HostId: call.requestId,
      }),
      subject: SUBJECT,
      from: 's3.amazonaws.com',
      sourceArn: bucketArn(bucket.name),
      sourceAccount: bucket.accountId,
      cause: call.traceId,
    });
  }
}

type One = s3.QueueConfiguration | s3.LambdaFunctionConfiguration | s3.TopicConfiguration;

/** Throws `MalformedXML`, `InvalidArgument`. */
function assertValid(configuration: s3.NotificationConfiguration): void {
  const known: readonly string[] = Object.values(clients.s3().Event);
  const all: One[] = [
    ...(configuration.QueueConfigurations ?? []),
    ...(configuration.LambdaFunctionConfigurations ?? []),
    ...(configuration.TopicConfigurations ?? []),
  ];
  for (const one of all) {
    const { Events = [], Filter } = one;
    if (Events.length === 0) throw malformedXml();
    const [kind, arn] = destinationOf(one);
    if (!arn?.startsWith('arn:')) throw invalidArgument('The ARN could not be parsed', kind, arn);
    const unknown = Events.find((event) => !known.includes(event));
    if (unknown) throw invalidArgument('A specified event is not supported for notifications.', 'Event', unknown);
    for (const { Name, Value } of Filter?.Key?.FilterRules ?? []) {
      if (Name === undefined || Value === undefined) throw malformedXml();
      if (/^(prefix|suffix)$/i.test(Name)) continue;
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name);
    }
  }
}

/** What it is called on the wire, and where it leads. */
const destinationOf = (one: One): readonly [kind: string, arn: string | undefined] => {
  if ('QueueArn' in one) return ['Queue', one.QueueArn];
  return 'TopicArn' in one
    ? ['Topic', one.TopicArn]
    : ['CloudFunction', (one as s3.LambdaFunctionConfiguration).LambdaFunctionArn];
};

/** Every configuration gets an id where the client gave none. Names of rules come back with a capital. */
function named(configuration: s3.NotificationConfiguration): s3.NotificationConfiguration {
  const id = <T extends One>(list: T[] | undefined): T[] | undefined =>
    list?.map((one) => ({
      ...one,
      Id: one.Id ?? randomUUID(),
      ...(one.Filter?.Key?.FilterRules
        ? { Filter: { Key: { FilterRules: one.Filter.Key.FilterRules.map(capitalised) } } }
        : {}),
    }));
  const {
    QueueConfigurations: queues,
    TopicConfigurations: topics,
    LambdaFunctionConfigurations: functions,
  } = configuration;
  return {
    ...configuration,
    ...(queues?.length ? { QueueConfigurations: id(queues)! } : {}),
    ...(topics?.length ? { TopicConfigurations: id(topics)! } : {}),
    ...(functions?.length ? { LambdaFunctionConfigurations: id(functions)! } : {}),
  };
}

const capitalised = ({ Name, Value }: s3.FilterRule): s3.FilterRule => ({
  Name: (/^prefix$/i.test(Name ?? '') ? 'Prefix' : 'Suffix') as s3.FilterRuleName,
  Value,
});

export function destinations(configuration: s3.NotificationConfiguration): Destination[] {
  const all = [
    ...(configuration.QueueConfigurations ?? []).map((one) => ({ ...one, arn: one.QueueArn })),
    ...(configuration.TopicConfigurations ?? []).map((one) => ({ ...one, arn: one.TopicArn })),
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

/** Two configurations may not both take one event: AWS refuses overlapping prefixes and suffixes. Throws `InvalidArgument`. */
function assertDistinct(all: readonly Destination[]): void {
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      const shared = one.events.flatMap((left) =>
        other.events
          .filter((right) => covers(left, right.slice(3)) || covers(right, left.slice(3)))
          .map((right) => `${left}, ${right}`),
      )[0];
      if (!shared || !overlap(one, other)) continue;
      const filtered = [one, other].some(({ prefix, suffix }) => prefix !== '' || suffix !== '');
      throw invalidArgument(
        filtered
          ? 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
          : 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
        'Event',
        shared,
      );
    }
  }
}

const overlap = (one: Destination, other: Destination): boolean =>
  (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
  (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix));
