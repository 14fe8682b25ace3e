/** Of every call the trace knows which invocation, script or instance made it, and what that follows from. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import type { TraceEntry } from './contract.ts';
import { openEc2Bench } from './services/ec2/testing.ts';
import { openTestCloud, type TestCloud } from './testing.ts';

const ANYTHING = { Effect: 'Allow' as const, Action: ['s3:*', 'sqs:*', 'dynamodb:*', 'lambda:*'], Resource: '*' };
const WORKER = `
  const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
  const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
  exports.handler = async ({ Records: [{ body }] }) => {
    const key = JSON.parse(body).Records[0].s3.object.key;
    await new DynamoDBClient().send(new PutItemCommand({ TableName: 'done', Item: { id: { S: key } } }));
    await new S3Client().send(new PutObjectCommand({ Bucket: 'results', Key: key, Body: 'x' }));
    await new SQSClient().send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: key }));
  };`;

let t: TestCloud;
afterEach(() => t.close());

const entries = () => t.cloud.core.trace.entries();
const calls = (operation: string, where: (entry: TraceEntry) => boolean = () => true) =>
  entries().filter((entry) => entry.kind === 'call' && entry.operation === operation && where(entry));
const chain = (entry: TraceEntry | undefined): string[] =>
  entry ? [`${entry.service}:${entry.operation}`, ...chain(entries().find(({ id }) => id === entry.cause))] : [];

test('a call leads back to its own invocation, in a warm environment too, and from there to the upload', async () => {
  t = await openTestCloud();
  await t.dynamodb.send(
    new CreateTableCommand({
      TableName: 'done',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  for (const Bucket of ['uploads', 'results']) await t.s3.send(new CreateBucketCommand({ Bucket }));
  const { QueueUrl: OUT } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'out' }));
  const QueueArn = `arn:aws:sqs:us-east-1:${t.accountId}:in`;
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: QueueArn },
  ];
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }), VisibilityTimeout: '60' };
  await t.sqs.send(new CreateQueueCommand({ QueueName: 'in', Attributes }));
  const Role = await t.role('worker', ANYTHING);
  await t.deploy('worker', WORKER, { Role, Timeout: 30, Environment: { Variables: { OUT: OUT! } } });
  await t.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: 'uploads',
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
  await t.cloud.clock.advance(1000);
  await t.lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn: QueueArn, BatchSize: 1 }),
  );
  await t.cloud.clock.advance(1000);
  const before = entries().length;
  for (const Key of ['a', 'b']) {
    await t.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: 'x' }));
    await t.cloud.clock.advance(10_000);
  }
  const [first, second] = entries().filter(({ id, operation }) => operation === 'Invocation' && id > before);
  expect(second!.detail!.environment).toBe(first!.detail!.environment);
  const of = ({ id }: TraceEntry) => id;
  for (const made of [
    calls('PutItem', ({ resource }) => resource === 'done'),
    calls('PutObject', ({ resource }) => resource!.startsWith('results/')),
    calls('SendMessage', ({ resource }) => resource === 'out'),
  ]) {
    expect(made.map(({ cause }) => cause)).toEqual([first, second].map((invocation) => of(invocation!)));
    expect(made[0]!.principal).toMatch(/:assumed-role\/worker\/worker$/);
  }
  const [result] = calls('PutObject', ({ resource }) => resource === 'results/b');
  expect(chain(result)).toEqual(['s3:PutObject', 'lambda:Invocation', 'lambda:PollQueue', 's3:Notify', 's3:PutObject']);
});

test('a call of a scheduled function leads back to the schedule', async () => {
  t = await openTestCloud();
  await t.s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  const source = `const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    exports.handler = async ({ at }) => new S3Client().send(new PutObjectCommand({ Bucket: 'results', Key: at, Body: 'x' })).then(() => 1);`;
  await t.deploy('hourly', source, { Role: await t.role('hourly', ANYTHING), Timeout: 30 });
  const trust = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await t.iam.send(
    new CreateRoleCommand({ RoleName: 'scheduler', AssumeRolePolicyDocument: policy(trust) }),
  );
  await t.iam.send(
    new PutRolePolicyCommand({ RoleName: 'scheduler', PolicyName: 'p', PolicyDocument: policy(ANYTHING) }),
  );
  await t.scheduler.send(
    new CreateScheduleCommand({
      Name: 'hourly',
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:aws:lambda:us-east-1:${t.accountId}:function:hourly`,
        RoleArn: Role!.Arn!,
        Input: '{"at":"<aws.scheduler.scheduled-time>"}',
      },
    }),
  );
  await t.cloud.clock.advance(2 * 3_600_000);
  const made = calls('PutObject');
  expect(made.length).toBeGreaterThanOrEqual(2);
  expect(new Set(made.map(({ cause }) => cause)).size).toBe(made.length);
  for (const call of made) {
    expect(chain(call)).toEqual([
      's3:PutObject',
      'lambda:Invocation',
      'scheduler:InvokeTarget',
      'scheduler:ScheduledEvent',
      'scheduler:CreateSchedule',
    ]);
  }
});

test('a call of a worker on an instance leads back to its launch', async () => {
  const bench = await openEc2Bench();
  t = bench as never;
  const { QueueUrl } = await bench.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  await bench.profile('worker', ANYTHING);
  const worker = `const { SQSClient, ReceiveMessageCommand } = require('@aws-sdk/client-sqs');
    new SQSClient({ region: 'us-east-1' }).send(new ReceiveMessageCommand({ QueueUrl: '${QueueUrl}' }));`;
  const script = `#!/bin/bash\ncat > worker.cjs <<'END'\n${worker}\nEND\nnode worker.cjs`;
  await bench.launch(script, { IamInstanceProfile: { Name: 'worker' } });
  await bench.pass(30);
  expect(chain(calls('ReceiveMessage')[0])).toEqual([
    'sqs:ReceiveMessage',
    'ec2:InstanceCredentials',
    'ec2:BootInstance',
    'ec2:LaunchInstance',
    'ec2:RunInstances',
  ]);
});
