/** What SNS refuses of subscriptions, and what it says then: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-sns';
import { beforeAll, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { pair, subscribe, t, useCloud } from './testing.ts';

useCloud();

let arn: string;
let subscription: string;
let endpoint: string;
beforeAll(async () => {
  ({ topicArn: arn, subscription, queueArn: endpoint } = await pair({ RawMessageDelivery: 'true' }));
});

const setOf = (AttributeName: string, AttributeValue: string) =>
  t.sns.send(
    new api.SetSubscriptionAttributesCommand({ SubscriptionArn: subscription, AttributeName, AttributeValue }),
  );
const unsubscribe = (SubscriptionArn: string) => t.sns.send(new api.UnsubscribeCommand({ SubscriptionArn }));
const enroll = (Protocol: string, Endpoint: string, TopicArn = arn) =>
  t.sns.send(new api.SubscribeCommand({ TopicArn, Protocol, Endpoint }));

const [invalid, missing] = ['InvalidParameterException', 'NotFoundException'];
const parameter = (what: string) => `Invalid parameter: ${what}`;
const elements = (name: string, count: number) =>
  parameter(`${name} Reason: An ARN must have at least 6 elements, not ${count}`);
const NO_TOPIC = 'Topic does not exist';
const NO_SUBSCRIPTION = 'Subscription does not exist';
const nowhere = () => `${arn}-none`;

test.each<[string, () => Promise<unknown>, string, number, string]>([
  [
    'a protocol that is none',
    () => enroll('carrier-pigeon', 'x'),
    invalid,
    400,
    parameter('Amazon SNS does not support this protocol string: carrier-pigeon'),
  ],
  ['a queue’s URL', () => enroll('sqs', 'http://127.0.0.1/1/q'), invalid, 400, parameter('SQS endpoint ARN')],
  [
    'a queue’s ARN that is none',
    () => enroll('sqs', 'arn:aws:sqs:us-east-1:q'),
    invalid,
    400,
    parameter('SQS endpoint ARN'),
  ],
  [
    'a FIFO queue, at a standard topic',
    () => enroll('sqs', `${endpoint}.fifo`),
    invalid,
    400,
    parameter('Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics'),
  ],
  ['a function’s name', () => enroll('lambda', 'name'), invalid, 400, parameter('Lambda endpoint ARN')],
  [
    'a subscription to an ARN that is none',
    () => enroll('sqs', endpoint, 'a:b:c:d:e'),
    invalid,
    400,
    elements('TopicArn', 5),
  ],
  ['a subscription to no topic', () => enroll('sqs', endpoint, nowhere()), missing, 404, NO_TOPIC],
  [
    'a subscription that is there, but other',
    () => subscribe(arn, endpoint, { RawMessageDelivery: 'false' }),
    invalid,
    400,
    parameter('Attributes Reason: Subscription already exists with different attributes'),
  ],
  [
    'raw delivery that is neither',
    () => subscribe(arn, endpoint, { RawMessageDelivery: 'wrong' }),
    invalid,
    400,
    parameter('Attributes Reason: RawMessageDelivery: Invalid value [wrong]. Must be true or false.'),
  ],
  [
    'the same later',
    () => setOf('RawMessageDelivery', ''),
    invalid,
    400,
    parameter('RawMessageDelivery: Invalid value []. Must be true or false.'),
  ],
  ['an unknown attribute of a subscription', () => setOf('Colour', 'red'), invalid, 400, parameter('AttributeName')],
  [
    'a dead-letter queue that is none',
    () => setOf('RedrivePolicy', '{"deadLetterTargetArn":"fake"}'),
    invalid,
    400,
    parameter('RedrivePolicy: deadLetterTargetArn is an invalid arn'),
  ],
  [
    'a FIFO queue for dead letters',
    () => setOf('RedrivePolicy', `{"deadLetterTargetArn":"${endpoint}.fifo"}`),
    invalid,
    400,
    parameter('RedrivePolicy: must use a standard queue as DLQ for a standard topic.'),
  ],
  [
    'a redrive policy that is no JSON',
    () => setOf('RedrivePolicy', '{x'),
    invalid,
    400,
    parameter('RedrivePolicy: failed to parse JSON.'),
  ],
  [
    'a filter that is no JSON',
    () => setOf('FilterPolicy', '{x'),
    invalid,
    400,
    parameter('FilterPolicy: failed to parse JSON.'),
  ],
  [
    'a nested filter on attributes',
    () => setOf('FilterPolicy', '{"a":{"b":["c"]}}'),
    invalid,
    400,
    parameter('FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy'),
  ],
  [
    'a filter of six keys',
    () => setOf('FilterPolicy', JSON.stringify(Object.fromEntries([...'abcdef'].map((key) => [key, ['x']])))),
    invalid,
    400,
    parameter('FilterPolicy: Filter policy can not have more than 5 keys'),
  ],
  [
    'a filter of more than 150 combinations',
    () => {
      const values = Array.from({ length: 13 }, (_, nth) => `v${nth}`);
      return setOf('FilterPolicy', JSON.stringify({ a: values, b: values }));
    },
    invalid,
    400,
    parameter('FilterPolicy: Filter policy is too complex'),
  ],
  [
    'a filter with an unknown operator',
    () => setOf('FilterPolicy', '{"a":[{"like":"b"}]}'),
    invalid,
    400,
    parameter('FilterPolicy: Unrecognized match type like'),
  ],
  [
    'a filter on something else',
    () => setOf('FilterPolicyScope', 'Subject'),
    invalid,
    400,
    parameter('FilterPolicyScope: Invalid value [Subject]. Please use either MessageBody or MessageAttributes'),
  ],
  [
    'an end of nothing',
    () => unsubscribe(''),
    invalid,
    400,
    parameter('SubscriptionArn Reason: no value for required parameter'),
  ],
  ['an end of what is no ARN', () => unsubscribe('randomstring'), invalid, 400, elements('SubscriptionArn', 1)],
  ['an end of a topic', () => unsubscribe(arn), invalid, 400, parameter('SubscriptionId')],
  [
    'a subscription that is not there',
    () => t.sns.send(new api.GetSubscriptionAttributesCommand({ SubscriptionArn: `${arn}:none` })),
    missing,
    404,
    NO_SUBSCRIPTION,
  ],
])('%s', async (_, call, name, status, message) => {
  expect(await refusal(call())).toEqual({ name, status, message });
});
