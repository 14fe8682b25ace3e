/** What SQS refuses, in AWS's words. */
import * as api from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let QueueUrl: string;

beforeAll(async () => {
  t = await openTestCloud();
  QueueUrl = (await create({})).QueueUrl!;
  await create({ RedriveAllowPolicy: allow('denyAll') }, 'denies');
  await create({ RedriveAllowPolicy: allow('byQueue', 'another') }, 'names-another');
});
afterAll(() => t.close());

const create = (Attributes: Record<string, string>, QueueName = 'jobs') =>
  t.sqs.send(new api.CreateQueueCommand({ QueueName, Attributes }));
const set = (Attributes: Record<string, string>) =>
  t.sqs.send(new api.SetQueueAttributesCommand({ QueueUrl, Attributes }));
const send = (more: object) => t.sqs.send(new api.SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }));
const sendBatch = (...Entries: { Id: string; MessageBody: string }[]) =>
  t.sqs.send(new api.SendMessageBatchCommand({ QueueUrl, Entries }));
const receive = (more: object) => t.sqs.send(new api.ReceiveMessageCommand({ QueueUrl, ...more }));
const group = 'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.';
const id =
  'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const redrive = (name: string) => JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount: 3 });
const unfit = (name: string, reason: string) =>
  `Value ${redrive(name)} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
// AWS does not publish its words for these.
const DENIED = 'The RedriveAllowPolicy of the dead-letter queue does not allow this source queue.';
const SOURCES = 'Invalid value for sourceQueueArns: must be the ARNs of 1 to 10 queues.';
const allow = (redrivePermission: string, ...sources: string[]) =>
  JSON.stringify({ redrivePermission, ...(sources.length > 0 ? { sourceQueueArns: sources.map(arnOf) } : {}) });

const refusals: [string, () => Promise<unknown>, string, string][] = [
  [
    'eleven messages',
    () => receive({ MaxNumberOfMessages: 11 }),
    'InvalidParameterValue',
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    'a wait of 21 seconds',
    () => receive({ WaitTimeSeconds: 21 }),
    'InvalidParameterValue',
    'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  ],
  [
    'no body',
    () => send({ MessageBody: '' }),
    'MissingParameter',
    'The request must contain the parameter MessageBody.',
  ],
  [
    'a large body',
    () => send({ MessageBody: 'x'.repeat(1_048_577) }),
    'InvalidParameterValue',
    'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
  ],
  [
    'an empty attribute',
    () => send({ MessageAttributes: { ErrorDetails: { DataType: 'String', StringValue: '' } } }),
    'InvalidParameterValue',
    "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
  ],
  [
    'a group with a space',
    () => send({ MessageGroupId: 'group 123' }),
    'InvalidParameterValue',
    `Value group 123 for parameter MessageGroupId is invalid. Reason: ${group}`,
  ],
  [
    'a large batch',
    () => sendBatch({ Id: 'a', MessageBody: 'x'.repeat(1_048_575) }, { Id: 'b', MessageBody: 'xx' }),
    'BatchRequestTooLong',
    'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  ],
  ['an odd id in a batch', () => sendBatch({ Id: 'a:b', MessageBody: 'x' }), 'InvalidBatchEntryId', id],
  [
    'other attributes of a queue that is there',
    () => create({ DelaySeconds: '2' }),
    'QueueNameExists',
    'A queue already exists with the same name and a different value for attribute DelaySeconds',
  ],
  [
    'FIFO of a standard queue',
    () => set({ FifoQueue: 'false' }),
    'InvalidAttributeName',
    'Unknown Attribute FifoQueue.',
  ],
  [
    'deduplication of a standard queue',
    () => create({ ContentBasedDeduplication: 'true' }, 'other'),
    'InvalidAttributeName',
    'Unknown Attribute ContentBasedDeduplication.',
  ],
  ...['DeduplicationScope', 'FifoThroughputLimit'].map((name): (typeof refusals)[number] => [
    `${name} of a standard queue`,
    () => create({ [name]: 'queue' }, 'other'),
    'InvalidAttributeName',
    `You can specify the ${name} only when FifoQueue is set to true.`,
  ]),
  [
    'two ways of encryption',
    () => set({ KmsMasterKeyId: 'key', SqsManagedSseEnabled: 'true' }),
    'InvalidAttributeName',
    'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
  ],
  [
    'a dead-letter queue that does not exist',
    () => set({ RedrivePolicy: redrive('nowhere') }),
    'InvalidParameterValue',
    unfit('nowhere', 'Dead letter target does not exist.'),
  ],
  [
    'a new queue whose dead-letter queue does not exist',
    () => create({ RedrivePolicy: redrive('nowhere') }, 'other'),
    'InvalidParameterValue',
    unfit('nowhere', 'Dead letter target does not exist.'),
  ],
  [
    'to be the dead-letter queue of one where it is nobody’s',
    () => set({ RedrivePolicy: redrive('denies') }),
    'InvalidParameterValue',
    unfit('denies', DENIED),
  ],
  [
    'to be the dead-letter queue of one that it does not name',
    () => create({ RedrivePolicy: redrive('names-another') }, 'other'),
    'InvalidParameterValue',
    unfit('names-another', DENIED),
  ],
  ...Object.entries({
    '{"redrivePermission":"allow"}': 'Invalid value for redrivePermission: must be allowAll, denyAll or byQueue.',
    [allow('denyAll', 'jobs')]: 'sourceQueueArns can be specified only with byQueue.',
    [allow('byQueue')]: SOURCES,
    [allow('byQueue', ...Array.from({ length: 11 }, (_, index) => `jobs-${index}`))]: SOURCES,
    '{"redrivePermission":"byQueue","sourceQueueArns":["jobs"]}': SOURCES,
  }).map(([RedriveAllowPolicy, reason]): (typeof refusals)[number] => [
    `the RedriveAllowPolicy ${RedriveAllowPolicy.slice(0, 70)}`,
    () => set({ RedriveAllowPolicy }),
    'InvalidParameterValue',
    `Value ${RedriveAllowPolicy} for parameter RedriveAllowPolicy is invalid. Reason: ${reason}`,
  ]),
  [
    'to take away a permission that nobody gave',
    () => t.sqs.send(new api.RemovePermissionCommand({ QueueUrl, Label: 'x' })),
    'InvalidParameterValue',
    "Value x for parameter Label is invalid. Reason: can't find label.",
  ],
];

test.each(refusals)('refuses %s', async (_, call, name, message) => {
  expect(await refusal(call())).toMatchObject({ name, status: 400, message });
});

test('takes for a dead-letter queue one that lets this source, or any', async () => {
  await create({ RedriveAllowPolicy: allow('allowAll') }, 'lets-all');
  await create({ RedriveAllowPolicy: allow('byQueue', 'another', 'jobs') }, 'names-jobs');
  for (const name of ['lets-all', 'names-jobs']) await set({ RedrivePolicy: redrive(name) });
  await set({ RedrivePolicy: '' });
});

test('refuses to purge twice within a minute', async () => {
  const purge = () => t.sqs.send(new api.PurgeQueueCommand({ QueueUrl }));
  await purge();
  expect(await refusal(purge())).toMatchObject({
    name: 'PurgeQueueInProgress',
    status: 403,
    message: 'Only one PurgeQueue operation on jobs is allowed every 60 seconds.',
  });
});
