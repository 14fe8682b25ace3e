import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../testing.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());

const ask = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { 'x-cloud-token': t.cloud.token },
) => {
  const response = await fetch(`${t.cloud.url}/_cloud/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('health says what this cloud is and can', async () => {
  expect(await ask('GET', 'health')).toMatchObject({
    status: 200,
    body: { status: 'ok', engine: 'embedded', clock: { held: true } },
  });
});

test('the clock is read and moved', async () => {
  const { now } = (await ask('GET', 'clock')).body as { now: number };
  expect((await ask('POST', 'clock/advance', { seconds: 90 })).body).toEqual({ now: now + 90_000 });
  expect(await ask('POST', 'clock/advance', { minutes: 1 })).toMatchObject({ status: 400 });
});

test('a fault comes, hits and goes', async () => {
  const { id } = (
    await ask('POST', 'faults', {
      accountId: t.accountId,
      service: 's3',
      effect: { kind: 'error', code: 'SlowDown', status: 503 },
    })
  ).body as { id: string };
  expect(await refusal(t.s3.send(new ListBucketsCommand({})))).toMatchObject({ name: 'SlowDown', status: 503 });
  await ask('DELETE', `faults/${id}`);
  await t.s3.send(new ListBucketsCommand({}));
  const trace = (await ask('GET', `trace?account=${t.accountId}`)).body as unknown as {
    operation: string;
    fault?: string;
  }[];
  expect(trace.filter(({ operation }) => operation === 'ListBuckets').map(({ fault }) => fault)).toEqual([
    id,
    undefined,
  ]);
});

test('latency is virtual: it moves a held clock, and takes no time', async () => {
  const before = t.cloud.clock.now();
  const { id } = (await ask('POST', 'faults', { service: 's3', effect: { kind: 'latency', ms: 30_000 } })).body as {
    id: string;
  };
  await t.s3.send(new ListBucketsCommand({}));
  await ask('DELETE', `faults/${id}`);
  expect(t.cloud.clock.now() - before).toBe(30_000);
});

test('unknown controls are answered with the ones there are', async () => {
  const { status, body } = await ask('GET', 'clocks');
  expect(status).toBe(404);
  expect(body.error).toContain('GET /_cloud/clock');
});

describe('who has no business here is refused', () => {
  test.each([
    ['without the token', {}],
    ['with another token', { 'x-cloud-token': 'x'.repeat(48) }],
    ['a web page', { origin: 'http://evil.example' }],
  ])('%s', async (_, headers) => {
    const given = 'origin' in headers ? { ...headers, 'x-cloud-token': t.cloud.token } : headers;
    expect((await ask('POST', 'clock/advance', { seconds: 1 }, given)).status).toBe(403);
  });

  test.each(['process', 'sealed'] as const)(
    'a function that moves the clock, borrows keys, or reads the machine’s AWS configuration (%s)',
    async (sandbox) => {
      const cloud = await openTestCloud({ sandbox });
      process.env.AWS_PROFILE = 'production';
      try {
        await cloud.deploy(
          'curious',
          `const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
        const url = process.env.AWS_ENDPOINT_URL;
        const refused = (call) => call.then(() => 'let in', (error) => error.name);
        exports.handler = async ({ other }) => ({
          clock: (await fetch(url + '/_cloud/clock/advance', { method: 'POST', body: '{"seconds":3600}' }).catch(() => ({ status: 403 }))).status,
          root: await refused(new STSClient({ credentials: { accessKeyId: other, secretAccessKey: 'guess' } }).send(new GetCallerIdentityCommand({}))),
          account: await refused(new STSClient({ credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' } }).send(new GetCallerIdentityCommand({}))),
          arn: (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn,
          profile: process.env.AWS_PROFILE ?? null,
          home: require('node:fs').existsSync(require('node:path').join(require('node:os').homedir(), '.aws')),
        });`,
          { Timeout: 30 },
        );
        const before = cloud.cloud.clock.now();
        const other = cloud.cloud.identity.rootCredentials('999988887777').accessKeyId;
        const { payload } = await cloud.invoke('curious', { other });
        expect(payload).toEqual({
          clock: 403,
          root: 'SignatureDoesNotMatch',
          account: 'InvalidClientTokenId',
          arn: 'arn:aws:sts::111122223333:assumed-role/curious-role/curious',
          profile: null,
          home: false,
        });
        expect(cloud.cloud.clock.now()).toBe(before);
      } finally {
        delete process.env.AWS_PROFILE;
        await cloud.close();
      }
    },
  );
});

describe('scripts', () => {
  const run = async (source: string, more: object = {}) =>
    (
      await ask('POST', 'scripts', {
        accountId: t.accountId,
        zip: Buffer.from(zipSync({ 'main.mjs': strToU8(source) })).toString('base64'),
        entry: 'main.mjs',
        ...more,
      })
    ).body as {
      code: number;
      reason?: string;
      signal: string | null;
      output: { stream: string; line: string }[];
    };

  test('run with an environment of their own, and tell their output and exit code', async () => {
    const { code, output } = await run(
      `console.log(process.env.NAME, process.argv[2]); console.error('careful'); process.exit(3);`,
      {
        environment: { NAME: 'value' },
        args: ['word'],
      },
    );
    expect(code).toBe(3);
    expect(output).toEqual(
      expect.arrayContaining([
        { stream: 'stdout', line: 'value word' },
        { stream: 'stderr', line: 'careful' },
      ]),
    );
  });

  test('wait on the cloud’s clock, which moves on for them', async () => {
    const before = t.cloud.clock.now();
    const { output } = await run(
      `const start = Date.now(); await new Promise((r) => setTimeout(r, 3_600_000)); console.log(Date.now() - start);`,
    );
    expect(output).toEqual([{ stream: 'stdout', line: '3600000' }]);
    expect(t.cloud.clock.now() - before).toBe(3_600_000);
  });

  test('are killed when they have waited for three hours', async () => {
    const before = t.cloud.clock.now();
    const { code, reason, signal } = await run('for (;;) await new Promise((resolve) => setTimeout(resolve, 60_000));');
    expect({ code, reason, signal }).toEqual({ code: null, reason: 'time', signal: 'SIGKILL' });
    expect(t.cloud.clock.now() - before).toBe(3 * 3_600_000);
  });

  test('act as their account', async () => {
    const { output } = await run(
      `const { createHash } = await import('node:crypto'); void createHash; console.log(process.env.AWS_ACCESS_KEY_ID.slice(0, 4), Boolean(process.env.AWS_SESSION_TOKEN), process.env.AWS_ENDPOINT_URL);`,
    );
    expect(output[0]!.line).toBe(`ASIA true ${t.cloud.url}`);
  });
});

test('resetting one account leaves the others', async () => {
  const other = t.as(t.cloud.identity.rootCredentials('999988887777'));
  await t.deploy('gone', 'exports.handler = async () => 1;');
  await ask('POST', 'reset', { accountId: t.accountId });
  expect((await refusal(t.lambda.send(new InvokeCommand({ FunctionName: 'gone' })))).name).toBe(
    'UnrecognizedClientException',
  );
  expect((await other.sts.send(new GetCallerIdentityCommand({}))).Account).toBe('999988887777');
});
