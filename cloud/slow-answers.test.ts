/** Answers that come slowly, not at all, or wrong; and the time limits by which a program defends itself, all on the cloud's clock. */
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from './contract.ts';
import { available } from './sandbox/available.ts';
import { openTestCloud, setFault, type TestCloud } from './testing.ts';

/** Reads an object in one of many ways, and tells what came of it and when. */
const READER = `
  const http = require('node:http');
  const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');
  const sdk = async (Key, requestHandler = {}) => {
    const { Body } = await new S3Client({ maxAttempts: 1, requestHandler }).send(new GetObjectCommand({ Bucket: 'shelf', Key }));
    return await Body.transformToString();
  };
  const get = async (Key, more) => await (await fetch(process.env.AWS_ENDPOINT_URL + '/shelf/' + Key, more)).text();
  const idle = (Key, timeout) => new Promise((resolve, reject) => {
    const asked = http.get(process.env.AWS_ENDPOINT_URL + '/shelf/' + Key, { timeout }, (answer) => answer.resume().on('end', () => resolve('read')));
    asked.on('timeout', () => asked.destroy(new Error('idle'))).on('error', reject);
  });
  const ways = {
    sdk: (key) => sdk(key),
    requestTimeout: (key) => sdk(key, { requestTimeout: 2500, throwOnRequestTimeout: true }),
    socketTimeout: (key) => sdk(key, { socketTimeout: 2500 }),
    impatient: (key) => sdk(key, { socketTimeout: 900 }),
    fetch: (key) => get(key),
    pieces: async (key, since) => {
      const seen = [];
      for await (const piece of (await fetch(process.env.AWS_ENDPOINT_URL + '/shelf/' + key)).body) seen.push([piece.length, since()]);
      return seen;
    },
    unread: async (key) => {
      const { status } = await fetch(process.env.AWS_ENDPOINT_URL + '/shelf/' + key);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      return status;
    },
    abortSignal: (key) => get(key, { signal: AbortSignal.timeout(2500) }),
    controller: (key) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 2500);
      return get(key, { signal: controller.signal });
    },
    idle: (key) => idle(key, 2500),
  };
  exports.handler = async ({ how, key }) => {
    const begun = Date.now();
    const since = () => Date.now() - begun;
    try {
      return [await ways[how](key, since), since()];
    } catch (error) {
      return [error.name, since()];
    }
  };`;

const TEXT = 'x'.repeat(10);

describe.each(available)('in the sandbox %s', (sandbox) => {
  let t: TestCloud;
  beforeAll(async () => {
    t = await openTestCloud({ sandbox });
    await t.s3.send(new CreateBucketCommand({ Bucket: 'shelf' }));
    for (const Key of ['slow', 'silent']) await t.s3.send(new PutObjectCommand({ Bucket: 'shelf', Key, Body: TEXT }));
    const Role = await t.role('reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    await t.deploy('reader', READER, { Role, Timeout: 60 });
    const about = { service: 's3', operation: 'GetObject' };
    // Of whichever account: a bare fetch, which signs nothing, is of none.
    const met = (Key: string, effect: Fault['effect']) =>
      t.cloud.core.faults.add({ ...about, id: `${Key} ${effect.kind}`, resource: `shelf/${Key}`, effect });
    met('slow', { kind: 'answer', status: 200, body: TEXT });
    met('slow', { kind: 'drip', bytes: 2, ms: 1000 });
    met('silent', { kind: 'hang' });
  }, 60_000);
  afterAll(async () => {
    expect(t.cloud.internalErrors).toEqual([]);
    await t.close();
  });
  const read = async (how: string, key: 'slow' | 'silent') => (await t.invoke('reader', { how, key })).payload;

  test.each<[string, unknown, number]>([
    ['sdk', TEXT, 5000],
    ['fetch', TEXT, 5000],
    ['pieces', [1, 2, 3, 4, 5].map((nth) => [2, nth * 1000]), 5000],
    ['unread', 200, 2500],
    ['idle', 'read', 5000],
    ['socketTimeout', TEXT, 5000],
    ['impatient', 'TimeoutError', 900],
    ['abortSignal', 'TimeoutError', 2500],
    ['controller', 'AbortError', 2500],
  ])('an answer of ten bytes, two in a second: %s', async (how, seen, ms) => {
    expect(await read(how, 'slow')).toEqual([seen, ms]);
  });

  test.each<[string, string]>([
    ['requestTimeout', 'TimeoutError'],
    ['socketTimeout', 'TimeoutError'],
    ['abortSignal', 'TimeoutError'],
    ['controller', 'AbortError'],
    ['idle', 'Error'],
  ])('an answer that never comes: %s ends the wait', async (how, seen) => {
    expect(await read(how, 'silent')).toEqual([seen, 2500]);
  });

  test('who waits for it without a limit waits until its own time limit', async () => {
    const before = t.cloud.clock.now();
    expect(await read('fetch', 'silent')).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(t.cloud.clock.now() - before).toBe(60_000);
  });
});

describe('a wrong answer', () => {
  let t: TestCloud;
  beforeAll(async () => {
    t = await openTestCloud();
    await t.s3.send(new CreateBucketCommand({ Bucket: 'shelf' }));
  });
  afterAll(() => t.close());
  const put = () => t.s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: 'one', Body: 'true' }));

  test('stands in the place of the right one, with its status and headers, and nothing is done', async () => {
    const headers = { ETag: '"made-up"', 'Content-Type': 'text/plain' };
    const effect = { kind: 'answer', status: 202, headers, body: 'nonsense' } as const;
    const id = await setFault(t, { service: 's3', operation: 'PutObject', nth: 1, effect });
    const { ETag, $metadata } = await put();
    expect([ETag, $metadata.httpStatusCode]).toEqual(['"made-up"', 202]);
    const entries = t.cloud.core.trace.entries().filter(({ operation }) => operation === 'PutObject');
    expect(entries).toMatchObject([{ fault: id, resource: 'shelf/one' }]);
    await expect(t.s3.send(new GetObjectCommand({ Bucket: 'shelf', Key: 'one' }))).rejects.toThrow('does not exist');
    await put();
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket: 'shelf', Key: 'one' }));
    expect(await Body!.transformToString()).toBe('true');
  });
});
