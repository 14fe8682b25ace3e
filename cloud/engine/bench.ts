/** A client of an engine: an account of its own, SDK clients, the controls. It knows nothing of what is behind the URL. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';

/** Where an engine's AWS endpoint and its controls are. */
export interface Address {
  readonly url: string;
  readonly token: string;
}

export interface Bench extends Address {
  readonly accountId: string;
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** A control. Throws with its status and text when it is refused. */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  /** Moves time where it can be moved, and waits where it cannot. */
  pass(milliseconds: number): Promise<void>;
  /** A role that Lambda and the Scheduler may assume, with this inline policy. */
  role(name: string, statements?: readonly object[]): Promise<string>;
  /** Creates a function from CommonJS source, and waits until it is active. */
  deploy(name: string, source: string, more?: Partial<CreateFunctionCommandInput>): Promise<void>;
  invoke(name: string, event?: unknown): Promise<{ readonly payload: unknown; readonly error: string | undefined }>;
  /** Forgets the account. */
  close(): Promise<void>;
}

export async function openBench({ url, token }: Address): Promise<Bench> {
  const control = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/_cloud/${path}`, {
      method,
      headers: { 'x-cloud-token': token, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (response.status === 404) throw new Error(`there is no ${method} /_cloud/${path}`);
    if (!response.ok) throw new Error(`${method} /_cloud/${path} is answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const { accountId, ...credentials } = await control<{
    accountId: string;
    accessKeyId: string;
    secretAccessKey: string;
  }>('POST', 'accounts', {});
  const config = { endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials };
  const clients = {
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
  };
  const { iam, lambda } = clients;
  const { held } = await control<{ held: boolean }>('GET', 'clock');

  const bench: Bench = {
    url,
    token,
    accountId,
    config,
    ...clients,
    control,
    async pass(milliseconds) {
      if (held) await control('POST', 'clock/advance', { milliseconds });
      else await new Promise((resolve) => setTimeout(resolve, milliseconds));
    },
    async role(name, statements = []) {
      const policy = (Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
      const services = ['lambda.amazonaws.com', 'scheduler.amazonaws.com'];
      const trust = [
        { Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
      ];
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy(trust) }),
      );
      if (statements.length > 0) {
        await iam.send(
          new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: policy(statements) }),
        );
      }
      return Role!.Arn!;
    },
    async deploy(name, source, more = {}) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: more.Role ?? (await bench.role(`${name}-role`)),
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 20,
          Code: { ZipFile: zipSync({ 'index.js': strToU8(source) }) },
          ...more,
        }),
      );
      for (;;) {
        const { State, StateReason } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
        if (State === 'Active') return;
        if (State === 'Failed') throw new Error(`The function ${name} cannot run: ${StateReason}`);
        await bench.pass(held ? 1000 : 50);
      }
    },
    async invoke(name, event = {}) {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
      );
      return { payload: JSON.parse(Buffer.from(Payload ?? []).toString('utf8')), error: FunctionError };
    },
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await control('POST', 'reset', { accountId });
    },
  };
  return bench;
}
