import * as eb from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { takeFrom } from '../../testing.ts';
import {
  aws,
  fault,
  hops,
  MINUTE,
  messages,
  put,
  queue,
  queueArn,
  region,
  rule,
  ruleArn,
  SHOP,
  useCloud,
} from './testing.ts';

useCloud();

test('an event goes to the targets of the rules that it matches, in AWS’s shape', async () => {
  const inbox = await queue('inbox');
  await rule('large', SHOP, {});
  const { Entries } = await put({ total: 25 }, { Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['r'] });
  await put({ total: 5 });
  expect((await messages(inbox)).map(({ body }) => body)).toEqual([
    {
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'Order',
      source: 'shop',
      account: aws.accountId,
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: ['r'],
      detail: { total: 25 },
    },
  ]);
});

test('each target gets what its Input, InputPath or InputTransformer makes of the event', async () => {
  const inbox = await queue('inbox');
  await rule(
    'large',
    SHOP,
    { Input: '{"fixed":true}' },
    { InputPath: '$.detail.items[1]' },
    {
      InputTransformer: {
        InputPathsMap: {
          total: '$.detail.total',
          name: '$.detail.name',
          items: '$.detail.items',
          none: '$.detail.none',
        },
        InputTemplate:
          '{"sum": <total>, "who": <name>, "text": "of <name>: <total>", "items": <items>, "none": <none>, "rule": <aws.events.rule-name>}',
      },
    },
    { InputTransformer: { InputPathsMap: { total: '$.detail.total' }, InputTemplate: '"It is <total>."' } },
  );
  await put({ total: 25, name: 'A "B"', items: ['x', 'y'] });
  expect((await messages(inbox)).map(({ body }) => body)).toEqual([
    { fixed: true },
    'y',
    { sum: 25, who: 'A "B"', text: 'of A "B": 25', items: ['x', 'y'], none: '', rule: 'large' },
    'It is 25.',
  ]);
});

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
test('a FIFO queue gets events in the group that its target names', async () => {
  const inbox = await queue('inbox.fifo', true, { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  await rule('large', SHOP, { Arn: queueArn('inbox.fifo'), SqsParameters: { MessageGroupId: 'orders' } });
  for (const total of [25, 35]) await put({ total });
  const received = await takeFrom(aws.sqs, inbox);
  expect(received.map(({ Body }) => JSON.parse(Body!).detail.total)).toEqual([25, 35]);
  expect(received.map(({ Attributes }) => Attributes!.MessageGroupId)).toEqual(['orders', 'orders']);
});

test('a function runs, asynchronously, once its policy lets the rule invoke it', async () => {
  const inbox = await queue('failed');
  await aws.deploy('handler', 'exports.handler = async (event) => { console.log("GOT", event.detail.total); };');
  const Arn = `arn:aws:lambda:${region}:function:handler`;
  await rule('large', SHOP, { Arn, DeadLetterConfig: { Arn: queueArn('failed') } });
  await put({ total: 25 });
  expect(await messages(inbox)).toMatchObject([
    { body: { detail: { total: 25 } }, attributes: { ERROR_CODE: 'NO_PERMISSIONS' } },
  ]);
  await aws.lambda.send(
    new AddPermissionCommand({
      FunctionName: 'handler',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: ruleArn('large'),
    }),
  );
  await put({ total: 26 });
  await aws.cloud.clock.advance(1000);
  const [invocation] = hops('Invocation');
  const call = aws.cloud.core.trace
    .entries(aws.accountId)
    .filter(({ operation }) => operation === 'PutEvents')
    .at(-1);
  const invoke = hops('InvokeTarget').find(({ id }) => id === invocation!.cause);
  expect([invocation!.resource, invoke?.cause]).toEqual([Arn, call?.id]);
});

test('a target that is missing or does not permit it is not tried again: the event goes to the dead-letter queue', async () => {
  const dead = await queue('dead');
  await queue('closed', false);
  const DeadLetterConfig = { Arn: queueArn('dead') };
  await rule('large', SHOP, { Arn: queueArn('gone'), DeadLetterConfig }, { Arn: queueArn('closed'), DeadLetterConfig });
  const { Entries } = await put({ total: 25 });
  const found = await messages(dead);
  expect(found.map(({ body }) => body.id)).toEqual([Entries![0]!.EventId, Entries![0]!.EventId]);
  expect(found.map(({ attributes }) => attributes)).toEqual([
    {
      RULE_ARN: ruleArn('large'),
      TARGET_ARN: queueArn('gone'),
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: 'The specified queue does not exist.',
      RETRY_ATTEMPTS: '0',
    },
    expect.objectContaining({ TARGET_ARN: queueArn('closed'), ERROR_CODE: 'NO_PERMISSIONS', RETRY_ATTEMPTS: '0' }),
  ]);
});

test('a target with a role is called as that role, whatever its own policy says', async () => {
  const closed = await queue('closed', false);
  const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const policy = (one: object) => JSON.stringify({ Version: '2012-10-17', Statement: [one] });
  const created = new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument: policy(statement) });
  const { Role } = await aws.iam.send(created);
  await rule('large', SHOP, { Arn: queueArn('closed'), RoleArn: Role!.Arn! });
  await put({ total: 25 });
  const allowed = policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn('closed') });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'caller', PolicyName: 'p', PolicyDocument: allowed }));
  await put({ total: 26 });
  expect((await messages(closed)).map(({ body }) => body.detail)).toEqual([{ total: 26 }]);
  expect(hops('DropEvent')).toMatchObject([{ detail: { why: 'AccessDenied' } }]);
});

test('a target that throttles is tried again, at growing intervals, as its retry policy says', async () => {
  const [inbox, dead] = [await queue('inbox'), await queue('dead')];
  const DeadLetterConfig = { Arn: queueArn('dead') };
  await rule('large', SHOP, { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig });
  fault({ kind: 'error', code: 'ThrottlingException', status: 429 }, { nth: 1 });
  await put({ total: 25 });
  expect(await messages(inbox)).toEqual([]);
  await aws.cloud.clock.advance(1000);
  expect(await messages(inbox)).toHaveLength(1);
  fault({ kind: 'error', code: 'ServiceUnavailable', status: 503 });
  await put({ total: 26 });
  await aws.cloud.clock.advance(10 * MINUTE);
  expect(await messages(dead)).toMatchObject([
    {
      body: { detail: { total: 26 } },
      attributes: {
        ERROR_CODE: 'ERROR_FROM_TARGET',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '3',
      },
    },
  ]);
  const times = hops('InvokeTarget').map(({ time }) => time);
  expect(times.slice(3).map((time, index) => time - times[index + 2]!)).toEqual([1000, 2000, 4000]);
});

test('an event that grows too old is given up', async () => {
  const dead = await queue('dead');
  const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
  await rule('large', SHOP, { RetryPolicy, DeadLetterConfig: { Arn: queueArn('dead') } });
  fault({ kind: 'reset' });
  await put({ total: 25 });
  await aws.cloud.clock.advance(5 * MINUTE);
  expect(await messages(dead)).toMatchObject([
    {
      attributes: {
        ERROR_CODE: 'CONNECTION_FAILURE',
        EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
        RETRY_ATTEMPTS: '5',
      },
    },
  ]);
});

test('at least once: a delivery may come twice, and one whose answer is lost comes again', async () => {
  const inbox = await queue('inbox');
  await rule('large', SHOP, {});
  fault({ kind: 'duplicate-delivery' }, { resource: 'large' });
  await put({ total: 25 });
  const twice = await messages(inbox);
  expect(twice).toHaveLength(2);
  expect(twice[0]).toEqual(twice[1]);
  fault({ kind: 'lost-reply' }, { nth: 1 });
  await put({ total: 26 });
  await aws.cloud.clock.advance(MINUTE);
  expect(await messages(inbox)).toHaveLength(2);
  fault({ kind: 'latency', ms: 5000 }, { nth: 1 });
  await put({ total: 27 });
  expect(await messages(inbox)).toEqual([]);
  await aws.cloud.clock.advance(5000);
  expect(await messages(inbox)).toHaveLength(1);
});

test('a scheduled rule fires in UTC, with the moment that it was due at', async () => {
  const inbox = await queue('inbox');
  aws.cloud.clock.hold(Date.parse('2027-03-01T10:59:30Z'));
  await rule('hourly', { ScheduleExpression: 'cron(0 11 * * ? *)' }, {});
  await aws.cloud.clock.advance(2 * MINUTE);
  expect((await messages(inbox)).map(({ body }) => body)).toEqual([
    {
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: aws.accountId,
      time: '2027-03-01T11:00:00Z',
      region: 'us-east-1',
      resources: [ruleArn('hourly')],
      detail: {},
    },
  ]);
  const [event] = hops('ScheduledEvent');
  const made = aws.cloud.core.trace.entries(aws.accountId).find(({ operation }) => operation === 'PutRule');
  expect(event).toMatchObject({ resource: ruleArn('hourly'), cause: made!.id });
  expect(hops('InvokeTarget')).toMatchObject([{ cause: event!.id, resource: queueArn('inbox') }]);
});

test('a rate counts from when the rule got it, rests while disabled and ends with the rule', async () => {
  await queue('inbox');
  await rule('often', { ScheduleExpression: 'rate(5 minutes)' }, {});
  const fired = async (minutes: number): Promise<number> => {
    const before = hops('ScheduledEvent').length;
    await aws.cloud.clock.advance(minutes * MINUTE);
    return hops('ScheduledEvent').length - before;
  };
  expect([await fired(4), await fired(1), await fired(20)]).toEqual([0, 1, 4]);
  await aws.events.send(new eb.DisableRuleCommand({ Name: 'often' }));
  expect(await fired(20)).toBe(0);
  await aws.events.send(new eb.EnableRuleCommand({ Name: 'often' }));
  expect(await fired(5)).toBe(1);
  await aws.events.send(new eb.RemoveTargetsCommand({ Rule: 'often', Ids: ['t0'] }));
  await aws.events.send(new eb.DeleteRuleCommand({ Name: 'often' }));
  expect(await fired(20)).toBe(0);
});
