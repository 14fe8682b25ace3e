/** Instances of the gateway's, in front of an open cloud at wall speed, which stands for an engine that is not ours. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ListInstanceProfilesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cloud, openCloud } from '../cloud.ts';
import type { TraceEntry } from '../contract.ts';
import { type Bench, openBench } from '../engine/bench.ts';
import { probeFor } from '../engine/probe.ts';
import { base64, countMarked, IMAGE, makeProfile } from '../services/ec2/testing.ts';
import { openForeignEngine } from './engine.ts';
import { type Gateway, openGateway } from './index.ts';

let engine: Cloud;
let gateway: Gateway;
let t: Bench;
let ec2: EC2Client;
beforeAll(async () => {
  engine = await openCloud({ identity: 'open' });
  gateway = await openGateway({ target: engine.url, engine: 'other', functionHost: '127.0.0.1', instances: true });
});
afterAll(async () => {
  expect(gateway.internalErrors).toEqual([]);
  await gateway.close();
  await engine.close();
});
beforeEach(async () => {
  t = await openBench(gateway);
  ec2 = new EC2Client(t.config);
});
afterEach(async () => {
  ec2.destroy();
  await t.close();
});

const trace = (): Promise<TraceEntry[]> => t.control('GET', `trace?account=${t.accountId}`);
const run = (more: Partial<RunInstancesCommandInput> = {}) =>
  ec2.send(new RunInstancesCommand({ ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...more }));
const launch = async (script: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> =>
  (await run({ UserData: base64(`#!/bin/bash\n${script}\n`), ...more })).Instances![0]!.InstanceId!;
const states = async (): Promise<(string | undefined)[]> => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
};
const lines = async (InstanceId: string): Promise<string[]> => {
  const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
  return Buffer.from(Output, 'base64').toString().split('\r\n');
};
const refused = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'not refused',
    ({ name }: Error) => name,
  );
const until = (look: () => Promise<boolean>) => vi.waitUntil(look, { timeout: 60_000, interval: 50 });
/** When the console has this line. */
const says = (id: string, line: string) => until(async () => (await lines(id)).includes(line));

/** A profile on the engine whose role trusts this service, and the account, as which the gateway begins its sessions. */
const profile = (name: string, Service: string): Promise<void> => {
  const trusted = { Service, AWS: `arn:aws:iam::${t.accountId}:root` };
  return makeProfile(t.iam, name, trusted, { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' });
};

describe.skipIf(process.platform !== 'linux')('an instance', () => {
  test('runs its user data, and its programs use the engine with the role that it was launched with', async () => {
    const Bucket = `bucket-${t.accountId}`;
    await t.s3.send(new CreateBucketCommand({ Bucket }));
    await profile('worker', 'ec2.amazonaws.com');
    const id = await launch(
      `cat > put.mjs <<'END'
      import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      await new S3Client({ region: 'us-east-1' }).send(new PutObjectCommand({ Bucket: '${Bucket}', Key: 'k', Body: 'from an instance' }));
END
      node put.mjs; echo "ended with $?"`,
      { IamInstanceProfile: { Name: 'worker' } },
    );
    await says(id, 'ended with 0');
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await Body!.transformToString()).toBe('from an instance');
    expect(engine.ec2.instances()).toEqual([]);

    const all = await trace();
    const chain = (from: number | undefined): string[] => {
      const entry = all.find((one) => one.id === from);
      return entry ? [entry.operation, ...chain(entry.cause)] : [];
    };
    const put = all.find(({ operation }) => operation === 'PutObject')!;
    expect(put.principal).toBe(`arn:aws:sts::${t.accountId}:assumed-role/worker/${id}`);
    expect(chain(put.id)).toEqual([
      'PutObject',
      'InstanceCredentials',
      'BootInstance',
      'LaunchInstance',
      'RunInstances',
    ]);
    // What every role allows, whatever more it may allow.
    expect(all.find(({ operation }) => operation === 'InstanceCredentials')!.detail!.seconds).toBeCloseTo(3600, -2);
  });

  test('is cut off by a fault that names its role, and nobody else is', async () => {
    const Bucket = `bucket-${t.accountId}`;
    await t.s3.send(new CreateBucketCommand({ Bucket }));
    await profile('worker', 'ec2.amazonaws.com');
    const between = { from: `arn:aws:iam::${t.accountId}:role/worker`, to: 's3' };
    await t.control('POST', 'faults', { service: '*', between, effect: { kind: 'reset' } });
    const id = await launch(
      `cat > put.mjs <<'END'
      import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      const s3 = new S3Client({ region: 'us-east-1', maxAttempts: 1 });
      await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key: 'k', Body: 'x' })).catch(({ name }) => console.log(name));
END
      node put.mjs; echo "ended with $?"`,
      { IamInstanceProfile: { Name: 'worker' } },
    );
    await says(id, 'ended with 0');
    expect(await lines(id)).toContain('TimeoutError');
    expect((await t.s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toBeUndefined();
  });

  test('gets no credentials of a role that does not trust EC2', async () => {
    await profile('stranger', 'lambda.amazonaws.com');
    const id = await launch(
      `at=$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest
      token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)
      curl -s -H "X-aws-ec2-metadata-token: $token" $at/meta-data/iam/security-credentials/stranger; echo; echo end`,
      { IamInstanceProfile: { Arn: `arn:aws:iam::${t.accountId}:instance-profile/stranger` } },
    );
    await says(id, 'end');
    expect((await lines(id)).join('')).toContain('"Code": "AssumeRoleUnauthorizedAccess"');
  });

  test.each(['a reset', 'the end of the gateway'])('has no process left after %s', async (what) => {
    const mark = `mark-${t.accountId}`;
    const own = await openGateway({ target: engine.url, engine: 'other', functionHost: undefined, instances: true });
    try {
      const other = await openBench(own);
      const client = new EC2Client(other.config);
      const UserData = base64(`#!/bin/bash\nnohup setsid bash -c 'exec -a ${mark} sleep 1000000' &\n`);
      const more = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, UserData } as const;
      await client.send(new RunInstancesCommand(more));
      await until(async () => countMarked(mark) > 0);
      if (what === 'a reset') {
        await other.control('POST', 'reset', { accountId: other.accountId });
        expect((await client.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
        expect(countMarked(mark)).toBe(0);
      }
    } finally {
      await own.close();
    }
    expect(countMarked(mark)).toBe(0);
  });
});

describe('calls of EC2', () => {
  test('are answered here and recorded, whoever’s key they are signed with', async () => {
    const sts = createServer((_, response) => {
      response.end('<Arn>arn:aws:sts::111122223333:assumed-role/r/f</Arn><Account>111122223333</Account>');
    });
    await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
    const target = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
    const own = await openGateway({ target, engine: 'fake', functionHost: '127.0.0.1', instances: true });
    const as = (accessKeyId: string) =>
      new EC2Client({ ...t.config, endpoint: own.url, credentials: { accessKeyId, secretAccessKey: 'x' } });
    const more = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 2 } as const;
    const { Instances } = await as('111122223333').send(new RunInstancesCommand(more));
    const ofFunction = await as('LSIAEXAMPLE').send(new DescribeInstancesCommand({}));
    expect(ofFunction.Reservations![0]!.Instances!.map(({ InstanceId }) => InstanceId)).toEqual(
      Instances!.map(({ InstanceId }) => InstanceId),
    );
    expect((await as('444455556666').send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
    const all = await fetch(`${own.url}/_cloud/trace`, { headers: { 'x-cloud-token': own.token } });
    const calls = ((await all.json()) as TraceEntry[]).filter(({ kind }) => kind === 'call');
    expect(calls.map(({ operation, principal }) => [operation, principal])).toEqual([
      ['RunInstances', 'arn:aws:iam::111122223333:root'],
      ['DescribeInstances', 'arn:aws:sts::111122223333:assumed-role/r/f'],
      ['DescribeInstances', 'arn:aws:iam::444455556666:root'],
    ]);
    await own.close();
    sts.close();
  });

  test('go wrong as faults say, at the call and at each launch', async () => {
    const fault = (operation: string, more: object, effect: object) =>
      t.control<{ id: string }>('POST', 'faults', {
        accountId: t.accountId,
        service: 'ec2',
        operation,
        ...more,
        effect,
      });
    await fault('RunInstances', { nth: 1 }, { kind: 'error', code: 'RequestLimitExceeded', status: 503 });
    await fault('LaunchInstance', { nth: 2 }, { kind: 'error', code: 'InsufficientInstanceCapacity', status: 500 });
    await fault('TerminateInstances', {}, { kind: 'lost-reply' });
    expect(await refused(run())).toBe('RequestLimitExceeded');
    const { Instances } = await run({ MaxCount: 3 });
    expect(Instances).toHaveLength(1);
    const InstanceIds = [Instances![0]!.InstanceId!];
    expect(await refused(ec2.send(new TerminateInstancesCommand({ InstanceIds })))).toBe('TimeoutError');
    expect((await states())[0]).toMatch(/^(shutting-down|terminated)$/);
    expect((await trace()).filter(({ error }) => error).map(({ operation, error }) => [operation, error])).toEqual([
      ['RunInstances', 'RequestLimitExceeded'],
    ]);
  });

  test('wait while a grader holds all calls', async () => {
    await t.control('POST', 'clock/pause');
    let answered = false;
    const call = states().then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(answered).toBe(false);
    await t.control('POST', 'clock/resume');
    await call;
  });

  test('are refused where there is no such profile, or where this cloud has no such operation', async () => {
    expect(await refused(run({ IamInstanceProfile: { Name: 'nobody' } }))).toBe('InvalidParameterValue');
    expect(await refused(ec2.send(new DescribeVolumesCommand({})))).toBe('NotImplemented');
  });

  test('a reset removes profiles from the engine, and their roles', async () => {
    await profile('worker', 'ec2.amazonaws.com');
    await run({ IamInstanceProfile: { Name: 'worker' } });
    await t.control('POST', 'reset', { accountId: t.accountId });
    await t.control('POST', 'accounts', { accountId: t.accountId });
    expect((await t.iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toEqual([]);
    expect((await t.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    expect(await states()).toEqual([]);
    expect(await refused(run({ IamInstanceProfile: { Name: 'worker' } }))).toBe('InvalidParameterValue');
  });
});

test('an engine that keeps records of instances, and has some console for each, has none that execute', async () => {
  const answers: Readonly<Record<string, string>> = {
    RunInstances: '<instancesSet><item><instanceId>i-0123456789abcdef0</instanceId></item></instancesSet>',
    GetConsoleOutput: `<output>${base64('Linux version 6.1\r\nBooting up\r\nsaid\r\n')}</output>`,
  };
  const records = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const action = new URLSearchParams(body).get('Action') ?? '';
      response.end(`<${action}Response>${answers[action] ?? ''}</${action}Response>`);
    });
  });
  await new Promise<void>((resolve) => records.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(records.address() as AddressInfo).port}`;
  const own = await openGateway({ target, engine: 'records', functionHost: undefined });
  const { instances } = await probeFor(own, ['instances']);
  expect(instances).toBe('the user data of an instance does not run');
  await own.close();
  records.close();
});

test.skipIf(process.platform !== 'linux')('an engine whose own instances execute keeps them', async () => {
  const other = await openForeignEngine(engine.url);
  expect(other.capabilities.instances).toBe(true);
  const own = await other.open();
  const bench = await openBench(own);
  const client = new EC2Client(bench.config);
  const more = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;
  const { Instances } = await client.send(new RunInstancesCommand(more));
  expect(engine.ec2.instances().map(({ id }) => id)).toContain(Instances![0]!.InstanceId);
  await bench.close();
  await until(async () => engine.ec2.instances().every(({ state }) => state === 'terminated'));
  await own.close();
});
