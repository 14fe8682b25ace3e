/**
 * Each operation by the older Query protocol, by the names that its clients use: boto3 before 1.28.82, SDK for Java v1.
 * The examples of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html show both.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';
import { byQuery, type Parameters } from './by-query.ts';

let t: TestCloud;
const asked = new Set<string>();
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());

const urlOf = (name: string): string => `${t.cloud.url}/${t.accountId}/${name}`;
const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;

/** What lies between an answer's first tag and its metadata. */
async function ask(Action: string, parameters: Parameters = {}): Promise<string> {
  asked.add(Action);
  const client = byQuery(t, t.cloud.identity.rootCredentials(t.accountId));
  const { status, body } = await client.post('/', { Action, Version: '2012-11-05', ...parameters });
  const [, result] =
    new RegExp(
      `^<${Action}Response xmlns="http://queue\\.amazonaws\\.com/doc/2012-11-05/">(.*)<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></${Action}Response>$`,
      's',
    ).exec(body) ?? [];
  if (status !== 200 || result === undefined) throw new Error(`${status} ${body}`);
  return result;
}

/** The same where it is a queue that is asked. */
const askQueue = (Action: string, name: string, parameters: Parameters = {}): Promise<string> =>
  ask(Action, { QueueUrl: urlOf(name), ...parameters });

/** An attribute of a message, in the place of its number. */
const attribute = (at: string, name: string, value: Parameters): Parameters => ({
  [`${at}.Name`]: name,
  ...Object.fromEntries(Object.entries(value).map(([key, one]) => [`${at}.Value.${key}`, one])),
});

const handlesOf = (answer: string): string[] =>
  [...answer.matchAll(/<ReceiptHandle>(.+?)<\/ReceiptHandle>/g)].map(([, handle]) => handle!);

test('queues are made, found, listed by pages and deleted', async () => {
  await ask('CreateQueue', { QueueName: 'list-b' });
  const made = await ask('CreateQueue', {
    QueueName: 'list-a',
    'Attribute.1.Name': 'DelaySeconds',
    'Attribute.1.Value': 5,
    'Attribute.2.Name': 'RedrivePolicy',
    'Attribute.2.Value': JSON.stringify({ deadLetterTargetArn: arnOf('list-b'), maxReceiveCount: 1 }),
    'Tag.1.Key': 'a & b',
    'Tag.1.Value': '<ü>',
  });
  expect(made).toBe(`<CreateQueueResult><QueueUrl>${urlOf('list-a')}</QueueUrl></CreateQueueResult>`);
  expect(await ask('GetQueueUrl', { QueueName: 'list-b' })).toBe(
    `<GetQueueUrlResult><QueueUrl>${urlOf('list-b')}</QueueUrl></GetQueueUrlResult>`,
  );
  expect(await ask('ListQueues', { QueueNamePrefix: 'list-' })).toBe(
    `<ListQueuesResult><QueueUrl>${urlOf('list-a')}</QueueUrl><QueueUrl>${urlOf('list-b')}</QueueUrl></ListQueuesResult>`,
  );
  const [, first, NextToken] =
    /^<ListQueuesResult><QueueUrl>(.*)<\/QueueUrl><NextToken>(.+)<\/NextToken><\/ListQueuesResult>$/.exec(
      await ask('ListQueues', { QueueNamePrefix: 'list-', MaxResults: 1 }),
    ) ?? [];
  expect(first).toBe(urlOf('list-a'));
  expect(await ask('ListQueues', { QueueNamePrefix: 'list-', MaxResults: 1, NextToken: NextToken! })).toBe(
    `<ListQueuesResult><QueueUrl>${urlOf('list-b')}</QueueUrl></ListQueuesResult>`,
  );
  expect(await askQueue('ListDeadLetterSourceQueues', 'list-b')).toBe(
    `<ListDeadLetterSourceQueuesResult><QueueUrl>${urlOf('list-a')}</QueueUrl></ListDeadLetterSourceQueuesResult>`,
  );
  expect(await askQueue('DeleteQueue', 'list-b')).toBe('');
  expect(await ask('ListQueues', { QueueNamePrefix: 'list-b' })).toBe('<ListQueuesResult/>');
});

test('attributes are set, one or many, and told', async () => {
  await ask('CreateQueue', { QueueName: 'attributes' });
  const numbered = { 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': 35 };
  expect(await askQueue('SetQueueAttributes', 'attributes', numbered)).toBe('');
  await askQueue('SetQueueAttributes', 'attributes', { 'Attribute.Name': 'DelaySeconds', 'Attribute.Value': 45 });
  const names = { 'AttributeName.1': 'VisibilityTimeout', 'AttributeName.2': 'DelaySeconds' };
  expect(await askQueue('GetQueueAttributes', 'attributes', names)).toBe(
    '<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name><Value>35</Value></Attribute>' +
      '<Attribute><Name>DelaySeconds</Name><Value>45</Value></Attribute></GetQueueAttributesResult>',
  );
});

test('tags are set, listed and taken away', async () => {
  await ask('CreateQueue', { QueueName: 'tags', 'Tag.1.Key': 'first', 'Tag.1.Value': 'a+b' });
  expect(await askQueue('TagQueue', 'tags', { 'Tag.1.Key': 'second', 'Tag.1.Value': '' })).toBe('');
  const second = '<Tag><Key>second</Key><Value></Value></Tag>';
  expect(await askQueue('ListQueueTags', 'tags')).toBe(
    `<ListQueueTagsResult><Tag><Key>first</Key><Value>a+b</Value></Tag>${second}</ListQueueTagsResult>`,
  );
  expect(await askQueue('UntagQueue', 'tags', { 'TagKey.1': 'first' })).toBe('');
  expect(await askQueue('ListQueueTags', 'tags')).toBe(`<ListQueueTagsResult>${second}</ListQueueTagsResult>`);
});

test('a message is sent with its attributes, received, hidden for longer and deleted', async () => {
  await ask('CreateQueue', { QueueName: 'messages' });
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const sent = await askQueue('SendMessage', 'messages', {
    MessageBody: 'a & "b" <ü>\r\n',
    ...attribute('MessageAttribute.1', 'count', { DataType: 'Number', StringValue: 7 }),
    ...attribute('MessageAttribute.2', 'raw', { DataType: 'Binary', BinaryValue: 'AAH/' }),
    ...attribute('MessageSystemAttribute.1', 'AWSTraceHeader', { DataType: 'String', StringValue: trace }),
  });
  const digests =
    /^<SendMessageResult><MD5OfMessageBody>(\w{32})<\/MD5OfMessageBody><MD5OfMessageAttributes>(\w{32})<\/MD5OfMessageAttributes><MD5OfMessageSystemAttributes>\w{32}<\/MD5OfMessageSystemAttributes><MessageId>ID<\/MessageId><\/SendMessageResult>$/.exec(
      sent,
    );
  const received = await askQueue('ReceiveMessage', 'messages', {
    MaxNumberOfMessages: 10,
    'AttributeName.1': 'AWSTraceHeader',
    'MessageAttributeName.1': 'All',
  });
  const [handle] = handlesOf(received);
  expect(received).toBe(
    `<ReceiveMessageResult><Message><MessageId>ID</MessageId><ReceiptHandle>${handle}</ReceiptHandle>` +
      `<MD5OfBody>${digests?.[1]}</MD5OfBody><Body>a &amp; &quot;b&quot; &lt;ü&gt;&#x0D;&#x0A;</Body>` +
      `<Attribute><Name>AWSTraceHeader</Name><Value>${trace}</Value></Attribute>` +
      `<MD5OfMessageAttributes>${digests?.[2]}</MD5OfMessageAttributes>` +
      '<MessageAttribute><Name>count</Name><Value><DataType>Number</DataType><StringValue>7</StringValue></Value></MessageAttribute>' +
      '<MessageAttribute><Name>raw</Name><Value><DataType>Binary</DataType><BinaryValue>AAH/</BinaryValue></Value></MessageAttribute>' +
      '</Message></ReceiveMessageResult>',
  );
  const of = { ReceiptHandle: handle! };
  expect(await askQueue('ChangeMessageVisibility', 'messages', { ...of, VisibilityTimeout: 60 })).toBe('');
  await t.cloud.clock.advance(45_000);
  expect(await askQueue('ReceiveMessage', 'messages')).toBe('<ReceiveMessageResult/>');
  expect(await askQueue('DeleteMessage', 'messages', of)).toBe('');
  await t.cloud.clock.advance(60_000);
  expect(await askQueue('ReceiveMessage', 'messages')).toBe('<ReceiveMessageResult/>');
});

test('a batch tells what was done and what was not', async () => {
  await ask('CreateQueue', { QueueName: 'batches' });
  const entry = (at: string, members: Parameters): Parameters =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [`${at}.${name}`, value]));
  const md5 = '<MD5OfMessageBody>0cc175b9c0f1b6a831c399e269772661</MD5OfMessageBody>';
  expect(
    await askQueue('SendMessageBatch', 'batches', {
      ...entry('SendMessageBatchRequestEntry.1', { Id: 'one', MessageBody: 'a' }),
      ...entry('SendMessageBatchRequestEntry.2', { Id: 'two', MessageBody: 'a', DelaySeconds: 901 }),
    }),
  ).toBe(
    `<SendMessageBatchResult><SendMessageBatchResultEntry><Id>one</Id><MessageId>ID</MessageId>${md5}</SendMessageBatchResultEntry>` +
      '<BatchResultErrorEntry><Id>two</Id><SenderFault>true</SenderFault><Code>InvalidParameterValue</Code>' +
      '<Message>Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be &gt;= 0 and &lt;= 900.</Message>' +
      '</BatchResultErrorEntry></SendMessageBatchResult>',
  );
  const [ReceiptHandle = ''] = handlesOf(await askQueue('ReceiveMessage', 'batches'));
  const hide = 'ChangeMessageVisibilityBatchRequestEntry.1';
  expect(
    await askQueue(
      'ChangeMessageVisibilityBatch',
      'batches',
      entry(hide, { Id: 'one', ReceiptHandle, VisibilityTimeout: 5 }),
    ),
  ).toBe(
    '<ChangeMessageVisibilityBatchResult><ChangeMessageVisibilityBatchResultEntry><Id>one</Id></ChangeMessageVisibilityBatchResultEntry></ChangeMessageVisibilityBatchResult>',
  );
  expect(
    await askQueue(
      'DeleteMessageBatch',
      'batches',
      entry('DeleteMessageBatchRequestEntry.1', { Id: 'one', ReceiptHandle }),
    ),
  ).toBe(
    '<DeleteMessageBatchResult><DeleteMessageBatchResultEntry><Id>one</Id></DeleteMessageBatchResultEntry></DeleteMessageBatchResult>',
  );
});

test('permissions are given and taken away, a queue is emptied', async () => {
  await ask('CreateQueue', { QueueName: 'policy' });
  const permission = { Label: 'l', 'AWSAccountId.1': '999988887777', 'ActionName.1': 'SendMessage' };
  expect(await askQueue('AddPermission', 'policy', permission)).toBe('');
  const policy = () => askQueue('GetQueueAttributes', 'policy', { 'AttributeName.1': 'Policy' });
  expect(await policy()).toContain('&quot;AWS&quot;:&quot;arn:aws:iam::999988887777:root&quot;');
  expect(await askQueue('RemovePermission', 'policy', { Label: 'l' })).toBe('');
  expect(await policy()).toBe('<GetQueueAttributesResult/>');
  await askQueue('SendMessage', 'policy', { MessageBody: 'a' });
  expect(await askQueue('PurgeQueue', 'policy')).toBe('');
  expect(await askQueue('ReceiveMessage', 'policy')).toBe('<ReceiveMessageResult/>');
});

test('dead letters are moved back', async () => {
  await ask('CreateQueue', { QueueName: 'dead' });
  const redrive = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1 });
  await ask('CreateQueue', { QueueName: 'source', 'Attribute.1.Name': 'RedrivePolicy', 'Attribute.1.Value': redrive });
  await askQueue('SendMessage', 'dead', { MessageBody: 'a' });
  const [SourceArn, DestinationArn] = [arnOf('dead'), arnOf('source')];
  const start = { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 2 };
  const [, TaskHandle] =
    /^<StartMessageMoveTaskResult><TaskHandle>(.+)<\/TaskHandle><\/StartMessageMoveTaskResult>$/.exec(
      await ask('StartMessageMoveTask', start),
    ) ?? [];
  const startedAt = t.cloud.clock.now();
  expect(await ask('ListMessageMoveTasks', { SourceArn, MaxResults: 5 })).toBe(
    `<ListMessageMoveTasksResult><ListMessageMoveTasksResultEntry><TaskHandle>${TaskHandle}</TaskHandle><Status>RUNNING</Status>` +
      `<SourceArn>${SourceArn}</SourceArn><DestinationArn>${DestinationArn}</DestinationArn>` +
      '<MaxNumberOfMessagesPerSecond>2</MaxNumberOfMessagesPerSecond><ApproximateNumberOfMessagesMoved>0</ApproximateNumberOfMessagesMoved>' +
      '<ApproximateNumberOfMessagesToMove>1</ApproximateNumberOfMessagesToMove>' +
      `<StartedTimestamp>${startedAt}</StartedTimestamp></ListMessageMoveTasksResultEntry></ListMessageMoveTasksResult>`,
  );
  expect(await ask('CancelMessageMoveTask', { TaskHandle: TaskHandle! })).toBe(
    '<CancelMessageMoveTaskResult><ApproximateNumberOfMessagesMoved>0</ApproximateNumberOfMessagesMoved></CancelMessageMoveTaskResult>',
  );
});

test('that was each operation that is built', () => {
  const { handlers } = t.cloud.services.find(({ name }) => name === 'sqs')!;
  expect([...asked].sort()).toEqual(Object.keys(handlers).sort());
});
