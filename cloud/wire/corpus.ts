/** For tests: what the SDK sends for one valid call of each kind, in every protocol. */
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as dynamodbstreams from '@aws-sdk/client-dynamodb-streams';
import * as ec2 from '@aws-sdk/client-ec2';
import { PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { expect } from 'vitest';
import type { TestCloud } from '../testing.ts';
import type { RawRequest } from './mutate.ts';

export async function corpus(opened: TestCloud): Promise<RawRequest[]> {
  const found: RawRequest[] = [];
  const { s3: files, sqs: queues, lambda, logs, dynamodb: tables, iam, sts, events, scheduler } = opened;
  const record = (client: { middlewareStack: { add(middleware: unknown, options: object): void } }): void =>
    client.middlewareStack.add(
      (next: (given: unknown) => Promise<unknown>) => async (given: { request: RawRequest & { query: object } }) => {
        const { method, path, query, headers, body } = given.request;
        const search = new URLSearchParams(Object.entries(query) as [string, string][]).toString();
        if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
          found.push({
            method,
            path: search ? `${path}?${search}` : path,
            headers,
            body: Buffer.from(body ?? ''),
          });
        }
        return await next(given);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'record' },
    );
  const machines = await opened.ec2();
  const config = { endpoint: opened.cloud.url, region: 'us-east-1', credentials: opened.cloudwatch.config.credentials };
  const watchers = [
    opened.cloudwatch,
    ...[SmithyRpcV2CborProtocol, AwsQueryProtocol].map(
      (protocol) => new cloudwatch.CloudWatchClient({ ...config, protocol } as cloudwatch.CloudWatchClientConfig),
    ),
  ];
  const queuesByQuery = new sqs.SQSClient({ ...config, protocol: AwsQueryProtocol } as sqs.SQSClientConfig);
  const { streams } = opened;
  for (const client of [
    ...watchers,
    files,
    queues,
    queuesByQuery,
    opened.sns,
    lambda,
    logs,
    tables,
    streams,
    iam,
    sts,
    events,
    scheduler,
    machines,
  ])
    record(client as never);

  await files.send(new s3.CreateBucketCommand({ Bucket: 'inbox' }));
  await files.send(
    new s3.PutObjectCommand({ Bucket: 'inbox', Key: 'a b/ü.pdf', Body: 'content', Metadata: { a: '1' } }),
  );
  await files.send(new s3.GetObjectCommand({ Bucket: 'inbox', Key: 'a b/ü.pdf', Range: 'bytes=0-3' }));
  await files.send(new s3.HeadObjectCommand({ Bucket: 'inbox', Key: 'a b/ü.pdf' }));
  await files.send(new s3.ListObjectsV2Command({ Bucket: 'inbox', Prefix: 'a', Delimiter: '/', MaxKeys: 3 }));
  await files.send(new s3.CopyObjectCommand({ Bucket: 'inbox', Key: 'copy', CopySource: 'inbox/a%20b/%C3%BC.pdf' }));
  await files.send(new s3.DeleteObjectsCommand({ Bucket: 'inbox', Delete: { Objects: [{ Key: 'copy' }] } }));
  const { UploadId } = await files.send(new s3.CreateMultipartUploadCommand({ Bucket: 'inbox', Key: 'large' }));
  const part = { Bucket: 'inbox', Key: 'large', UploadId };
  const { ETag } = await files.send(new s3.UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }));
  await files.send(
    new s3.CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );
  for (const client of [queues, queuesByQuery]) await enqueue(client);
  await announce(opened);
  await tables.send(
    new dynamodb.CreateTableCommand({
      TableName: 'items',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'kinds',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['map'] },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await expect
    .poll(async () => (await tables.send(new dynamodb.DescribeTableCommand({ TableName: 'items' }))).Table?.TableStatus)
    .toBe('ACTIVE');
  const item = { id: { S: 'a' }, list: { L: [{ N: '1' }, { BOOL: true }] }, map: { M: { x: { NULL: true } } } };
  await tables.send(new dynamodb.PutItemCommand({ TableName: 'items', Item: item }));
  await tables.send(
    new dynamodb.UpdateItemCommand({
      TableName: 'items',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET #l = list_append(#l, :v) REMOVE #m.x',
      ConditionExpression: 'attribute_exists(id) AND size(#l) BETWEEN :a AND :b',
      ExpressionAttributeNames: { '#l': 'list', '#m': 'map' },
      ExpressionAttributeValues: { ':v': { L: [{ S: 'z' }] }, ':a': { N: '1' }, ':b': { N: '9' } },
    }),
  );
  await tables.send(
    new dynamodb.QueryCommand({
      TableName: 'items',
      KeyConditionExpression: 'id = :i',
      ExpressionAttributeValues: { ':i': { S: 'a' } },
    }),
  );
  await tables.send(
    new dynamodb.BatchWriteItemCommand({ RequestItems: { items: [{ PutRequest: { Item: { id: { S: 'b' } } } }] } }),
  );
  await tables.send(
    new dynamodb.TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 'items', Item: { id: { S: 'c' }, kind: { S: 'k' } } } },
        { Delete: { TableName: 'items', Key: { id: { S: 'b' } } } },
        {
          ConditionCheck: { TableName: 'items', Key: { id: { S: 'a' } }, ConditionExpression: 'attribute_exists(id)' },
        },
      ],
      ClientRequestToken: 'token',
    }),
  );
  await tables.send(
    new dynamodb.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'items', Key: { id: { S: 'a' } } } }] }),
  );
  await tables.send(new dynamodb.ScanCommand({ TableName: 'items', IndexName: 'kinds', Limit: 1 }));
  await tables.send(
    new dynamodb.UpdateTableCommand({
      TableName: 'items',
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'kinds' } }],
    }),
  );
  await readStream(opened);
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'group', tags: { a: 'b' } }));
  await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'g' }));
  for (const watcher of watchers) await measure(watcher);
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const [effect, actions] = [
    { Effect: 'Allow', Condition: { Null: { a: 'true' } } },
    ['sts:AssumeRole', 'sts:TagSession'],
  ];
  const AssumeRolePolicyDocument = document({ ...effect, Principal: { AWS: '111122223333' }, Action: actions });
  const Policy = document({ ...effect, Action: 's3:*', Resource: 'arn:aws:s3:::files/*' });
  await iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument })).catch(() => undefined);
  await iam.send(new GetRoleCommand({ RoleName: 'role' })).catch(() => undefined);
  await sts.send(new GetCallerIdentityCommand({}));
  const [RoleArn, Tags] = ['arn:aws:iam::111122223333:role/role', [{ Key: 'team', Value: 'red' }]];
  const session = { RoleArn, RoleSessionName: 's1', DurationSeconds: 900, Tags, TransitiveTagKeys: ['team'] };
  await sts.send(new AssumeRoleCommand({ ...session, Policy })).catch(() => undefined);
  const launch = { ImageId: 'ami-0123456789abcdef0', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;
  const TagSpecifications = [{ ResourceType: 'instance' as const, Tags }];
  await machines
    .send(new ec2.RunInstancesCommand({ ...launch, TagSpecifications, ClientToken: 'token', DryRun: true }))
    .catch(() => undefined);
  await machines.send(
    new ec2.DescribeInstancesCommand({ Filters: [{ Name: 'tag:team', Values: ['red', 'b*'] }], MaxResults: 5 }),
  );
  await machines.send(new ec2.CreateTagsCommand({ Resources: ['i-0123456789abcdef0'], Tags })).catch(() => undefined);
  await lambda.send(new ListFunctionsCommand({ MaxItems: 3 }));
  await lambda.send(new GetFunctionCommand({ FunctionName: 'none' })).catch(() => undefined);
  await lambda.send(new InvokeCommand({ FunctionName: 'none', Payload: '{}' })).catch(() => undefined);
  await events.send(new PutRuleCommand({ Name: 'rule', ScheduleExpression: 'rate(5 minutes)' }));
  await events.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{"a":[1]}' }] }));
  await scheduler
    .send(
      new CreateScheduleCommand({
        Name: 'daily',
        ScheduleExpression: 'cron(30 2 * * ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:sqs:us-east-1:111122223333:jobs', RoleArn: 'arn:aws:iam::111122223333:role/role' },
      }),
    )
    .catch(() => undefined);
  return found;
}

async function announce({ sns: topics, accountId }: TestCloud): Promise<void> {
  const Tags = [{ Key: 'a', Value: 'b' }];
  const { TopicArn } = await topics.send(
    new sns.CreateTopicCommand({ Name: 'news', Attributes: { DisplayName: 'News' }, Tags }),
  );
  const Endpoint = `arn:aws:sqs:us-east-1:${accountId}:jobs`;
  const FilterPolicy = '{"$or":[{"kind":["a",{"prefix":"b"}]},{"size":[{"numeric":[">",1]}]}]}';
  const { SubscriptionArn } = await topics.send(
    new sns.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { FilterPolicy } }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Endpoint });
  for (const [AttributeName, AttributeValue] of Object.entries({ RawMessageDelivery: 'true', RedrivePolicy })) {
    await topics.send(new sns.SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  }
  const DeliveryPolicy = '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5}}}';
  for (const AttributeValue of [DeliveryPolicy, '{"http":{}}']) {
    await topics.send(new sns.SetTopicAttributesCommand({ TopicArn, AttributeName: 'DeliveryPolicy', AttributeValue }));
  }
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'a' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
  };
  const Message = '{"default":"for all","sqs":"for queues"}';
  await topics.send(new sns.PublishCommand({ TopicArn, Message, MessageStructure: 'json', MessageAttributes }));
  await topics.send(
    new sns.PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: ['1', '2'].map((Id) => ({ Id, Message: Id, MessageAttributes })),
    }),
  );
  await topics.send(new sns.GetTopicAttributesCommand({ TopicArn }));
}

async function measure(client: cloudwatch.CloudWatchClient): Promise<void> {
  const metric = { Namespace: 'tests', MetricName: 'm', Dimensions: [{ Name: 'a', Value: 'b' }] };
  const range = { StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) };
  await client.send(
    new cloudwatch.PutMetricDataCommand({
      Namespace: 'tests',
      MetricData: [{ ...metric, Values: [1.5, 2], Counts: [1, 2], Timestamp: new Date(), Unit: 'Count' }],
    }),
  );
  await client.send(
    new cloudwatch.GetMetricStatisticsCommand({ ...metric, ...range, Period: 60, ExtendedStatistics: ['p90'] }),
  );
  await client.send(
    new cloudwatch.GetMetricDataCommand({
      ...range,
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
    }),
  );
  await client.send(new cloudwatch.ListMetricsCommand({ Namespace: 'tests', Dimensions: [{ Name: 'a' }] }));
  await client.send(
    new cloudwatch.PutMetricAlarmCommand({
      ...metric,
      AlarmName: 'alarm',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 1.5,
      ComparisonOperator: 'GreaterThanThreshold',
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  );
  await client.send(new cloudwatch.DescribeAlarmsCommand({ AlarmNames: ['alarm'], MaxRecords: 3 }));
  const state = { AlarmName: 'alarm', StateValue: 'ALARM', StateReason: 'x', StateReasonData: '{"a":1}' } as const;
  await client.send(new cloudwatch.SetAlarmStateCommand(state));
}

async function readStream({ streams }: TestCloud): Promise<void> {
  const { Streams } = await streams.send(new dynamodbstreams.ListStreamsCommand({ TableName: 'items' }));
  const { StreamArn } = Streams![0]!;
  const { StreamDescription } = await streams.send(new dynamodbstreams.DescribeStreamCommand({ StreamArn }));
  const { ShardId } = StreamDescription!.Shards![0]!;
  const place = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await streams.send(new dynamodbstreams.GetShardIteratorCommand(place));
  await streams.send(new dynamodbstreams.GetRecordsCommand({ ShardIterator, Limit: 10 }));
}

async function enqueue(queues: sqs.SQSClient): Promise<void> {
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: 'jobs' }));
  await queues.send(
    new sqs.SendMessageCommand({
      QueueUrl,
      MessageBody: 'job',
      DelaySeconds: 0,
      MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
    }),
  );
  await queues.send(
    new sqs.SendMessageBatchCommand({ QueueUrl, Entries: ['1', '2'].map((Id) => ({ Id, MessageBody: Id })) }),
  );
  const { Messages } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 2 }));
  const { ReceiptHandle } = Messages![0]!;
  await queues.send(new sqs.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }));
  await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await queues.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
}
