/**
 * What SQS refuses, by both of its protocols: JSON tells in its body a name of its own, and in a header the code that Query
 * has, which clients go by. As AWS answered in the recordings of LocalStack's tests `[sqs]` and `[sqs_query]`.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
 */
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, rawAnswer, type TestCloud } from '../../testing.ts';
import { byQuery, type Parameters } from './by-query.ts';

let t: TestCloud;
let url: string;
let client: ReturnType<typeof byQuery>;
beforeAll(async () => {
  t = await openTestCloud();
  client = byQuery(t, t.cloud.identity.rootCredentials(t.accountId));
  for (const QueueName of ['jobs', 'purged', 'gone']) await t.sqs.send(new api.CreateQueueCommand({ QueueName }));
  url = urlOf('jobs');
  await t.sqs.send(new api.PurgeQueueCommand({ QueueUrl: urlOf('purged') }));
  await t.sqs.send(new api.DeleteQueueCommand({ QueueUrl: urlOf('gone') }));
});
afterAll(() => t.close());

const urlOf = (name: string): string => `${t.cloud.url}/${t.accountId}/${name}`;

const refused = (code: string, message: string): string =>
  `<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>${code}</Code>` +
  `<Message>${message.replace(/[<>"]/g, (char) => `&#${char.charCodeAt(0)};`)}</Message><Detail/></Error><RequestId>ID</RequestId></ErrorResponse>`;

const Entries = Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, ReceiptHandle: 'a' }));
const entries = (Ids: readonly string[]): Parameters =>
  Object.fromEntries(Ids.map((Id, at) => [`DeleteMessageBatchRequestEntry.${at + 1}.Id`, Id]));

interface Refusal {
  readonly json: () => object;
  readonly query: () => Parameters;
  readonly status: number;
  /** In JSON, but for its namespace. */
  readonly type: string;
  readonly code: string;
  readonly message: string;
}

const old = 'AWS.SimpleQueueService.';

const refusals: Record<string, Refusal> = {
  'a queue that is not there': {
    json: () => new api.GetQueueUrlCommand({ QueueName: 'none' }),
    query: () => ({ Action: 'GetQueueUrl', QueueName: 'none' }),
    status: 400,
    type: 'QueueDoesNotExist',
    code: `${old}NonExistentQueue`,
    message: 'The specified queue does not exist.',
  },
  'a queue of other attributes': {
    json: () => new api.CreateQueueCommand({ QueueName: 'jobs', Attributes: { DelaySeconds: '2' } }),
    query: () => ({
      Action: 'CreateQueue',
      QueueName: 'jobs',
      'Attribute.1.Name': 'DelaySeconds',
      'Attribute.1.Value': 2,
    }),
    status: 400,
    type: 'QueueNameExists',
    code: 'QueueAlreadyExists',
    message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
  },
  'a name that was deleted just now': {
    json: () => new api.CreateQueueCommand({ QueueName: 'gone' }),
    query: () => ({ Action: 'CreateQueue', QueueName: 'gone' }),
    status: 400,
    type: 'QueueDeletedRecently',
    code: `${old}QueueDeletedRecently`,
    message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  },
  'purging twice': {
    json: () => new api.PurgeQueueCommand({ QueueUrl: urlOf('purged') }),
    query: () => ({ Action: 'PurgeQueue', QueueUrl: urlOf('purged') }),
    status: 403,
    type: 'PurgeQueueInProgress',
    code: `${old}PurgeQueueInProgress`,
    message: 'Only one PurgeQueue operation on purged is allowed every 60 seconds.',
  },
  'an attribute that there is not': {
    json: () => new api.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['Foobar' as 'All'] }),
    query: () => ({ Action: 'GetQueueAttributes', QueueUrl: url, 'AttributeName.1': 'Foobar' }),
    status: 400,
    type: 'InvalidAttributeName',
    code: 'InvalidAttributeName',
    message: 'Unknown Attribute Foobar.',
  },
  'an attribute out of bounds': {
    json: () => new api.SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: '901' } }),
    query: () => ({
      Action: 'SetQueueAttributes',
      QueueUrl: url,
      'Attribute.Name': 'DelaySeconds',
      'Attribute.Value': 901,
    }),
    status: 400,
    type: 'InvalidAttributeValue',
    code: 'InvalidAttributeValue',
    message: 'Invalid value for the parameter DelaySeconds.',
  },
  'too long a wait': {
    json: () => new api.ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 21 }),
    query: () => ({ Action: 'ReceiveMessage', QueueUrl: url, WaitTimeSeconds: 21 }),
    status: 400,
    type: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    message: 'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  },
  'a message without a body': {
    json: () => new api.SendMessageCommand({ QueueUrl: url, MessageBody: '' }),
    query: () => ({ Action: 'SendMessage', QueueUrl: url, MessageBody: '' }),
    status: 400,
    type: 'MissingRequiredParameterException',
    code: 'MissingParameter',
    message: 'The request must contain the parameter MessageBody.',
  },
  'a receipt handle of nobody': {
    json: () => new api.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'garbage' }),
    query: () => ({ Action: 'DeleteMessage', QueueUrl: url, ReceiptHandle: 'garbage' }),
    status: 404,
    type: 'ReceiptHandleIsInvalid',
    code: 'ReceiptHandleIsInvalid',
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
  },
  'a batch of nothing': {
    json: () => new api.DeleteMessageBatchCommand({ QueueUrl: url, Entries: [] }),
    query: () => ({ Action: 'DeleteMessageBatch', QueueUrl: url }),
    status: 400,
    type: 'EmptyBatchRequest',
    code: `${old}EmptyBatchRequest`,
    message: 'There should be at least one DeleteMessageBatchRequestEntry in the request.',
  },
  'a batch of eleven': {
    json: () => new api.DeleteMessageBatchCommand({ QueueUrl: url, Entries }),
    query: () => ({ Action: 'DeleteMessageBatch', QueueUrl: url, ...entries(Entries.map(({ Id }) => Id)) }),
    status: 400,
    type: 'TooManyEntriesInBatchRequest',
    code: `${old}TooManyEntriesInBatchRequest`,
    message: 'Maximum number of entries per request are 10. You have sent 11.',
  },
  'an odd id in a batch': {
    json: () => new api.DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a:b', ReceiptHandle: 'a' }] }),
    query: () => ({ Action: 'DeleteMessageBatch', QueueUrl: url, ...entries(['a:b']) }),
    status: 400,
    type: 'InvalidBatchEntryId',
    code: `${old}InvalidBatchEntryId`,
    message:
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  },
  'one id twice in a batch': {
    json: () =>
      new api.DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: ['a', 'a'].map((Id) => ({ Id, ReceiptHandle: 'a' })),
      }),
    query: () => ({ Action: 'DeleteMessageBatch', QueueUrl: url, ...entries(['a', 'a']) }),
    status: 400,
    type: 'BatchEntryIdsNotDistinct',
    code: `${old}BatchEntryIdsNotDistinct`,
    message: 'Id a repeated.',
  },
  'moving the messages of a queue that is not there': {
    json: () => new api.ListMessageMoveTasksCommand({ SourceArn: 'arn:aws:sqs:us-east-1:111122223333:none' }),
    query: () => ({ Action: 'ListMessageMoveTasks', SourceArn: 'arn:aws:sqs:us-east-1:111122223333:none' }),
    status: 404,
    type: 'ResourceNotFoundException',
    code: 'ResourceNotFoundException',
    message: "The resource that you specified for the SourceArn parameter doesn't exist.",
  },
};

test.each(Object.entries(refusals))('%s', async (_, { json, query, status, type, code, message }) => {
  const { headers, ...told } = await rawAnswer(t.sqs, json());
  const body = JSON.parse(told.body) as Record<string, string>;
  expect([told.status, headers.get('x-amzn-errortype'), headers.get('x-amzn-query-error')]).toEqual([
    status,
    type,
    `${code};Sender`,
  ]);
  expect([body.__type!.split('#').at(-1), body.message]).toEqual([type, message]);
  const inQuery = message.replace(/^(The specified queue does not exist)\.$/, '$1 for this wsdl version.');
  expect(await client.post('/', { Version: '2012-11-05', ...query() })).toEqual({
    status,
    body: refused(code, inQuery),
  });
});

test('who may not, whose session has ended, and who signs wrongly', async () => {
  const role = await t.role('reader', { Effect: 'Allow', Action: 'sqs:GetQueueUrl', Resource: '*' });
  const { expiration: _, ...session } = t.cloud.identity.mintSession(role, 'session', 900);
  const list = (credentials = session) =>
    byQuery(t, credentials).post('/', { Action: 'ListQueues', Version: '2012-11-05' });
  const arn = `arn:aws:sts::${t.accountId}:assumed-role/reader/session`;
  const denied = `User: ${arn} is not authorized to perform: sqs:ListQueues on resource: arn:aws:sqs:us-east-1:${t.accountId}:* because no identity-based policy allows the sqs:ListQueues action`;
  expect(await list()).toEqual({ status: 403, body: refused('AccessDenied', denied) });
  const { headers, status, body } = await rawAnswer(t.as(session).sqs, new api.ListQueuesCommand({}));
  expect([status, headers.get('x-amzn-query-error'), JSON.parse(body).__type]).toEqual([
    403,
    'AccessDenied;Sender',
    'AccessDeniedException',
  ]);
  const wrong = await list({ ...session, secretAccessKey: 'another' });
  expect([wrong.status, wrong.body]).toEqual([403, expect.stringContaining('<Code>SignatureDoesNotMatch</Code>')]);
  await t.cloud.clock.advance(901_000);
  expect(await list()).toEqual({
    status: 403,
    body: refused('ExpiredToken', 'The security token included in the request is expired'),
  });
});
