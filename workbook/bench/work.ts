/** The same work for every engine, by the unmodified SDK. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import type { Started } from './engine-processes.ts';
import { median } from './median.ts';

export const ROWS = [
  'start to first S3 and SQS answers',
  'SQS send + receive + delete',
  'S3 put + get',
  'DynamoDB put + get',
  'cold invocation',
  'warm invocation',
  'memory',
] as const;
export type Row = (typeof ROWS)[number];

const CALLS = 200;
const WARM_UP = 20;
const COLD = 5;
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/** The median of many, after some that do not count. Milliseconds. */
async function medianOf(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) times.push(await timed(act));
  return median(times.slice(WARM_UP));
}

/** Throws when a call fails that every engine should answer; DynamoDB alone may be absent. */
export async function measureWork({ url, began }: Started): Promise<Partial<Record<Row, number>>> {
  const config = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' },
  };
  const [s3, sqs] = [new S3Client({ ...config, forcePathStyle: true }), new SQSClient(config)];
  await Promise.all([s3.send(new ListBucketsCommand({})), sqs.send(new ListQueuesCommand({}))]);
  const start = performance.now() - began;

  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'bench' }));
  const queue = await medianOf(async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'body' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  });

  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
  let count = 0;
  const objects = await medianOf(async () => {
    const place = { Bucket: 'bench', Key: `key-${count++}` };
    await s3.send(new PutObjectCommand({ ...place, Body: Buffer.alloc(1024) }));
    await (await s3.send(new GetObjectCommand(place))).Body!.transformToByteArray();
  });

  const items = await measureTable(new DynamoDBClient(config)).catch(() => undefined);
  return {
    'start to first S3 and SQS answers': start,
    'SQS send + receive + delete': queue,
    'S3 put + get': objects,
    ...(items === undefined ? {} : { 'DynamoDB put + get': items }),
    ...(await measureFunctions(new LambdaClient(config), new IAMClient(config))),
  };
}

async function measureTable(dynamodb: DynamoDBClient): Promise<number> {
  const TableName = 'bench';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  while ((await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus !== 'ACTIVE');
  let count = 0;
  return await medianOf(async () => {
    const id = { S: `id-${count++}` };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { id, text: { S: 'x'.repeat(200) } } }));
    await dynamodb.send(new GetItemCommand({ TableName, Key: { id } }));
  });
}

async function measureFunctions(
  lambda: LambdaClient,
  iam: IAMClient,
): Promise<{ 'cold invocation': number; 'warm invocation': number }> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: TRUST }));
  const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = async () => 1;') });
  const cold: number[] = [];
  let FunctionName = '';
  for (let round = 0; round < COLD; round++) {
    FunctionName = `bench-${round}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: Role!.Arn,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Code: { ZipFile },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60, minDelay: 1 }, { FunctionName });
    cold.push(await timed(() => lambda.send(new InvokeCommand({ FunctionName }))));
  }
  return {
    'cold invocation': median(cold),
    'warm invocation': await medianOf(() => lambda.send(new InvokeCommand({ FunctionName }))),
  };
}
