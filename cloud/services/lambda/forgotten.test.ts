/** A cloud that is used for days, or graded on again and again, does not keep what is gone. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DeleteFunctionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let aws: TestCloud;
/** Megabytes, before a test. */
let before: number;
beforeEach(async () => {
  aws = await openTestCloud();
  await aws.deploy('first', SOURCE.toString());
  await aws.invoke('first');
  before = await held();
});
afterEach(() => aws.close());

const MB = 1024 * 1024;
const SOURCE = Buffer.from('exports.handler = async () => 1;');

/** Megabytes of buffers that are still held once what is garbage has been collected. */
async function held(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().arrayBuffers / MB;
}

async function useFunctions({ deploy, invoke, lambda }: TestCloud): Promise<void> {
  for (let count = 0; count < 8; count++) {
    const name = `large-${count}`;
    const ZipFile = zipSync({ 'index.js': SOURCE, 'noise.bin': randomBytes(4 * MB) }, { level: 0 });
    await deploy(name, '', { Code: { ZipFile } });
    expect((await invoke(name)).payload).toBe(1);
    await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  }
}

test('packages of an account that was reset are not kept', async () => {
  await useFunctions(aws);
  await aws.cloud.reset(aws.accountId);
  expect(await held()).toBeLessThan(before + 8);
});

test('nor are those of deleted functions, after the ten minutes in which they can be fetched', async () => {
  await useFunctions(aws);
  for (let count = 0; count < 8; count++) {
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: `large-${count}` }));
  }
  await aws.cloud.clock.advance(11 * 60_000);
  await aws.lambda.send(new GetFunctionCommand({ FunctionName: 'first' }));
  expect(await held()).toBeLessThan(before + 8);
});

test('a cloud that was reset as a whole has none on its disk', async () => {
  const folder = join(aws.cloud.core.folder, 'lambda/packages');
  expect(readdirSync(folder)).toHaveLength(1);
  await aws.cloud.reset();
  expect(readdirSync(folder)).toEqual([]);
  const anew = aws.as(aws.cloud.identity.rootCredentials(aws.accountId));
  await anew.deploy('first', SOURCE.toString());
  expect((await anew.invoke('first')).payload).toBe(1);
});
