/** One check's own world: an account, clients, seeded choices, and a record of what was done. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
// Graders call functions by their URLs too.
import '../../cloud/sandbox/preload/localhost.cjs';
import { type Answer, answerOf } from './answer.ts';
import type { RunContext } from './context.ts';
import type { Aws, Check, ClientConfig, Seeded } from './contract.ts';
import { Control } from './control.ts';
import { lastLines, readable } from './output.ts';
import { seeded } from './seeded.ts';

export interface Session {
  readonly run: RunContext;
  readonly answer: Answer;
  readonly accountId: string;
  readonly aws: Aws;
  client: Check['client'];
  /** Clients of an account that has nothing to do with this one. */
  stranger(): Promise<Aws>;
  readonly control: Control;
  readonly seeded: Seeded;
  readonly did: string[];
  /** Remembers what the learner's code printed. */
  note(lines: readonly string[]): void;
  output(): readonly string[];
  /** Request ids of the invocations whose output has been noted. */
  readonly heard: Set<string>;
  /** Another one on the same cloud, within this one. */
  anew(name: string): Promise<Session>;
  /** Ends what the check has left running. */
  close(): Promise<void>;
}

export async function openSession(run: RunContext, step: string, check: string): Promise<Session> {
  const taken = new Int32Array(run.taken);
  const place = run.clouds.findIndex((_, index) => Atomics.compareExchange(taken, index, 0, 1) === 0);
  const cloud = run.clouds[place];
  if (!cloud) throw new Error(`The run has no free cloud for the step ${step}.`);
  const control = new Control(cloud.url, cloud.token);
  const name = `${run.lab.name} ${step} ${check}`;
  return await enterCloud({ run, answer: answerOf(run, step), control }, name, () => Atomics.store(taken, place, 0));
}

async function enterCloud(
  world: Pick<Session, 'run' | 'answer' | 'control'>,
  name: string,
  leave: () => void,
): Promise<Session> {
  const { run, control } = world;
  const accounts: string[] = [];
  const begun: Aws[] = [];
  const enter = async () => {
    const { accountId, accessKeyId, secretAccessKey } = await control.account();
    accounts.push(accountId);
    const config: ClientConfig = {
      endpoint: control.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
      // The grader sees what the cloud answers, not what a retry makes of it.
      maxAttempts: 1,
    };
    const aws = clientsOf(config);
    begun.push(aws);
    return { accountId, config, aws };
  };
  const { accountId, config, aws } = await enter();
  const further = new Map<unknown, Map<unknown, { destroy(): void }>>();
  let output: string[] = [];
  return {
    ...world,
    accountId,
    aws,
    client(Client, credentials = config.credentials) {
      const made = further.get(Client) ?? new Map<unknown, { destroy(): void }>();
      further.set(Client, made);
      const known = made.get(credentials) as InstanceType<typeof Client> | undefined;
      const client = known ?? new Client({ ...config, credentials });
      made.set(credentials, client);
      return client;
    },
    stranger: async () => (await enter()).aws,
    seeded: seeded(run.seed, name),
    did: [],
    note: (lines) => {
      output = lastLines([...output, ...readable(lines, world.answer)]);
    },
    output: () => output,
    heard: new Set(),
    anew: (part) => enterCloud(world, `${name} ${part}`, () => undefined),
    close: async () => {
      for (const client of [
        ...begun.flatMap((clients) => Object.values(clients)),
        ...[...further.values()].flatMap((made) => [...made.values()]),
      ])
        client.destroy();
      await Promise.all(accounts.map((id) => control.forget(id))).finally(leave);
    },
  };
}

const clientsOf = (config: ClientConfig): Aws => ({
  s3: new S3Client(config),
  sqs: new SQSClient(config),
  lambda: new LambdaClient(config),
  logs: new CloudWatchLogsClient(config),
  iam: new IAMClient(config),
  sts: new STSClient(config),
});
