/** EC2's client is the largest of all: whoever does not use EC2 does not pay for it. */
import { createRequire } from 'node:module';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { openTestCloud } from '../../testing.ts';

const loaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@aws-sdk/client-ec2'));

test('the client is loaded by the first call that is for EC2, and by nothing before', async () => {
  const t = await openTestCloud({ identity: 'open' });
  try {
    await t.s3.send(new ListBucketsCommand({}));
    await t.sqs.send(new ListQueuesCommand({}));
    await t.cloud.reset();
    expect(loaded()).toBe(false);
    const form = new URLSearchParams({ Action: 'DescribeInstances', Version: '2016-11-15' });
    expect((await fetch(t.cloud.url, { method: 'POST', body: form })).status).toBe(200);
    expect(loaded()).toBe(true);
  } finally {
    await t.close();
  }
});
