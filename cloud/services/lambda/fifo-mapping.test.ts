/**
 * Event source mappings from FIFO queues.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: as many invocations at a time as there are groups,
 * and https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: what comes after a failure has to wait.
 */
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as api from '@aws-sdk/client-lambda';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { deployed, depth, fresh, roleFor, send, t, useCloud } from './testing.ts';

useCloud();

let Role: string;
let url: string;
let arn: string;
beforeAll(async () => {
  Role = await roleFor('sqs:*');
});
beforeEach(async () => {
  const QueueName = `${fresh('queue')}.fifo`;
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '30' };
  url = (await t.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  arn = `arn:aws:sqs:us-east-1:${t.accountId}:${QueueName}`;
});

/** Sends `a1` to the group `a`. */
const sendAll = async (...bodies: string[]) => {
  for (const body of bodies) await send(url, body, { MessageGroupId: body[0] });
};
const advance = (seconds: number) => t.cloud.clock.advance(seconds * 1000);

/** Maps the queue to a function that tells when it begins and ends with which batch, and waits 5 seconds in between. */
async function map(answer: string, more: Partial<api.CreateEventSourceMappingCommandInput> = {}) {
  const source = `exports.handler = async ({ Records }) => {
    const batch = Records.map(({ body }) => body.slice(0, 2));
    console.log('+' + batch);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    console.log('-' + batch);
    ${answer}
  };`;
  const name = await deployed(source, { Role, Timeout: 10 });
  await t.lambda.send(new api.CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: arn, ...more }));
  return async () => {
    const logGroupName = `/aws/lambda/${name}`;
    const { events = [] } = await t.logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'INFO' }));
    return events.map(({ message }) => message!.trim().split('\t').at(-1));
  };
}

test('batches come in order, and those of other groups at the same time', async () => {
  await sendAll('a1', 'a2', 'a3', 'b1', 'b2');
  const log = await map('', { BatchSize: 2 });
  await advance(3);
  expect(await depth(url)).toEqual([1, 4]);
  await sendAll('a4');
  await advance(30);
  expect(await depth(url)).toEqual([0, 0]);
  const told = await log();
  expect(told.filter((line) => line!.includes('a'))).toEqual(['+a1,a2', '-a1,a2', '+a3,a4', '-a3,a4']);
  expect(told.indexOf('+b1,b2')).toBeLessThan(told.indexOf('-a1,a2'));
});

test('a group is with one invocation at a time (test_fifo_message_group_parallelism)', async () => {
  await sendAll('a1', 'a2', 'a3', 'b1');
  const log = await map('', { BatchSize: 1 });
  await advance(3);
  expect(await depth(url)).toEqual([2, 2]);
  await advance(30);
  const told = await log();
  expect(told.filter((line) => line!.includes('a'))).toEqual(['+a1', '-a1', '+a2', '-a2', '+a3', '-a3']);
  // The other group does not wait for that.
  expect(told.indexOf('+b1')).toBeLessThan(told.indexOf('-a1'));
});

test('what does not fit into one event waits until what came before it is done', async () => {
  const large = (body: string) => body.padEnd(1_000_000, 'x');
  await sendAll(...['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8'].map(large));
  const log = await map(`if (Records[0].attributes.ApproximateReceiveCount !== '1') console.log('again');`);
  await advance(30);
  const [first, second] = ['a1,a2,a3,a4,a5,a6', 'a7,a8'];
  expect(await log()).toEqual([`+${first}`, `-${first}`, `+${second}`, `-${second}`]);
  expect(await depth(url)).toEqual([0, 0]);
});

test('a batch that fails keeps its group waiting until it has come again', async () => {
  await sendAll('a1', 'a2', 'b1');
  const log = await map(
    `if (batch.includes('a1') && !globalThis.failed) { globalThis.failed = true; throw new Error(); }`,
    {
      BatchSize: 2,
    },
  );
  await advance(10);
  await sendAll('a3');
  await advance(15);
  expect((await log()).filter((line) => line!.includes('a'))).toEqual(['+a1,a2', '-a1,a2']);
  await advance(30);
  expect((await log()).filter((line) => line!.startsWith('+') && line!.includes('a'))).toEqual([
    '+a1,a2',
    '+a1,a2',
    '+a3',
  ]);
  expect(await depth(url)).toEqual([0, 0]);
});

test('what a function gives back comes again before what was sent after it', async () => {
  await sendAll('a1', 'a2', 'a3');
  const log = await map(
    `if (globalThis.failed) return;
     globalThis.failed = true;
     return { batchItemFailures: Records.slice(1).map(({ messageId }) => ({ itemIdentifier: messageId })) };`,
    { FunctionResponseTypes: ['ReportBatchItemFailures'] },
  );
  await advance(10);
  await sendAll('a4');
  expect(await depth(url)).toEqual([1, 2]);
  await advance(40);
  expect((await log()).filter((line) => line!.startsWith('+'))).toEqual(['+a1,a2,a3', '+a2,a3,a4']);
});

test('what a filter stops is deleted, and the rest of the group is in order', async () => {
  await sendAll('a1', 'ax', 'a2', 'ay');
  const Filters = [{ Pattern: JSON.stringify({ body: ['a1', 'a2', 'a3'] }) }];
  const log = await map('', { BatchSize: 2, FilterCriteria: { Filters } });
  await advance(8);
  await sendAll('az', 'a3');
  await advance(20);
  expect((await log()).filter((line) => line!.startsWith('+'))).toEqual(['+a1', '+a2', '+a3']);
  expect(await depth(url)).toEqual([0, 0]);
});

test('tells of a message its group, its ids and its number', async () => {
  await sendAll('a1');
  const log = await map('console.log(Object.keys(Records[0].attributes).sort().join());');
  await advance(10);
  expect((await log()).at(-1)).toBe(
    'ApproximateFirstReceiveTimestamp,ApproximateReceiveCount,MessageDeduplicationId,MessageGroupId,SenderId,SentTimestamp,SequenceNumber',
  );
});

test('has no window', async () => {
  expect(await refusal(map('', { MaximumBatchingWindowInSeconds: 1 }))).toEqual({
    name: 'InvalidParameterValueException',
    status: 400,
    message: 'Batching window is not supported for FIFO queues',
  });
});
