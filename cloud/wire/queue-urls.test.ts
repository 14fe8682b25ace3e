/**
 * Query sent to a queue's own address, by form, by GET and by a link.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byQuery, plainly } from '../services/sqs/by-query.ts';
import { openTestCloud, type TestCloud, takeMessages } from '../testing.ts';

let t: TestCloud;
let client: ReturnType<typeof byQuery>;
const pathOf = (name: string): string => `/${t.accountId}/${name}`;
const bodies = async (name: string): Promise<string[]> =>
  (await takeMessages(t.sqs, t.cloud.url + pathOf(name))).map(({ body }) => body);

beforeAll(async () => {
  t = await openTestCloud();
  client = byQuery(t, t.cloud.identity.rootCredentials(t.accountId));
  for (const QueueName of ['one', 'two']) await t.sqs.send(new CreateQueueCommand({ QueueName }));
});
afterAll(() => t.close());

test('the queue at that address is meant, without a version as well', async () => {
  const send = (MessageBody: string) => ({ Action: 'SendMessage', MessageBody });
  await client.post(pathOf('one'), send('by a form, "a+b" & ü'));
  await client.post(`${pathOf('one')}/`, send('below it'));
  await client.get(pathOf('one'), send('by GET, "a+b" & ü'));
  expect((await fetch(await client.link(pathOf('one'), send('by a link')))).status).toBe(200);
  const sent = t.cloud.core.trace.entries().filter(({ operation }) => operation === 'SendMessage');
  expect(sent.map(({ resource }) => resource)).toEqual(['one', 'one', 'one', 'one']);
  expect(await bodies('one')).toEqual(['by a form, "a+b" & ü', 'below it', 'by GET, "a+b" & ü', 'by a link']);
});

test('a link says what was signed, and ends', async () => {
  const link = await client.link(pathOf('one'), { Action: 'SendMessage', MessageBody: 'late' }, 30);
  const refused = async (url: string) => {
    const { status, body } = await plainly(await fetch(url));
    return [status, /<Code>(\w+)<\/Code>/.exec(body)?.[1]];
  };
  expect(await refused(link.replace('late', 'other'))).toEqual([403, 'SignatureDoesNotMatch']);
  await t.cloud.clock.advance(31_000);
  expect(await refused(link)).toEqual([403, 'AccessDenied']);
  expect(await bodies('one')).toEqual([]);
});

test('a queue that is named goes before the one that is addressed', async () => {
  const QueueUrl = t.cloud.url + pathOf('two');
  await client.get(pathOf('one'), { Action: 'SendMessage', QueueUrl, MessageBody: 'a' });
  expect([await bodies('one'), await bodies('two')]).toEqual([[], ['a']]);
});

test('the URL of any queue is told at that of each', async () => {
  const { body } = await client.get(pathOf('one'), { Action: 'GetQueueUrl', QueueName: 'two' });
  expect(body).toContain(`<QueueUrl>${t.cloud.url}${pathOf('two')}</QueueUrl>`);
});

test.each(['CreateQueue', 'ListQueues', 'FooBar'])('%s is no action at a queue’s URL', async (Action) => {
  const told = await client.get(pathOf('one'), { Action, QueueName: 'three' });
  expect(told).toMatchObject({
    status: 400,
    body: expect.stringContaining(
      `<Code>InvalidAction</Code><Message>The action ${Action} is not valid for this endpoint.</Message>`,
    ),
  });
});

test('no action at all is not understood in any protocol', async () => {
  const nothing = { status: 404, body: '<UnknownOperationException/>' };
  expect(await client.get(pathOf('one'), {})).toEqual(nothing);
  expect(await client.post('/', { Version: '2012-11-05' })).toEqual(nothing);
});

test('on an open cloud curl needs no signature: the address says that it is SQS', async () => {
  const open = await openTestCloud({ identity: 'open' });
  const call = async (path: string) => await (await fetch(open.cloud.url + path)).text();
  await call('/?Action=CreateQueue&QueueName=jobs&Version=2012-11-05');
  await call('/000000000000/jobs?Action=SendMessage&MessageBody=a%20b');
  expect(await call('/000000000000/jobs?Action=ReceiveMessage')).toContain('<Body>a b</Body>');
  // Without an action it may be a bucket.
  expect(await call('/000000000000/jobs')).toContain('<Code>NoSuchBucket</Code>');
  await open.close();
});
