/**
 * Finds out what an engine can do by trying it, over the same URL that graders and functions use. Nothing here knows which
 * engine that is. What cannot be tried counts as absent, with the reason.
 */
import { randomUUID } from 'node:crypto';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';
import type { TraceEntry } from '../contract.ts';
import { type Address, type Bench, openBench } from './bench.ts';
import { type Capabilities, type Capability, capabilityNames } from './capabilities.ts';
import { NO_ANSIBLE } from './embedded.ts';

type Probe = (bench: Bench) => Promise<true | string>;

/** Real milliseconds in which a function that is not frozen would go on. */
const WHILE = 300;
const TICK = 20;

/** A thread of the function counts on wall time, whatever the engine does to its clock. */
const FUNCTION = `
const { Worker } = require('node:worker_threads');
const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');
const cell = new Int32Array(new SharedArrayBuffer(8));
new Worker("const c = require('node:worker_threads').workerData; for (;;) { Atomics.wait(c, 1, 0, ${TICK}); Atomics.add(c, 0, 1); }", { eval: true, workerData: cell }).unref();
exports.handler = async ({ call }) => {
  const ticks = Atomics.load(cell, 0);
  if (!call) return { ticks };
  try {
    await new S3Client({ maxAttempts: 1 }).send(new ListBucketsCommand({}));
    return { error: null };
  } catch (error) {
    return { error: error.name };
  }
};`;
const NAME = 'probe';

/** Deployed once for all probes that need a function. */
const deployed = new WeakMap<Bench, Promise<void>>();
function withFunction(bench: Bench): Promise<void> {
  const known =
    deployed.get(bench) ??
    bench
      .role('probe-function', [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }])
      .then((Role) => bench.deploy(NAME, FUNCTION, { Role }));
  deployed.set(bench, known);
  return known;
}

const probes: Readonly<Record<Capability, Probe>> = {
  async 'virtual-time'(bench) {
    const { QueueUrl } = await bench.sqs.send(new CreateQueueCommand({ QueueName: 'probe' }));
    await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 900 }));
    await bench.control('POST', 'clock/advance', { seconds: 901 });
    const { Messages = [] } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
    return Messages.length === 1 || 'a message that was delayed by 15 minutes is not there after them';
  },

  async freeze(bench) {
    await withFunction(bench);
    const ticks = async (): Promise<number> => ((await bench.invoke(NAME)).payload as { ticks: number }).ticks;
    await ticks();
    const before = await ticks();
    await new Promise((resolve) => setTimeout(resolve, WHILE));
    const after = await ticks();
    return after - before < WHILE / TICK / 2 || 'a function goes on between two invocations';
  },

  async 'token-expiry'(bench) {
    const RoleArn = await bench.role('probe-token');
    const { Credentials: keys } = await bench.sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe', DurationSeconds: 900 }),
    );
    const calls = (sessionToken: string | undefined): Promise<boolean> =>
      accepted(
        new STSClient({
          ...bench.config,
          credentials: { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken },
        }).send(new GetCallerIdentityCommand({})),
      );
    if (await calls('another')) return 'a session’s key is let in with any token';
    await bench.control('POST', 'clock/advance', { seconds: 901 });
    return !(await calls(keys!.SessionToken)) || 'a session of 15 minutes is let in after them';
  },

  async iam(bench) {
    const RoleArn = await bench.role('probe-policy');
    const { Credentials: keys } = await bench.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe' }));
    const credentials = {
      accessKeyId: keys!.AccessKeyId!,
      secretAccessKey: keys!.SecretAccessKey!,
      sessionToken: keys!.SessionToken!,
    };
    const listed = await accepted(new S3Client({ ...bench.config, credentials }).send(new ListBucketsCommand({})));
    return !listed || 'a role without any policy may list buckets';
  },

  async faults(bench) {
    await withFunction(bench);
    const effect = { kind: 'error', code: 'SlowDown', status: 503 };
    const { id } = await bench.control<{ id: string }>('POST', 'faults', {
      accountId: bench.accountId,
      service: 's3',
      operation: 'ListBuckets',
      effect,
    });
    const { payload } = await bench.invoke(NAME, { call: true });
    await bench.control('DELETE', `faults/${id}`);
    return (payload as { error?: string }).error === effect.code || 'a function’s call that was to fail did not fail';
  },

  async kill(bench) {
    await withFunction(bench);
    const fault = { accountId: bench.accountId, service: 's3', operation: 'ListBuckets' };
    const effect = { kind: 'kill', when: 'before' };
    const made = await bench.control<{ id: string }>('POST', 'faults', { ...fault, effect }).catch(() => undefined);
    if (!made) return 'there is no fault that kills';
    const { payload } = await bench.invoke(NAME, { call: true });
    await bench.control('DELETE', `faults/${made.id}`);
    return (
      (payload as { errorType?: string }).errorType === 'Runtime.ExitError' ||
      'a function that was to be killed at a call goes on'
    );
  },

  async trace(bench) {
    await withFunction(bench);
    await bench.invoke(NAME, { call: true });
    const found = (await entries(bench)).some(
      ({ kind, operation, principal }) =>
        kind === 'call' && operation === 'ListBuckets' && principal?.includes(':assumed-role/probe-function/'),
    );
    return found || 'a call that a function made is not recorded';
  },

  async hops(bench) {
    await withFunction(bench);
    await bench.invoke(NAME);
    const found = (await entries(bench)).some(({ kind, service }) => kind === 'hop' && service === 'lambda');
    return found || 'an invocation is not recorded';
  },

  async scripts(bench) {
    const source = `import { readdirSync } from 'node:fs'; console.log(process.env.AWS_ENDPOINT_URL, readdirSync('.').join());`;
    const { output } = await bench.control<{ output: { line: string }[] }>('POST', 'scripts', {
      accountId: bench.accountId,
      zip: Buffer.from(zipSync({ 'probe.mjs': strToU8(source) })).toString('base64'),
      entry: 'probe.mjs',
    });
    return output[0]?.line === `${bench.url} probe.mjs` || `a script did not run: ${output.map(({ line }) => line)}`;
  },

  async instances(bench) {
    return (await said(bench)).includes(MARK) || 'the user data of an instance does not run';
  },

  async ansible(bench) {
    return /^ansible-playbook \[core /m.test(await said(bench)) || NO_ANSIBLE;
  },
};

/** Real milliseconds that programs which are on no clock may take, on a machine that has other things to do as well. */
const PROGRAM_LIMIT = 60_000;
/** From a launch to the first lines of its user data. */
const BOOT = 4000;

/** Printed by user data and by nothing else: an engine may answer with some console of its own. */
const MARK = `up ${randomUUID()}`;

/** Launched once for all probes that need an instance. */
const launched = new WeakMap<Bench, Promise<string>>();
function said(bench: Bench): Promise<string> {
  const known = launched.get(bench) ?? saidBy(bench, `echo '${MARK}'; ansible-playbook --version`);
  launched.set(bench, known);
  return known;
}

/** What an instance with this script prints; nothing where that does not run. */
async function saidBy(bench: Bench, script: string): Promise<string> {
  const { EC2Client, GetConsoleOutputCommand, RunInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = new EC2Client(bench.config);
  try {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        UserData: Buffer.from(`#!/bin/sh\n{ ${script}; } 2>&1\necho said\n`).toString('base64'),
      }),
    );
    const { InstanceId } = Instances![0]!;
    await bench.pass(BOOT);
    // Whoever records the launch of an instance has it boot, and only then is it worth while to wait for more.
    const real = (await entries(bench)).some(
      ({ operation, resource }) => operation === 'LaunchInstance' && resource === InstanceId,
    );
    const limit = Date.now() + (real ? PROGRAM_LIMIT : 0);
    for (;;) {
      const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
      const all = Buffer.from(Output, 'base64').toString();
      if (/^said/m.test(all) || Date.now() >= limit) return all;
      await new Promise((resolve) => setTimeout(resolve, TICK));
    }
  } finally {
    ec2.destroy();
  }
}

/** Tries everything. */
export const probe = (address: Address): Promise<Capabilities> => probeFor(address, capabilityNames);

/** Tries these, in an account of its own which is forgotten afterwards. */
export async function probeFor<Name extends Capability>(
  address: Address,
  names: readonly Name[],
): Promise<Pick<Capabilities, Name>> {
  const bench = await openBench(address);
  const found: Partial<Record<Capability, true | string>> = {};
  try {
    // One after the other: two of them move time, where it can be moved.
    for (const name of names) {
      found[name] = await probes[name](bench).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
    }
  } finally {
    await bench.close();
  }
  return found as Pick<Capabilities, Name>;
}

const entries = (bench: Bench): Promise<TraceEntry[]> => bench.control('GET', `trace?account=${bench.accountId}`);

const accepted = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );
