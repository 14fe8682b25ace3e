/** The gateway in front of an open cloud at wall speed, which stands for an engine that is not ours. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  CreateEventSourceMappingCommand,
  GetFunctionCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, openCloud } from '../cloud.ts';
import type { TraceEntry } from '../contract.ts';
import { type Bench, openBench } from '../engine/bench.ts';
import { forget } from './forget.ts';
import { type Gateway, openGateway } from './index.ts';

let engine: Cloud;
let gateway: Gateway;
let t: Bench;
beforeAll(async () => {
  engine = await openCloud({ identity: 'open' });
  gateway = await openGateway({ target: engine.url, engine: 'other', functionHost: '127.0.0.1' });
});
afterAll(async () => {
  await gateway.close();
  await engine.close();
});
beforeEach(async () => {
  t = await openBench(gateway);
});
afterEach(() => t.close());

const trace = (): Promise<TraceEntry[]> => t.control('GET', `trace?account=${t.accountId}`);
const fault = async (effect: object, more: object = {}): Promise<string> =>
  (await t.control<{ id: string }>('POST', 'faults', { accountId: t.accountId, service: 's3', ...more, effect })).id;
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${error.name} ${error.$metadata?.httpStatusCode ?? ''}`.trim(),
  );
const bucket = async (): Promise<string> => {
  const Bucket = `bucket-${t.accountId}`;
  await t.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
};

describe('calls pass through', () => {
  test('objects as streams, both ways', async () => {
    const Bucket = await bucket();
    const parts = Array.from({ length: 40 }, (_, n) => Buffer.alloc(100_000, n));
    const ContentLength = 4_000_000;
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: Readable.from(parts), ContentLength }));
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    expect(Buffer.concat(parts).equals(await Body!.transformToByteArray())).toBe(true);
  });

  test('addresses in answers lead back to the gateway', async () => {
    const { QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    expect(QueueUrl).toBe(`${gateway.url}/${t.accountId}/q`);
  });

  test('the trace names account, caller, operation, resource and error', async () => {
    const Bucket = await bucket();
    await outcome(t.s3.send(new GetObjectCommand({ Bucket, Key: 'a b+c' })));
    await outcome(t.s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })));
    await outcome(t.invoke('nothing'));
    await outcome(
      t.sqs.send(new SendMessageCommand({ QueueUrl: `${gateway.url}/${t.accountId}/no`, MessageBody: 'm' })),
    );
    await t.sts.send(new GetCallerIdentityCommand({}));
    const by = { accountId: t.accountId, kind: 'call', principal: `arn:aws:iam::${t.accountId}:root` };
    expect(await trace()).toMatchObject([
      { ...by, service: 's3', operation: 'CreateBucket', resource: Bucket },
      { ...by, service: 's3', operation: 'GetObject', resource: `${Bucket}/a b+c`, error: 'NoSuchKey' },
      { ...by, service: 's3', operation: 'HeadObject', resource: `${Bucket}/none`, error: 'HTTP 404' },
      { ...by, service: 'lambda', operation: 'Invoke', resource: 'nothing', error: 'ResourceNotFoundException' },
      { ...by, service: 'sqs', operation: 'SendMessage', resource: 'no', error: 'QueueDoesNotExist' },
      { ...by, service: 'sts', operation: 'GetCallerIdentity' },
    ]);
  });

  test('an engine that does not answer is the engine’s mistake', async () => {
    const alone = await openGateway({ target: 'http://127.0.0.1:9', engine: 'none', functionHost: undefined });
    const s3 = new S3Client({ ...t.config, endpoint: alone.url });
    expect(await outcome(s3.send(new ListBucketsCommand({})))).toBe('ServiceUnavailable 503');
    expect(alone.internalErrors).toEqual([expect.stringContaining('s3:ListBuckets: ')]);
    await alone.close();
  });
});

describe('calls go wrong as faults say', () => {
  const list = (): Promise<string> => outcome(t.s3.send(new ListBucketsCommand({})));

  test.each([
    ['s3', () => t.s3.send(new ListBucketsCommand({})), 'SlowDown'],
    ['sqs', () => t.sqs.send(new ListQueuesCommand({})), 'RequestThrottled'],
    ['lambda', () => t.lambda.send(new ListFunctionsCommand({})), 'TooManyRequestsException'],
    ['sts', () => t.sts.send(new GetCallerIdentityCommand({})), 'Throttling'],
  ] as const)('%s: an error is the service’s own', async (service, call, code) => {
    const id = await fault({ kind: 'error', code, status: 429 }, { service });
    expect(await outcome(call())).toBe(`${code} 429`);
    expect(await trace()).toMatchObject([{ service, error: code, fault: id }]);
    await t.control('DELETE', `faults/${id}`);
    expect(await outcome(call())).toBe('answered');
  });

  test('latency is waited for', async () => {
    await fault({ kind: 'latency', ms: 300 });
    const begun = Date.now();
    expect(await list()).toBe('answered');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
  });

  test('a connection is cut before the call, or after it', async () => {
    const Bucket = await bucket();
    const put = (Key: string) => outcome(t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })));
    await fault({ kind: 'reset' }, { resource: `${Bucket}/before` });
    await fault({ kind: 'lost-reply' }, { resource: `${Bucket}/after` });
    expect([await put('before'), await put('after')]).toEqual(['TimeoutError', 'TimeoutError']);
    const keys = await t.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(keys.Contents?.map(({ Key }) => Key)).toEqual(['after']);
    expect((await trace()).filter(({ operation }) => operation === 'PutObject').map(({ error }) => error)).toEqual([
      'NotApplied',
      undefined,
    ]);
  });

  test('an answer is another than the engine’s, and comes in pieces', async () => {
    const Bucket = await bucket();
    const about = { service: 's3', operation: 'PutObject', resource: `${Bucket}/one` };
    await fault({ kind: 'answer', status: 201, headers: { ETag: '"made-up"' }, body: 'no' }, about);
    await fault({ kind: 'drip', bytes: 1, ms: 50 }, about);
    const begun = Date.now();
    const { ETag, $metadata } = await t.s3.send(new PutObjectCommand({ Bucket, Key: 'one', Body: 'x' }));
    expect([ETag, $metadata.httpStatusCode]).toEqual(['"made-up"', 201]);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(100);
    expect((await t.s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toBeUndefined();
  });

  test('between two parties alone', async () => {
    const root = (await t.sts.send(new GetCallerIdentityCommand({}))).Arn!;
    await fault({ kind: 'reset' }, { service: '*', between: { from: root, to: 's3' } });
    expect(await list()).toBe('TimeoutError');
    expect(await outcome(t.sqs.send(new ListQueuesCommand({})))).toBe('answered');
  });

  test('the second matching call alone, and only this account’s', async () => {
    await fault({ kind: 'error', code: 'SlowDown', status: 503 }, { nth: 2 });
    expect([await list(), await list(), await list()]).toEqual(['answered', 'SlowDown 503', 'answered']);
    const other = await openBench(gateway);
    await fault({ kind: 'error', code: 'SlowDown', status: 503 });
    expect(await outcome(other.s3.send(new ListBucketsCommand({})))).toBe('answered');
    await other.close();
  });

  test('what is inside of an engine cannot be made to go wrong here: its deliveries, its processes', async () => {
    await expect(fault({ kind: 'duplicate-delivery' })).rejects.toThrow(' 400');
    await expect(fault({ kind: 'kill', when: 'before' })).rejects.toThrow(' 400');
    await expect(fault({ kind: 'skew', ms: 1000 })).rejects.toThrow(' 400');
    const another = await openGateway({ target: engine.url, engine: 'other', functionHost: '127.0.0.1' });
    const { kill } = await another.capabilities().finally(() => another.close());
    expect(kill).toBe('there is no fault that kills');
  });
});

describe('functions', () => {
  const source = `const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');
    exports.handler = async () => {
      await new S3Client({ maxAttempts: 1 }).send(new ListBucketsCommand({}));
      return process.env.AWS_ENDPOINT_URL;
    };`;

  test('call the gateway, unless they bring an address of their own, and their configuration does not show it', async () => {
    const Role = await t.role('caller', [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }]);
    await t.deploy('plain', source, { Role });
    await t.deploy('with-variables', source, { Role, Environment: { Variables: { STAGE: 'one' } } });
    const { Functions = [] } = await t.lambda.send(new ListFunctionsCommand({}));
    expect(Functions.map(({ Environment }) => Environment)).toEqual([undefined, { Variables: { STAGE: 'one' } }]);
    const { Code } = await t.lambda.send(new GetFunctionCommand({ FunctionName: 'plain' }));
    expect(Code!.Location).toMatch(new RegExp(`^${gateway.url}/`));
    const zip = await (await fetch(Code!.Location!)).arrayBuffer();
    expect(Object.keys(unzipSync(new Uint8Array(zip)))).toEqual(['index.js']);
    expect((await t.invoke('plain')).payload).toBe(gateway.url);
    await t.deploy('own', source, { Role, Environment: { Variables: { AWS_ENDPOINT_URL: engine.url } } });
    expect((await t.invoke('own')).payload).toBe(engine.url);
    // This engine checks signatures and does not say whose key it is.
    const all = await t.control<TraceEntry[]>('GET', 'trace');
    expect(all.filter(({ operation }) => operation === 'ListBuckets').map(({ principal }) => principal)).toEqual([
      'anonymous',
    ]);
  });
});

describe('controls', () => {
  test('scripts run, and call the gateway', async () => {
    const source = `import { S3Client, ListBucketsCommand } from '@aws-sdk/client-s3';
      await new S3Client({}).send(new ListBucketsCommand({}));
      console.log(process.env.AWS_ENDPOINT_URL);`;
    const zip = Buffer.from(zipSync({ 'main.mjs': strToU8(source) })).toString('base64');
    const modules = [new URL('../../node_modules', import.meta.url).pathname];
    const { code, output } = await t.control<{ code: number; output: { line: string }[] }>('POST', 'scripts', {
      accountId: t.accountId,
      zip,
      entry: 'main.mjs',
      modules,
    });
    expect([code, output.map(({ line }) => line)]).toEqual([0, [gateway.url]]);
    expect((await trace()).map(({ operation }) => operation)).toEqual(['RunScript', 'ListBuckets']);
  });

  test('a pause holds calls until it is over', async () => {
    await t.control('POST', 'clock/pause');
    let answered = false;
    const call = t.s3.send(new ListBucketsCommand({})).then(() => {
      answered = true;
    });
    while ((await trace()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    await t.control('POST', 'clock/resume');
    await call;
  });

  test('a reset empties the account, and no account of others', async () => {
    const Bucket = await bucket();
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await t.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'y' }));
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await t.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const RoleArn = await t.role('r', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    const scheduler = new SchedulerClient(t.config);
    const Target = { Arn: `arn:aws:sqs:us-east-1:${t.accountId}:q`, RoleArn };
    const hourly = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } } as const;
    await scheduler.send(new CreateScheduleCommand({ Name: 's', ...hourly, Target }));
    await t.deploy('f', 'exports.handler = async () => 1;');
    await t.control('POST', 'reset', { accountId: t.accountId });
    const left = [await t.s3.send(new ListBucketsCommand({})), await t.sqs.send(new ListQueuesCommand({}))];
    expect(left).toMatchObject([{ Buckets: [] }, {}]);
    expect((left[1] as { QueueUrls?: unknown }).QueueUrls).toBeUndefined();
    expect((await t.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
    await expect(t.control('POST', 'reset', { accountId: '123456789012' })).rejects.toThrow('not handed out');
    await t.control('POST', 'accounts', { accountId: t.accountId });
  });

  test('a reset waits for event source mappings that are being made or are going', async () => {
    await t.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const EventSourceArn = `arn:aws:sqs:us-east-1:${t.accountId}:q`;
    await t.deploy('f', 'exports.handler = async () => 1;', {
      Role: await t.role('r', [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]),
    });
    const making = { EventSourceArn, FunctionName: 'f' };
    await t.lambda.send(new CreateEventSourceMappingCommand(making));
    await t.control('POST', 'reset', { accountId: t.accountId });
    await t.control('POST', 'accounts', { accountId: t.accountId });
    expect((await t.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    const { EventSourceMappings = [] } = await t.lambda.send(new ListEventSourceMappingsCommand({}));
    expect(EventSourceMappings.filter(({ State }) => State !== 'Deleting')).toEqual([]);
  });

  test('a reset minds no event source mapping that is gone before its turn', async () => {
    const found = { FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:us-east-1:111122223333:q' };
    const asked: string[] = [];
    const engine = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const gone = request.method === 'DELETE';
      response.writeHead(gone ? 404 : 200, gone ? { 'x-amzn-errortype': 'ResourceNotFoundException' } : {});
      response.end(JSON.stringify(gone ? {} : { EventSourceMappings: [{ UUID: 'u', ...found }], Functions: [] }));
    });
    await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
    const target = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
    await forget(target, '111122223333', new Set(['lambda']));
    expect(asked.some((one) => one.startsWith('DELETE ') && one.includes('/event-source-mappings/u'))).toBe(true);
    engine.close();
  });

  test('there is no clock to move, and none enters without the token', async () => {
    await expect(t.control('POST', 'clock/advance', { seconds: 1 })).rejects.toThrow('there is no POST');
    expect((await fetch(`${gateway.url}/_cloud/clock`)).status).toBe(403);
  });
});

test('the engine is asked once who holds a key that it has handed out', async () => {
  let asked = 0;
  const sts = createServer((_, response) => {
    asked++;
    response.end('<Arn>arn:aws:sts::111122223333:assumed-role/r/f</Arn><Account>111122223333</Account>');
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  const other = await openGateway({
    target: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    engine: 'fake',
    functionHost: undefined,
  });
  const credentials = { accessKeyId: 'LSIAEXAMPLE', secretAccessKey: 'x' };
  const client = new S3Client({ ...t.config, endpoint: other.url, credentials });
  for (let i = 0; i < 2; i++) await outcome(client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })));
  const all = await fetch(`${other.url}/_cloud/trace`, { headers: { 'x-cloud-token': other.token } });
  expect(((await all.json()) as TraceEntry[]).map(({ principal }) => principal)).toEqual(
    Array(2).fill('arn:aws:sts::111122223333:assumed-role/r/f'),
  );
  expect(asked).toBe(3);
  await other.close();
  sts.close();
});
