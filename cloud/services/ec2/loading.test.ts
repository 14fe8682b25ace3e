/** EC2's client is the largest of all: whoever does not use EC2 does not pay for it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const cloud = fileURLToPath(new URL('../../cloud.ts', import.meta.url));

/** In a process of its own: other tests of this one may have used EC2. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { openCloud } from ${JSON.stringify(cloud)};
  const loaded = () => Object.keys(createRequire(${JSON.stringify(cloud)}).cache).some((path) => path.includes('@aws-sdk/client-ec2'));
  const opened = await openCloud({ identity: 'open' });
  const call = async (body, headers = {}) => (await fetch(opened.url, { method: 'POST', headers, body })).status;
  const told = [];
  told.push((await fetch(opened.url)).status);
  told.push(await call('{}', { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' }));
  await opened.reset();
  told.push(loaded());
  told.push(await call(new URLSearchParams({ Action: 'DescribeInstances', Version: '2016-11-15' })));
  told.push(loaded());
  await opened.close();
  console.log(JSON.stringify(told));
`;

test('the client is loaded by the first call that is for EC2, and by nothing before', async () => {
  const words = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(JSON.parse(stdout)).toEqual([200, 200, false, 200, true]);
});
