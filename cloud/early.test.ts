/**
 * A program runs before its starter has told us that it does, and what it asks meanwhile is already its own: the call has its
 * cause, and a fault that kills who calls meets it. Here nobody is told of a start until the program's first call has come.
 */
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { afterEach, expect, test, vi } from 'vitest';
import type { TraceEntry } from './contract.ts';
import { available } from './sandbox/available.ts';
import { openTestCloud, type TestCloud } from './testing.ts';

let called = (): Promise<void> => Promise.resolve();
vi.mock('./sandbox/starter.ts', async (original) => {
  const real = await original<typeof import('./sandbox/starter.ts')>();
  return {
    ...real,
    startProgram: async (start: import('./sandbox/starter.ts').Start) => {
      const started = await real.startProgram(start);
      // The sandbox's own pipes are made so, too.
      if (start.program !== 'mkfifo') await called();
      return started;
    },
  };
});

const PUT = `
  const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
  const put = () => new S3Client({ maxAttempts: 1 }).send(new PutObjectCommand({ Bucket: 'kept', Key: 'at', Body: 'x' }));`;

let t: TestCloud;
afterEach(async () => {
  called = () => Promise.resolve();
  await t.close();
});

const entries = (operation: string): TraceEntry[] =>
  t.cloud.core.trace.entries().filter((entry) => entry.operation === operation);

const control = (what: string, body: object): Promise<Response> =>
  fetch(`${t.cloud.url}/_cloud/${what}`, {
    method: 'POST',
    headers: { 'x-cloud-token': t.cloud.token },
    body: JSON.stringify({ accountId: t.accountId, ...body }),
  });

async function killAtItsFirstCall(): Promise<void> {
  await t.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  const response = await control('faults', {
    service: 's3',
    operation: 'PutObject',
    effect: { kind: 'kill', when: 'before' },
  });
  expect(response.status).toBe(200);
  called = () => vi.waitFor(() => expect(entries('PutObject')).toHaveLength(1), { timeout: 60_000 });
}

test.each(available)('of a function in the sandbox %s', async (sandbox) => {
  t = await openTestCloud({ sandbox });
  await killAtItsFirstCall();
  const Role = await t.role('r', { Effect: 'Allow', Action: ['s3:*'], Resource: '*' });
  await t.deploy('early', `${PUT} const written = put(); exports.handler = () => written;`, { Role });
  expect((await t.invoke('early')).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect(entries('PutObject')).toMatchObject([{ cause: entries('Invocation')[0]!.id, error: 'NotApplied' }]);
});

test.each(available)('of a script in the sandbox %s', async (sandbox) => {
  t = await openTestCloud({ sandbox });
  await killAtItsFirstCall();
  const zip = Buffer.from(zipSync({ 'run.cjs': strToU8(`${PUT} put().catch(() => process.exit(7));`) }));
  const modules = [fileURLToPath(new URL('../node_modules', import.meta.url))];
  const response = await control('scripts', { zip: zip.toString('base64'), entry: 'run.cjs', modules });
  expect(await response.json()).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(entries('PutObject')).toMatchObject([{ cause: entries('RunScript')[0]!.id, error: 'NotApplied' }]);
});
