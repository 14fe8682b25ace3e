/** For tests: a cloud, and SDK clients of one account of it. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { HttpRequest } from '@smithy/types';
import { zipSync } from 'fflate';
import { type Cloud, type CloudOptions, openCloud } from './cloud.ts';
import './sandbox/preload/localhost.cjs';
import type { Fault } from './contract.ts';
import type { Statement } from './identity/policy.ts';

export interface Answer {
  readonly payload: unknown;
  readonly error: string | undefined;
  readonly log: string;
}

export interface TestCloud {
  readonly cloud: Cloud;
  readonly accountId: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  /** Loaded when asked for: its schema costs most of a second. */
  ec2(): Promise<EC2Client>;
  /** The same clients with other credentials. */
  as(credentials: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }): Omit<TestCloud, 'cloud' | 'accountId'>;
  role(name: string, ...statements: Statement[]): Promise<string>;
  /** Creates a function from CommonJS source and waits until it is active. */
  deploy(name: string, source: string, more?: Partial<CreateFunctionCommandInput>): Promise<void>;
  invoke(name: string, event?: unknown, qualifier?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** A cloud on a held clock, with checked identity, unless told. */
export async function openTestCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const cloud = await openCloud({ held: true, identity: 'checked', ...options });
  const accountId = '111122223333';
  return {
    cloud,
    accountId,
    ...clientsOf(cloud, cloud.identity.rootCredentials(accountId)),
    close: () => cloud.close(),
  } as TestCloud;
}

function clientsOf(
  cloud: Cloud,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): Omit<TestCloud, 'cloud' | 'accountId' | 'close'> {
  const config = { endpoint: cloud.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const [iam, lambda] = [new IAMClient(config), new LambdaClient(config)];
  const role = async (name: string, ...statements: Statement[]): Promise<string> => {
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const policy = (Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy([trust]) }),
    );
    if (statements.length > 0) {
      await iam.send(
        new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: policy(statements) }),
      );
    }
    return Role!.Arn!;
  };
  return {
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
    lambda,
    cloudwatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    dynamodb: new DynamoDBClient(config),
    streams: new DynamoDBStreamsClient(config),
    iam,
    sts: new STSClient(config),
    events: new EventBridgeClient(config),
    scheduler: new SchedulerClient(config),
    ec2: async () =>
      new (await import('@aws-sdk/client-ec2')).EC2Client({ ...config, credentials: { ...credentials } }),
    as: (other) => ({ ...clientsOf(cloud, other), close: async () => undefined }),
    role,
    async deploy(name, source, more = {}) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: more.Role ?? (await role(`${name}-role`)),
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: zipSync({ 'index.js': Buffer.from(source) }) },
          ...more,
        }),
      );
      await untilActive(cloud, lambda, name);
    },
    async invoke(name, event = {}, qualifier) {
      const answer = await lambda.send(
        new InvokeCommand({
          FunctionName: name,
          Payload: JSON.stringify(event),
          LogType: 'Tail',
          Qualifier: qualifier,
        }),
      );
      return {
        payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')),
        error: answer.FunctionError,
        log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
      };
    },
  };
}

async function untilActive(cloud: Cloud, lambda: LambdaClient, name: string): Promise<void> {
  for (;;) {
    const { State } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (State === 'Active') return;
    await cloud.clock.advance(1000);
  }
}

/** Sets a fault on the calls of a cloud's account, as graders do. Returns its id. */
export async function setFault(
  { cloud, accountId }: Pick<TestCloud, 'cloud' | 'accountId'>,
  fault: Omit<Fault, 'id' | 'accountId'>,
): Promise<string> {
  const response = await fetch(`${cloud.url}/_cloud/faults`, {
    method: 'POST',
    headers: { 'x-cloud-token': cloud.token },
    body: JSON.stringify({ ...fault, accountId }),
  });
  if (!response.ok) throw new Error(`The fault was refused: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** Takes up to ten messages out of a queue. */
export async function takeFrom(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages;
}

/** The same, but only what they say. */
export async function takeMessages(sqs: SQSClient, QueueUrl: string) {
  return (await takeFrom(sqs, QueueUrl)).map(({ Body, MessageAttributes }) => ({
    body: Body!,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

/** The error that a call is refused with. Fails when it is not refused. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call was not refused.');
}

interface Sender {
  readonly config: { requestHandler: unknown };
  send(command: never): Promise<unknown>;
}

/** What a call is answered on the wire, byte for byte, where the SDK would make an object or an error of it. */
export async function rawAnswer(client: Sender, command: object) {
  const { config } = client;
  const usual = config.requestHandler;
  let answer: { status: number; headers: Headers; body: string } | undefined;
  const handle = async ({ protocol, hostname, port, path, query = {}, method, headers, body }: HttpRequest) => {
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const url = `${protocol}//${hostname}:${port}${path}${search && `?${search}`}`;
    const response = await fetch(url, { method, headers, body: method === 'GET' ? null : (body as string) });
    answer = { status: response.status, headers: response.headers, body: await response.text() };
    throw new Error('The answer has been taken.');
  };
  config.requestHandler = { handle, metadata: { handlerProtocol: 'http/1.1' } };
  await client.send(command as never).catch(() => undefined);
  config.requestHandler = usual;
  if (!answer) throw new Error('The call was not sent.');
  return answer;
}
