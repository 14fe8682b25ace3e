/** A function whose clock is wrong: what it sees, and what AWS says to what it signs. */
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { available } from './sandbox/available.ts';
import { openTestCloud, setFault, type TestCloud } from './testing.ts';

const MINUTE = 60_000;

const SOURCE = `
  const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');
  const { SQSClient, ListQueuesCommand } = require('@aws-sdk/client-sqs');
  const { IAMClient, ListRolesCommand } = require('@aws-sdk/client-iam');
  const { LambdaClient, ListFunctionsCommand } = require('@aws-sdk/client-lambda');
  const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
  const { EC2Client, DescribeInstancesCommand } = require('@aws-sdk/client-ec2');
  const { spawnSync } = require('node:child_process');
  const calls = [[S3Client, ListBucketsCommand], [SQSClient, ListQueuesCommand], [IAMClient, ListRolesCommand],
    [LambdaClient, ListFunctionsCommand], [DynamoDBClient, ListTablesCommand], [EC2Client, DescribeInstancesCommand]];
  exports.handler = async ({ attempts }, context) => {
    if (attempts === 0) {
      const begun = Date.now();
      const left = context.getRemainingTimeInMillis();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return { now: begun, left, passed: Date.now() - begun, shell: Number(spawnSync('date', ['+%s'], { encoding: 'utf8' }).stdout) };
    }
    const seen = [];
    for (const [Client, Command] of calls) {
      const client = new Client({ maxAttempts: attempts });
      seen.push(await client.send(new Command({})).then(() => 'answered', ({ name, message, $metadata }) => name + ' ' + $metadata.httpStatusCode + ': ' + message));
    }
    return seen;
  };`;

let t: TestCloud;
let Role: string;
beforeAll(async () => {
  t = await openTestCloud();
  await t.s3.send(new CreateBucketCommand({ Bucket: 'shelf' }));
  Role = await t.role('worker', { Effect: 'Allow', Action: '*', Resource: '*' });
});
afterAll(async () => {
  expect(t.cloud.internalErrors).toEqual([]);
  await t.close();
});

const skewed = async (name: string, ms: number): Promise<string> => {
  await t.deploy(name, SOURCE, { Role, Timeout: 60, MemorySize: 512 });
  return await setFault(t, {
    service: 'lambda',
    operation: 'StartEnvironment',
    resource: name,
    effect: { kind: 'skew', ms },
  });
};
const call = async (name: string, attempts: number) => (await t.invoke(name, { attempts })).payload;
const compact = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

describe('a clock that is ten minutes fast', () => {
  test('is what the function sees; its timers and its time limit are as ever', async () => {
    const id = await skewed('fast', 10 * MINUTE);
    const before = t.cloud.clock.now();
    expect(await call('fast', 0)).toEqual({
      now: before + 10 * MINUTE,
      left: 60_000,
      passed: 1500,
      shell: Math.floor((before + 1500 + 10 * MINUTE) / 1000),
    });
    expect(t.cloud.clock.now() - before).toBe(1500);
    const started = t.cloud.core.trace.entries().filter(({ operation }) => operation === 'StartEnvironment');
    expect(started).toMatchObject([{ fault: id }]);
  });

  test('is beyond what all but S3 and EC2 take, each in its own words', async () => {
    const now = t.cloud.clock.now();
    const words = `Signature not yet current: ${compact(now + 10 * MINUTE)} is still later than ${compact(now + 5 * MINUTE)} (${compact(now)} + 5 min.)`;
    expect(await call('fast', 1)).toEqual([
      'answered',
      `SignatureDoesNotMatch 403: ${words}`,
      `SignatureDoesNotMatch 403: ${words}`,
      `InvalidSignatureException 403: ${words}`,
      `InvalidSignatureException 400: ${words}`,
      'answered',
    ]);
  });

  test('is set right by the SDK, which takes the time from the refusal and tries again', async () => {
    expect(await call('fast', 2)).toEqual(Array(6).fill('answered'));
  });
});

test('a clock that is twenty minutes slow is beyond what anyone takes', async () => {
  await skewed('slow', -20 * MINUTE);
  const now = t.cloud.clock.now();
  const words = `Signature expired: ${compact(now - 20 * MINUTE)} is now earlier than ${compact(now - 5 * MINUTE)} (${compact(now)} - 5 min.)`;
  expect(await call('slow', 1)).toEqual([
    'RequestTimeTooSkewed 403: The difference between the request time and the current time is too large.',
    `SignatureDoesNotMatch 403: ${words}`,
    `SignatureDoesNotMatch 403: ${words}`,
    `InvalidSignatureException 403: ${words}`,
    `InvalidSignatureException 400: ${words}`,
    'RequestExpired 400: Request has expired.',
  ]);
});

test('an environment keeps the clock that it has started with', async () => {
  await t.deploy('right', SOURCE, { Role, Timeout: 60 });
  await call('right', 0);
  await setFault(t, {
    service: 'lambda',
    operation: 'StartEnvironment',
    resource: 'right',
    effect: { kind: 'skew', ms: MINUTE },
  });
  const before = t.cloud.clock.now();
  expect(await call('right', 0)).toMatchObject({ now: before });
});

test.each(available)('at wall speed it is the machine’s, set wrong (%s)', async (sandbox) => {
  const open = await openTestCloud({ held: false, sandbox });
  try {
    await open.deploy(
      'ahead',
      'exports.handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime()];',
    );
    const effect = { kind: 'skew', ms: 10 * MINUTE } as const;
    await setFault(open, { service: 'lambda', operation: 'StartEnvironment', effect });
    const [now, made, given] = (await open.invoke('ahead')).payload as number[];
    const ahead = now! - open.cloud.clock.now();
    expect(ahead).toBeGreaterThan(9 * MINUTE);
    expect(ahead).toBeLessThanOrEqual(10 * MINUTE);
    expect(made! - now!).toBeLessThan(MINUTE);
    expect(given).toBe(5);
  } finally {
    await open.close();
  }
});
