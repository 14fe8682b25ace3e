/** What a function says that the grader has not invoked is there when a check fails. */
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../cloud/testing.ts';
import type { RunContext } from './context.ts';
import { deployed } from './deployed.ts';
import { openSession, type Session } from './session.ts';
import { allOutput } from './unheard.ts';

let open: TestCloud | undefined;
let session: Session | undefined;
afterEach(async () => {
  await session?.close();
  await open?.close();
});

const READER = `
exports.handler = async ({ Records = [] }) => {
  for (const { body } of Records) {
    console.log('read', body);
    if (body === 'bad') throw new TypeError('cannot read ' + body);
    if (body === 'dead') process.nextTick(() => { throw new RangeError('out of hand'); });
    if (body === 'dead') await new Promise(() => undefined);
  }
  console.log('done');
};`;
const UNREADY = "throw new Error('not today');";

async function opened(): Promise<{ session: Session; learner: ReturnType<TestCloud['as']> }> {
  open = await openTestCloud();
  const run = {
    lab: { name: 'lab', number: 1, packages: [], chapter: '' },
    files: {},
    answer: '/nowhere',
    solution: '/nowhere',
    seed: 1,
    clouds: [{ url: open.cloud.url, token: open.cloud.token }],
    taken: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    virtualTime: true,
  } as unknown as RunContext;
  session = await openSession(run, 'step', 'check');
  return { session, learner: open.as(open.cloud.identity.rootCredentials(session.accountId)) };
}

test.each([
  ['a handler that rejects', READER, 'bad', ['read bad', 'reader failed: TypeError: cannot read bad']],
  ['an error that nobody catches', READER, 'dead', ['read dead', 'reader failed: RangeError: out of hand']],
  ['a function that cannot start', UNREADY, 'any', ['reader failed: Error: not today']],
  ['what went well', READER, 'good', ['read good', 'done']],
])('called by a queue: %s', async (_, code, body, said) => {
  const { session, learner } = await opened();
  const { aws } = session;
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'letters' }));
  const EventSourceArn = `arn:aws:sqs:us-east-1:${session.accountId}:letters`;
  const Role = await learner.role('reader', { Effect: 'Allow', Action: 'sqs:*', Resource: '*' });
  await learner.deploy('reader', code, { Role });
  await aws.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'reader', EventSourceArn }));
  await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  await session.control.advance(5000);
  expect(session.output()).toEqual([]);
  expect(await allOutput(session)).toEqual(said);
});

test('what the grader has invoked is told once', async () => {
  const { session, learner } = await opened();
  const Role = await learner.role('reader', { Effect: 'Allow', Action: 'sqs:*', Resource: '*' });
  await learner.deploy('reader', READER, { Role });
  const reader = deployed(session, 'reader', undefined, Role);
  await reader.invoke({ Records: [{ body: 'good' }] });
  const { error, output } = await reader.invoke({ Records: [{ body: 'dead' }] });
  expect({ error, output }).toMatchObject({ error: { type: 'RangeError' }, output: ['read dead'] });
  expect(await allOutput(session)).toEqual(['read good', 'done', 'read dead']);
});
