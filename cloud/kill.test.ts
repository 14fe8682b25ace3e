/** The fault that kills who calls, at one exact call: functions, scripts, instances, and those that nobody can kill. */
import { CreateEventSourceMappingCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { available } from './sandbox/available.ts';
import { openEc2Bench } from './services/ec2/testing.ts';
import { openTestCloud, type TestCloud } from './testing.ts';

const MINUTE = 60_000;
const ANYTHING = [{ Effect: 'Allow' as const, Action: ['s3:*', 'sqs:*', 'sts:*'], Resource: '*' }];

/** Writes `before`, `at` and `after`, and tells what it sees of an end that it must not see. */
const WRITER = `
  const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
  const { spawn } = require('node:child_process');
  const s3 = new S3Client({ maxAttempts: 3 });
  const put = (Key) => s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: 'x' }));
  let runs = 0;
  process.on('exit', () => console.log('exit seen'));
  exports.handler = async () => {
    spawn('sh', ['-c', 'setsid sleep 1000 &'], { stdio: 'ignore' });
    await put('before');
    try { await put('at'); } catch (error) { console.log('error seen', error.name); await put('caught'); }
    await put('after');
    return ++runs;
  };`;

let t: TestCloud;
beforeEach(() => {
  t = undefined as never;
});
afterEach(async () => {
  expect(t.cloud.internalErrors).toEqual([]);
  await t.close();
});

const open = async (sandbox: 'process' | 'sealed', held = true): Promise<void> => {
  t = await openTestCloud({ sandbox, held });
  await t.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
};
const kill = async (when: 'before' | 'after', about: object): Promise<string> => {
  const response = await fetch(`${t.cloud.url}/_cloud/faults`, {
    method: 'POST',
    headers: { 'x-cloud-token': t.cloud.token },
    body: JSON.stringify({ accountId: t.accountId, ...about, effect: { kind: 'kill', when } }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { id: string }).id;
};
const at = { service: 's3', operation: 'PutObject', resource: 'kept/at' };
const keys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await t.s3.send(new ListObjectsV2Command({ Bucket: 'kept' }));
  return Contents.map(({ Key }) => Key);
};
const entries = (operation: string) => t.cloud.core.trace.entries().filter((entry) => entry.operation === operation);
const processes = () => t.cloud.lambda.environments().flatMap((environment) => environment.processes());

describe.each(available)('in the sandbox %s, a kill', (sandbox) => {
  test.each([
    ['before', ['before']],
    ['after', ['at', 'before']],
  ] as const)('%s a call ends a function as AWS ends it, and its processes are gone', async (when, written) => {
    await open(sandbox);
    await t.deploy('writer', WRITER, { Role: await t.role('r', ...ANYTHING) });
    const fault = await kill(when, { ...at, nth: 1 });
    const { payload, error, log } = await t.invoke('writer');
    const [, id] = /^START RequestId: (\S+)/.exec(log)!;
    const message = `RequestId: ${id} Error: Runtime exited with error: signal: killed`;
    expect([error, payload]).toEqual(['Unhandled', { errorType: 'Runtime.ExitError', errorMessage: message }]);
    expect(log).toContain(`${message}\nRuntime.ExitError\nEND RequestId: ${id}\nREPORT RequestId: ${id}\t`);
    expect(log).not.toContain('seen');
    expect(await keys()).toEqual(written);
    expect(processes()).toEqual([]);
    const [invocation] = entries('Invocation');
    expect(invocation!.error).toBe('Runtime.ExitError');
    expect(entries('PutObject')).toMatchObject([{ cause: invocation!.id }, { cause: invocation!.id, fault }]);
    expect(entries('PutObject')[1]!.error).toBe(when === 'before' ? 'NotApplied' : undefined);

    // Nothing of the program is left over for the next one.
    expect((await t.invoke('writer')).payload).toBe(1);
    expect((await t.invoke('writer')).payload).toBe(2);
    expect(await keys()).toEqual(['after', 'at', 'before']);
  });

  test('of an asynchronous invocation is followed by two retries', async () => {
    await open(sandbox);
    await t.deploy('writer', WRITER, { Role: await t.role('r', ...ANYTHING) });
    await kill('before', at);
    await t.lambda.send(new InvokeCommand({ FunctionName: 'writer', InvocationType: 'Event' }));
    const began = t.cloud.clock.now();
    await t.cloud.clock.advance(10 * MINUTE);
    const runs = entries('Invocation').map(({ time, error }) => [Math.round((time - began) / MINUTE), error]);
    expect(runs).toEqual([0, 1, 3].map((minute) => [minute, 'Runtime.ExitError']));
    expect(entries('DropEvent')).toHaveLength(1);
    expect(t.cloud.clock.now()).toBe(began + 10 * MINUTE);
  });

  test('gives an event source mapping its messages back', async () => {
    await open(sandbox);
    const Attributes = { VisibilityTimeout: '180' };
    const { QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes }));
    await t.deploy('writer', WRITER, { Role: await t.role('r', ...ANYTHING) });
    await t.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'writer',
        EventSourceArn: `arn:aws:sqs:us-east-1:${t.accountId}:jobs`,
      }),
    );
    await t.cloud.clock.advance(MINUTE);
    await kill('after', { ...at, nth: 1 });
    await t.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await t.cloud.clock.advance(MINUTE);
    const depth = async () => {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const input = { QueueUrl, AttributeNames: [...names] };
      const { Attributes: found } = await t.sqs.send(new GetQueueAttributesCommand(input));
      return names.map((name) => found?.[name]);
    };
    expect(await depth()).toEqual(['0', '1']);
    await t.cloud.clock.advance(3 * MINUTE);
    expect(await depth()).toEqual(['0', '0']);
    expect(entries('Invocation').map(({ error }) => error)).toEqual(['Runtime.ExitError', undefined]);
    expect(await keys()).toEqual(['after', 'at', 'before']);
  });

  test('at a call with keys of a role that it has assumed meets the program that assumed it', async () => {
    await open(sandbox);
    const Role = await t.role('r', ...ANYTHING);
    await t.deploy(
      'other',
      `const { STSClient, AssumeRoleCommand } = require('@aws-sdk/client-sts');
      const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');
      exports.handler = async ({ RoleArn }) => {
        const { Credentials: c } = await new STSClient().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'other' }));
        const credentials = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken };
        await new S3Client({ credentials, maxAttempts: 1 }).send(new ListBucketsCommand({})).catch(() => undefined);
        return 'alive';
      };`,
      { Role },
    );
    const { UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam');
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${t.accountId}:root` }, Action: 'sts:AssumeRole' },
    ];
    const Assumed = await t.role('s', ...ANYTHING);
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await t.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 's', PolicyDocument }));
    expect((await t.invoke('other', { RoleArn: Assumed })).payload).toBe('alive');
    await kill('before', { service: 's3', operation: 'ListBuckets' });
    expect((await t.invoke('other', { RoleArn: Assumed })).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  test('ends a script with a signal', async () => {
    await open(sandbox);
    await kill('before', { service: 'sqs', operation: 'CreateQueue', resource: 'second' });
    const script = `
      const { SQSClient, CreateQueueCommand } = await import('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      for (const QueueName of ['first', 'second', 'third']) {
        await sqs.send(new CreateQueueCommand({ QueueName })).catch((error) => console.log('error seen', error.name));
        console.log(QueueName);
      }`;
    const response = await fetch(`${t.cloud.url}/_cloud/scripts`, {
      method: 'POST',
      headers: { 'x-cloud-token': t.cloud.token },
      body: JSON.stringify({
        accountId: t.accountId,
        zip: Buffer.from(zipSync({ 'main.mjs': strToU8(script) })).toString('base64'),
        entry: 'main.mjs',
        modules: [new URL('../node_modules', import.meta.url).pathname],
      }),
    });
    expect(await response.json()).toEqual({
      code: null,
      signal: 'SIGKILL',
      output: [{ stream: 'stdout', line: 'first' }],
    });
    expect(entries('CreateQueue')).toMatchObject([{ resource: 'first' }, { resource: 'second' }]);
    await t.cloud.clock.advance(MINUTE);
  });

  test('ends what runs on an instance, while the instance runs on', async () => {
    const bench = await openEc2Bench({ sandbox });
    t = bench as never;
    await bench.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
    await bench.profile('worker', ...ANYTHING);
    await kill('after', at);
    const worker = `
      const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
      const put = (Key) => new S3Client({ region: 'us-east-1' }).send(new PutObjectCommand({ Bucket: 'kept', Key, Body: 'x' }));
      put('before').then(() => put('at')).catch(() => put('caught')).then(() => put('after'));`;
    const id = await bench.launch(
      `#!/bin/bash
      nohup setsid sh -c 'while :; do sleep 5; done' >/dev/null 2>&1 &
      cat > worker.cjs <<'END'\n${worker}\nEND
      while :; do node worker.cjs; echo "again after $?"; sleep 10; done`,
      { IamInstanceProfile: { Name: 'worker' } },
    );
    await bench.pass(600);
    expect(await keys()).toEqual(['at', 'before']);
    expect((await bench.look(id)).State?.Name).toBe('running');
    expect(await bench.console(id)).toMatch(/Killed.*\ncloud-init: the user data's script ended with status 137\n$/);
    const machine = bench.cloud.ec2.instances()[0]!.machine;
    expect(machine.processes().map(({ command }) => command)).not.toContain('sleep');
    expect(entries('PutObject')).toHaveLength(2);
    const { RebootInstancesCommand } = await import('@aws-sdk/client-ec2');
    await bench.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    await bench.pass(10);
    expect((await bench.look(id)).State?.Name).toBe('running');
  });
});

test('at wall speed a kill is the same', async () => {
  await open('process', false);
  await t.deploy('writer', WRITER, { Role: await t.role('r', ...ANYTHING) });
  await kill('before', { ...at, nth: 1 });
  expect((await t.invoke('writer')).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect((await t.invoke('writer')).payload).toBe(1);
});

test('who is in no sandbox lives on, without an answer', async () => {
  await open('process');
  const put = (Key: string) => t.s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: 'x' }));
  await kill('before', { service: 's3', resource: 'kept/b' });
  await kill('after', { service: 's3', resource: 'kept/a' });
  const codes = await Promise.all(['b', 'a'].map((key) => put(key).catch(({ code }: { code: string }) => code)));
  expect(codes).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(await keys()).toEqual(['a']);
  await t.cloud.clock.advance(MINUTE);
});

test('a kill says when', async () => {
  await open('process');
  const response = await fetch(`${t.cloud.url}/_cloud/faults`, {
    method: 'POST',
    headers: { 'x-cloud-token': t.cloud.token },
    body: JSON.stringify({ service: 's3', effect: { kind: 'kill' } }),
  });
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
    400,
    expect.stringContaining('effect.when'),
  ]);
});
