/** What SNS refuses of topics and messages, and what it says then: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { pair, publish, t, useCloud } from './testing.ts';

useCloud();

let arn: string;
beforeAll(async () => {
  ({ topicArn: arn } = await pair());
});

const create = (Name: string, more: object = {}) => t.sns.send(new api.CreateTopicCommand({ Name, ...more }));
const get = (TopicArn: string) => t.sns.send(new api.GetTopicAttributesCommand({ TopicArn }));
const set = (AttributeName: string, AttributeValue: string) =>
  t.sns.send(new api.SetTopicAttributesCommand({ TopicArn: arn, AttributeName, AttributeValue }));
const enroll = (Protocol: string, Endpoint: string, TopicArn = arn) =>
  t.sns.send(new api.SubscribeCommand({ TopicArn, Protocol, Endpoint }));
const permit = (more: object) =>
  t.sns.send(
    new api.AddPermissionCommand({
      TopicArn: arn,
      Label: 'one',
      AWSAccountId: [t.accountId],
      ActionName: ['Publish'],
      ...more,
    }),
  );
const batch = (entries: api.PublishBatchRequestEntry[], TopicArn = arn) =>
  t.sns.send(new api.PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
const entry = (Id: string, more: object = {}) => ({ Id, Message: 'x', ...more });
const withAttribute = (value: object, name = 'attr1') =>
  publish(arn, 'x', { MessageAttributes: { [name]: value as never } });

const [invalid, missing, value] = ['InvalidParameterException', 'NotFoundException', 'InvalidParameterValueException'];
const parameter = (what: string) => `Invalid parameter: ${what}`;
const elements = (name: string, count: number) =>
  parameter(`${name} Reason: An ARN must have at least 6 elements, not ${count}`);
const NO_TOPIC = 'Topic does not exist';
const nowhere = () => `${arn}-none`;
const TYPES =
  "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.";
const empty = (type: string) =>
  `The message attribute 'attr1' must contain non-empty message attribute value for message attribute type '${type}'.`;
const many = Array.from({ length: 11 }, (_, nth) => entry(`e${nth}`));
const long = 'x'.repeat(262_145);

test.each<[string, () => Promise<unknown>, string, number, string]>([
  [
    'a token of nobody',
    () => t.sns.send(new api.ListTopicsCommand({ NextToken: '100' })),
    invalid,
    400,
    parameter('NextToken'),
  ],
  ['a topic without a name', () => create(''), invalid, 400, parameter('Topic Name')],
  ['a name that is too long', () => create('x'.repeat(257)), invalid, 400, parameter('Topic Name')],
  ['a name with a blank', () => create('a b'), invalid, 400, parameter('Topic Name')],
  ['a name of a FIFO topic', () => create('a.fifo'), invalid, 400, parameter('Topic Name')],
  [
    'a FIFO topic without one',
    () => create('a', { Attributes: { FifoTopic: 'true' } }),
    invalid,
    400,
    parameter('Topic Name'),
  ],
  ['an unknown attribute of a topic', () => set('Colour', 'red'), invalid, 400, parameter('AttributeName')],
  ['the kind of a topic that is there', () => set('FifoTopic', 'false'), invalid, 400, parameter('AttributeName')],
  ['a topic that is not there', () => get(nowhere()), missing, 404, NO_TOPIC],
  ['an ARN that is none', () => get('topic'), invalid, 400, elements('TopicArn', 1)],
  ['a publication to an ARN that is none', () => publish('random:topic', 'x'), invalid, 400, elements('TopicArn', 2)],
  ['a publication to nothing', () => publish('', 'x'), invalid, 400, elements('TopicArn', 1)],
  [
    'a topic of another region',
    () => publish('arn:aws:sns:eu-west-1:111122223333:t', 'x'),
    invalid,
    400,
    parameter('TopicArn'),
  ],
  ['a publication to no topic', () => publish(nowhere(), 'x'), missing, 404, NO_TOPIC],
  ['an empty message', () => publish(arn, ''), invalid, 400, parameter('Empty message')],
  ['a message of more than 256 KiB', () => publish(arn, long), invalid, 400, parameter('Message too long')],
  [
    'one that its attributes make too long',
    () => publish(arn, 'x'.repeat(262_140), { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } }),
    invalid,
    400,
    parameter('Message too long'),
  ],
  ['an empty subject', () => publish(arn, 'x', { Subject: '' }), invalid, 400, parameter('Subject')],
  ['a subject of two lines', () => publish(arn, 'x', { Subject: 'a\nb' }), invalid, 400, parameter('Subject')],
  [
    'texts without one for all',
    () => publish(arn, '{"sqs":"x"}', { MessageStructure: 'json' }),
    invalid,
    400,
    parameter('Message Structure - No default entry in JSON message body'),
  ],
  [
    'a text that is none',
    () => publish(arn, '{"default":{"a":1}}', { MessageStructure: 'json' }),
    invalid,
    400,
    parameter('Message Structure - No default entry in JSON message body'),
  ],
  [
    'texts that are no JSON',
    () => publish(arn, '{"default', { MessageStructure: 'json' }),
    invalid,
    400,
    parameter('Message Structure - JSON message body failed to parse'),
  ],
  [
    'an attribute without a value',
    () => withAttribute({ DataType: 'String', StringValue: '' }),
    value,
    400,
    empty('String'),
  ],
  ['an attribute with none at all', () => withAttribute({ DataType: 'String' }), value, 400, empty('String')],
  ['a binary one without', () => withAttribute({ DataType: 'Binary' }), value, 400, empty('Binary')],
  ['an attribute of an odd type', () => withAttribute({ DataType: 'Text', StringValue: 'a' }), value, 400, TYPES],
  [
    'one whose type only begins right',
    () => withAttribute({ DataType: 'Stringprefixed', StringValue: 'a' }),
    value,
    400,
    TYPES,
  ],
  [
    'bytes as a text',
    () => withAttribute({ DataType: 'String', BinaryValue: new Uint8Array([1]) }),
    value,
    400,
    "The message attribute 'attr1' with type 'String' must use field 'String'.",
  ],
  [
    'a text as bytes',
    () => withAttribute({ DataType: 'Binary', StringValue: 'a' }),
    value,
    400,
    "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
  ],
  [
    'an attribute without a type',
    () => withAttribute({ StringValue: 'a' }),
    'ValidationError',
    400,
    "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  ],
  [
    'the same in a batch',
    () => batch([entry('a', { MessageAttributes: { attr1: { StringValue: 'a' } as never } })]),
    'ValidationError',
    400,
    "1 validation error detected: Value null at 'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  ],
  ...(
    [
      ['a'.repeat(257), 'Length of message attribute name must be less than 256 bytes.'],
      [
        'a^b',
        "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
      ],
      ['.a', "Invalid message attribute name starting with character '.' was found."],
      ['a.', "Invalid message attribute name ending with character '.' was found."],
      ['a..b', "Message attribute name can not have successive '.' character."],
    ] as const
  ).map(([name, message]): [string, () => Promise<unknown>, string, number, string] => [
    `an attribute called ${name.slice(0, 5)}`,
    () => withAttribute({ DataType: 'String', StringValue: 'a' }, name),
    value,
    400,
    message,
  ]),
  ['a batch to no topic', () => batch([entry('a')], nowhere()), missing, 404, NO_TOPIC],
  [
    'a batch of eleven',
    () => batch(many),
    'TooManyEntriesInBatchRequestException',
    400,
    'The batch request contains more entries than permissible.',
  ],
  [
    'a batch with the same id twice',
    () => batch([entry('a'), entry('a')]),
    'BatchEntryIdsNotDistinctException',
    400,
    'Two or more batch entries in the request have the same Id.',
  ],
  [
    'an id with a dot',
    () => batch([entry('a.b')]),
    'InvalidBatchEntryIdException',
    400,
    'The Id of a batch entry in the batch request contains an impermissible character: a.b',
  ],
  [
    'an id of 81 letters',
    () => batch([entry('a'.repeat(81))]),
    'InvalidBatchEntryIdException',
    400,
    `The Id of a batch entry in the batch request is too long: ${'a'.repeat(81)}`,
  ],
  [
    'a batch that is too long as a whole',
    () => batch(['a', 'b'].map((id) => entry(id, { Message: long.slice(0, 200_000) }))),
    'BatchRequestTooLongException',
    400,
    'The length of all the messages put together is more than the limit.',
  ],
  [
    'a batch with one message that is wrong',
    () => batch([entry('a'), entry('b', { Message: '{"sqs":"x"}', MessageStructure: 'json' })]),
    invalid,
    400,
    parameter('Message Structure - No default entry in JSON message body'),
  ],
  [
    'a permission to do what SNS does not',
    () => permit({ ActionName: ['Fly'] }),
    invalid,
    400,
    parameter('Policy statement action out of service scope!'),
  ],
  ['a permission at no topic', () => permit({ TopicArn: nowhere() }), missing, 404, NO_TOPIC],
])('%s', async (_, call, name, status, message) => {
  expect(await refusal(call())).toEqual({ name, status, message });
});

describe('after what is there already', () => {
  test('a topic with other attributes, or other tags', async () => {
    await create('taken', { Attributes: { DisplayName: 'one' }, Tags: [{ Key: 'a', Value: '1' }] });
    const other = await refusal(create('taken', { Attributes: { DisplayName: 'two' } }));
    expect(other.message).toBe(parameter('Attributes Reason: Topic already exists with different attributes'));
    const tags = await refusal(
      create('taken', {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    expect(tags.message).toBe(parameter('Tags Reason: Topic already exists with different tags'));
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    expect((await refusal(create('tagged', { Tags: twice }))).message).toBe(
      parameter('Duplicated keys are not allowed.'),
    );
  });

  test('a permission of the same name', async () => {
    await permit({ Label: 'twice' });
    expect((await refusal(permit({ Label: 'twice' }))).message).toBe(parameter('Statement already exists'));
  });
});

test.each<[string, () => Promise<unknown>]>([
  ['FIFO topics', () => create('a.fifo', { Attributes: { FifoTopic: 'true' } })],
  ['keys of KMS', () => set('KmsMasterKeyId', 'alias/aws/sns')],
  ['HTTP endpoints', () => enroll('https', 'https://example.com')],
  ['phones', () => t.sns.send(new api.PublishCommand({ PhoneNumber: '+1555', Message: 'x' }))],
  ['queues of other accounts', () => enroll('sqs', 'arn:aws:sqs:us-east-1:999988887777:q')],
])('%s are not built, and say so', async (_, call) => {
  expect(await refusal(call())).toMatchObject({
    status: 501,
    message: expect.stringMatching(/ not built in this cloud\.$/),
  });
});
