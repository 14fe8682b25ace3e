/** The AWS SDK v3 for JavaScript, as a user of `npm run cloud` would point it there. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { zipSync } from 'fflate';
import { check, equal } from './report.ts';

export async function checkSdk(endpoint: string): Promise<void> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: '222233334444', secretAccessKey: 'any' },
  };
  const s3 = new S3Client(config);
  const Bucket = 'javascript';

  await check('sdk: the access key is the account', async () => {
    equal((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account, '222233334444');
  });

  await check('sdk: an object goes there and back', async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a b/ü.txt', Body: 'hello', Metadata: { kind: 'greeting' } }));
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a b/ü.txt' }));
    equal([await Body!.transformToString(), Metadata], ['hello', { kind: 'greeting' }]);
  });

  await check('sdk: a stream goes in chunks, with its checksum behind them', async () => {
    const bytes = randomBytes(300_000);
    const stream = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: stream,
        ContentLength: bytes.length,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const { Body, ChecksumCRC32 } = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }),
    );
    equal([Buffer.from(await Body!.transformToByteArray()).equals(bytes), typeof ChecksumCRC32], [true, 'string']);
  });

  await check('sdk: presigned URLs read and write, and a changed one does not', async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'presigned' }), { expiresIn: 60 });
    equal((await fetch(put, { method: 'PUT', body: 'by URL' })).status, 200);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'presigned' }), { expiresIn: 60 });
    equal(await (await fetch(get)).text(), 'by URL');
  });

  await check('sdk: a queue takes a message and hands it out', async () => {
    const sqs = new SQSClient(config);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'javascript' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    equal(
      Messages!.map((message) => message.Body),
      ['hello'],
    );
  });

  await check('sdk: a topic hands on what is published', async () => {
    const [sqs, sns] = [new SQSClient(config), new SNSClient(config)];
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'javascript' }));
    const Endpoint = 'arn:aws:sqs:us-east-1:222233334444:subscribed';
    const Statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:*', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'subscribed', Attributes: { Policy } }));
    const Attributes = { RawMessageDelivery: 'true' };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    equal(
      Messages!.map((message) => message.Body),
      ['hello'],
    );
  });

  await check('sdk: a function is created and invoked', async () => {
    const lambda = new LambdaClient(config);
    const { Role } = await new IAMClient(config).send(
      new CreateRoleCommand({
        RoleName: 'javascript',
        AssumeRolePolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
      }),
    );
    const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = async ({ n }) => n + 1;') });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'add',
        Role: Role!.Arn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName: 'add' });
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'add', Payload: '{"n":41}' }));
    equal(Payload!.transformToString(), '42');
    const { FunctionUrl } = await lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: 'add', AuthType: 'NONE' }),
    );
    const [id] = new URL(FunctionUrl!).hostname.split('.');
    equal((await fetch(`${endpoint}/_url/${id}`)).status, 403);
  });
}
