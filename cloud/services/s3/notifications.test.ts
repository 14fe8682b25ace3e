import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import * as s3 from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, expect, test } from 'vitest';
import { rawAnswer, takeMessages } from '../../testing.ts';
import { bucket, copy, put, t, upload, useBucket } from './testing.ts';

useBucket();

let queue: string;
let url: string;
beforeEach(async () => {
  const QueueName = `told-of-${bucket}`;
  queue = `arn:aws:sqs:us-east-1:${t.accountId}:${QueueName}`;
  const Principal = { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: queue }];
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) };
  url = (await t.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
});

const configure = (NotificationConfiguration: s3.NotificationConfiguration) =>
  t.s3.send(new s3.PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
const configuration = () => t.s3.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
const received = async () => {
  await t.cloud.clock.advance(0);
  return (await takeMessages(t.sqs, url)).map(({ body }) => JSON.parse(body));
};
const records = async () => (await received()).flatMap(({ Records = [] }) => Records);
const toQueue = (Events: s3.Event[], ...rules: [string, string][]) => ({
  QueueArn: queue,
  Events,
  Filter: { Key: { FilterRules: rules.map(([Name, Value]) => ({ Name: Name as s3.FilterRuleName, Value })) } },
});

test('each way to write, delete and tag an object has a name of its own', async () => {
  await configure({
    QueueConfigurations: [toQueue(['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'])],
  });
  expect(await received()).toMatchObject([{ Event: 's3:TestEvent', Bucket: bucket, Service: 'Amazon S3' }]);
  await put('a', 'four');
  await copy('b', 'a');
  const { part, complete } = await upload('c');
  const parts = [{ PartNumber: 1, ETag: (await part(1, 'x')).ETag }];
  await complete(parts);
  // Its answer sent again is no news.
  await complete(parts);
  const at = { Bucket: bucket, Key: 'a' };
  await t.s3.send(new s3.PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
  await t.s3.send(new s3.DeleteObjectTaggingCommand(at));
  await t.s3.send(new s3.DeleteObjectCommand(at));
  await t.s3.send(
    new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'none' }] } }),
  );
  const told = await records();
  expect(told.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual([
    ['ObjectCreated:Put', 'a'],
    ['ObjectCreated:Copy', 'b'],
    ['ObjectCreated:CompleteMultipartUpload', 'c'],
    ['ObjectTagging:Put', 'a'],
    ['ObjectTagging:Delete', 'a'],
    ['ObjectRemoved:Delete', 'a'],
    ['ObjectRemoved:Delete', 'b'],
    // Deleting what never was is told too: AWS's answer recorded as `test_delete_objects` of the notifications to SQS.
    ['ObjectRemoved:Delete', 'none'],
  ]);
  expect(told.map(({ eventVersion }) => eventVersion)).toEqual([
    '2.1',
    '2.1',
    '2.1',
    '2.3',
    '2.3',
    '2.1',
    '2.1',
    '2.1',
  ]);
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html: of one key, the later one is greater.
  const of = told
    .filter(({ eventName, s3 }) => s3.object.key === 'a' && !eventName.startsWith('ObjectTagging:'))
    .map(({ s3 }) => s3.object.sequencer as string);
  expect(of).toEqual([...of].sort());
  expect(new Set(of).size).toBe(of.length);
  expect(told[0]).toMatchObject({ eventVersion: '2.1', eventSource: 'aws:s3', s3: { object: { size: 4 } } });
  expect(Object.keys(told[5].s3.object)).toEqual(['key', 'sequencer']);
  expect(Object.keys(told[3].s3.object)).toEqual(['key', 'size', 'eTag']);
});

test('each time that it is put a configuration is tried with a message', async () => {
  for (let times = 0; times < 2; times++) {
    await configure({ QueueConfigurations: [toQueue(['s3:ObjectCreated:*'])] });
    expect(await received()).toMatchObject([{ Event: 's3:TestEvent' }]);
  }
  await configure({});
  expect(await received()).toEqual([]);
});

test('of a bucket with versions the version is told, of a hidden key that of its marker', async () => {
  const Status = 'Enabled';
  await t.s3.send(new s3.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
  await configure({
    QueueConfigurations: [toQueue(['s3:ObjectCreated:*', 's3:ObjectRemoved:*'])],
    EventBridgeConfiguration: {},
  });
  const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: [bucket] } } });
  await t.events.send(new PutRuleCommand({ Name: bucket, EventPattern }));
  await t.events.send(new PutTargetsCommand({ Rule: bucket, Targets: [{ Id: 't', Arn: queue }] }));
  await received();
  const one = await put('a', 'one');
  const two = await put('a', 'two');
  const Key = 'a';
  const hidden = await t.s3.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key }));
  await t.s3.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key, VersionId: one.VersionId! }));
  const all = await received();
  const told = all.flatMap(({ Records = [] }) => Records);
  expect(told.map(({ eventName, s3 }) => [eventName, s3.object.versionId])).toEqual([
    ['ObjectCreated:Put', one.VersionId],
    ['ObjectCreated:Put', two.VersionId],
    ['ObjectRemoved:DeleteMarkerCreated', hidden.VersionId],
    ['ObjectRemoved:Delete', one.VersionId],
  ]);
  expect(told.map(({ s3 }) => s3.object.eTag).slice(0, 2)).toEqual([one, two].map(({ ETag }) => ETag!.slice(1, -1)));
  const sequencers = told.map(({ s3 }) => s3.object.sequencer as string);
  expect(sequencers).toEqual([...new Set(sequencers)].sort());
  const events = all.filter(({ source }) => source === 'aws.s3').map(({ detail }) => detail);
  expect(events.map(({ object, 'deletion-type': how }) => [object['version-id'], how])).toEqual([
    [one.VersionId, undefined],
    [two.VersionId, undefined],
    [hidden.VersionId, 'Delete Marker Created'],
    [one.VersionId, 'Permanently Deleted'],
  ]);
});

test('filters go by prefix and suffix, however their names are spelled, and come back with an id', async () => {
  await configure({ QueueConfigurations: [toQueue(['s3:ObjectCreated:Put'], ['prefix', 'in/'], ['SUFFIX', '.pdf'])] });
  await received();
  for (const key of ['in/a.pdf', 'in/a.txt', 'out/a.pdf']) await put(key);
  await copy('in/b.pdf', 'in/a.pdf');
  expect((await records()).map(({ s3 }) => s3.object.key)).toEqual(['in/a.pdf']);
  const { QueueConfigurations } = await configuration();
  expect(QueueConfigurations![0]!.Id).toMatch(/^[0-9a-f-]{36}$/);
  expect(QueueConfigurations![0]!.Filter!.Key!.FilterRules!.map(({ Name }) => Name)).toEqual(['Prefix', 'Suffix']);
});

test('two may share a prefix where their suffixes keep them apart', async () => {
  await configure({
    QueueConfigurations: [
      toQueue(['s3:ObjectCreated:*'], ['prefix', 'in/'], ['suffix', '.pdf']),
      toQueue(['s3:ObjectCreated:*'], ['prefix', 'in/'], ['suffix', '.txt']),
    ],
  });
  await received();
  await put('in/a.txt');
  expect(await records()).toHaveLength(1);
});

test('EventBridge is told of everything, with keys as they are, and asks for no permission', async () => {
  await configure({ EventBridgeConfiguration: {} });
  expect((await configuration()).EventBridgeConfiguration).toEqual({});
  const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: [bucket] } } });
  await t.events.send(new PutRuleCommand({ Name: bucket, EventPattern }));
  await t.events.send(new PutTargetsCommand({ Rule: bucket, Targets: [{ Id: 't', Arn: queue }] }));
  await put('a b.pdf', 'four');
  await t.s3.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: 'a b.pdf' }));
  const [created, deleted] = await received();
  expect(created).toMatchObject({
    'detail-type': 'Object Created',
    account: t.accountId,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: { object: { key: 'a b.pdf', size: 4 }, requester: t.accountId, reason: 'PutObject' },
  });
  expect(deleted).toMatchObject({
    'detail-type': 'Object Deleted',
    detail: { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
  });
  expect(created.detail.object.sequencer < deleted.detail.object.sequencer).toBe(true);
});

// AWS's answers recorded as `test_invalid_sqs_arn`, `test_multiple_invalid_sqs_arns` and `test_invalid_lambda_arn`.
test('destinations that cannot be reached are told one by one, an ARN that is none by itself', async () => {
  const Events: s3.Event[] = ['s3:ObjectCreated:*'];
  const Id = 'id';
  const gone = (name: string) => `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
  const told = async (NotificationConfiguration: s3.NotificationConfiguration) => {
    const command = new s3.PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration });
    const { body } = await rawAnswer(t.s3, command);
    return [...body.matchAll(/<(Code|Message|Argument\w+)>([^<]*)</g)].map(([, name, value]) => [name, value]);
  };
  const unreachable = [
    ['Code', 'InvalidArgument'],
    ['Message', 'Unable to validate the following destination configurations'],
  ];
  const two = [
    { QueueArn: gone('one'), Events },
    { QueueArn: gone('two'), Events: ['s3:ObjectRemoved:*' as const] },
  ];
  expect(await told({ QueueConfigurations: two })).toEqual([
    ...unreachable,
    ['ArgumentName1', gone('one')],
    ['ArgumentValue1', 'The destination queue does not exist'],
    ['ArgumentName2', gone('two')],
    ['ArgumentValue2', 'The destination queue does not exist'],
  ]);
  const LambdaFunctionArn = `arn:aws:lambda:us-east-1:${t.accountId}:function:none`;
  expect(await told({ LambdaFunctionConfigurations: [{ Id, LambdaFunctionArn, Events }] })).toEqual([
    ...unreachable,
    ['ArgumentName1', `${LambdaFunctionArn}, null`],
    ['ArgumentValue1', `Not authorized to invoke function [${LambdaFunctionArn}]`],
  ]);
  expect(await told({ QueueConfigurations: [{ QueueArn: 'no-arn', Events }] })).toEqual([
    ['Code', 'InvalidArgument'],
    ['Message', 'The ARN could not be parsed'],
    ['ArgumentName', 'Queue'],
    ['ArgumentValue', 'no-arn'],
  ]);
  const unchecked = { Bucket: bucket, SkipDestinationValidation: true };
  const skipping = { ...unchecked, NotificationConfiguration: { QueueConfigurations: two } };
  await t.s3.send(new s3.PutBucketNotificationConfigurationCommand(skipping));
  expect((await configuration()).QueueConfigurations!.map(({ QueueArn }) => QueueArn)).toEqual([
    gone('one'),
    gone('two'),
  ]);
});

// AWS's answers recorded as `test_object_created_put` and `test_invalid_topic_arn` of the notifications to SNS.
test('a topic is told as a queue is, under a subject, where its policy lets S3 publish', async () => {
  const Events: s3.Event[] = ['s3:ObjectCreated:*'];
  const name = `topic-of-${bucket}`;
  const TopicArn = `arn:aws:sns:us-east-1:${t.accountId}:${name}`;
  const asked = { TopicConfigurations: [{ Id: 'id', TopicArn, Events }] };
  const refused = (why: string) =>
    expect(configure(asked)).rejects.toMatchObject({
      name: 'InvalidArgument',
      ArgumentName1: TopicArn,
      ArgumentValue1: why,
    });
  await refused('The destination topic does not exist');
  await t.sns.send(new CreateTopicCommand({ Name: name }));
  await refused('Permissions on the destination topic do not allow S3 to publish notifications from this bucket');

  const Condition = { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` } };
  const publish = { Action: 'SNS:Publish', Resource: TopicArn, Condition };
  const Statement = [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, ...publish }];
  const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement });
  await t.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  const open = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [open] });
  await t.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  await t.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue }));
  await configure(asked);
  expect((await configuration()).TopicConfigurations).toEqual(asked.TopicConfigurations);
  await put('a b', 'four');
  const told = await received();
  expect(told).toMatchObject([0, 1].map(() => ({ Type: 'Notification', TopicArn, Subject: 'Amazon S3 Notification' })));
  const [begun, created] = told.map(({ Message }) => JSON.parse(Message));
  expect(begun).toMatchObject({ Event: 's3:TestEvent', Bucket: bucket });
  expect(created.Records).toMatchObject([
    { eventName: 'ObjectCreated:Put', s3: { configurationId: 'id', object: { key: 'a+b', size: 4 } } },
  ]);
});
