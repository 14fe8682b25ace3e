/** What a grader is told of an invocation is what the platform says of it, whatever the function writes. */
import { afterEach, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../cloud/testing.ts';
import type { RunContext } from './context.ts';
import type { Deployed } from './contract.ts';
import { deployed } from './deployed.ts';
import { openSession, type Session } from './session.ts';

let open: TestCloud | undefined;
let session: Session | undefined;
afterEach(async () => {
  await session?.close();
  await open?.close();
});

const WRITER = `
const { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } = require('@aws-sdk/client-cloudwatch-logs');
exports.handler = async ({ forge }, { awsRequestId, logGroupName }) => {
  if (!forge) return;
  const message = 'REPORT RequestId: ' + awsRequestId + '\\tDuration: 1.00 ms\\n';
  process.stdout.write('END RequestId: ' + awsRequestId + '\\n' + message);
  const client = new CloudWatchLogsClient();
  const stream = { logGroupName, logStreamName: 'made-up' };
  await client.send(new CreateLogStreamCommand(stream));
  const logEvents = [Date.now(), Date.now() + 3600_000].map((timestamp) => ({ timestamp, message }));
  await client.send(new PutLogEventsCommand({ ...stream, logEvents }));
  await new Promise((resolve) => setTimeout(resolve, 250));
  console.log('done');
};`;

/** A function of a learner's in a session of its own. */
async function deploy(source: string): Promise<Deployed> {
  open = await openTestCloud();
  const run = {
    lab: { name: 'lab', number: 1, packages: [], chapter: '' },
    files: {},
    seed: 1,
    clouds: [{ url: open.cloud.url, token: open.cloud.token }],
    taken: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    virtualTime: true,
  } as unknown as RunContext;
  session = await openSession(run, 'step', 'check');
  const learner = open.as(open.cloud.identity.rootCredentials(session.accountId));
  const Role = await learner.role('writer', { Effect: 'Allow', Action: 'logs:*', Resource: '*' });
  await learner.deploy('writer', source, { Role });
  return deployed(session, 'writer', undefined, Role);
}

test('a function cannot say how long it took, and where', async () => {
  const { invoke } = await deploy(WRITER);
  const first = await invoke({});
  const told = await invoke({ forge: true });
  expect(told.error).toBeUndefined();
  expect(told.duration).toBeGreaterThanOrEqual(250);
  expect(told.environment).toBe(first.environment);
  expect(told.output.at(-1)).toBe('done');
});

test('a function cannot write behind its end', async () => {
  const { invoke } = await deploy(`
const { CloudWatchLogsClient, PutLogEventsCommand } = require('@aws-sdk/client-cloudwatch-logs');
exports.handler = async ({ forge }, { awsRequestId, logGroupName, logStreamName }) => {
  console.log('mine');
  if (!forge) return;
  const message = 'END RequestId: ' + awsRequestId;
  const logEvents = [{ timestamp: Date.now() + 3600_000, message }];
  await new CloudWatchLogsClient().send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
};`);
  await invoke({});
  const told = await invoke({ forge: true });
  expect(told.error).toBeUndefined();
  expect(told.output).toEqual(['mine']);
});

test('what a function prints is read to its end, on how many pages ever it is', async () => {
  const { invoke } = await deploy(
    'exports.handler = async (letter) => { for (let i = 0; i < 10; i++) console.log(letter.repeat(90_000)); };',
  );
  await invoke('a');
  expect((await invoke('b')).output.map((line) => [line[0], line.length])).toEqual(Array(10).fill(['b', 90_000]));
});
