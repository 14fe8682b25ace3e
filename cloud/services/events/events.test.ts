import * as eb from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../contract.ts';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let opened: TestCloud;
/** The clients of an account that no other test has. */
let aws: TestCloud;
let region: string;
let accounts = 0;
beforeAll(async () => {
  opened = await openTestCloud();
});
afterAll(() => opened.close());
beforeEach(() => {
  const accountId = String(400_000_000_000 + ++accounts);
  aws = { ...opened, ...opened.as(opened.cloud.identity.rootCredentials(accountId)), accountId };
  region = `us-east-1:${accountId}`;
});

const MINUTE = 60_000;
const queueArn = (name: string): string => `arn:aws:sqs:${region}:${name}`;
const ruleArn = (name: string): string => `arn:aws:events:${region}:rule/${name}`;

/** A queue that takes messages from EventBridge. */
async function queue(name: string, open = true): Promise<string> {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  if (open) await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return QueueUrl!;
}

/** Takes what is in a queue. */
async function messages(QueueUrl: string) {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  const found = await aws.sqs.send(new ReceiveMessageCommand(input));
  for (const { ReceiptHandle } of found.Messages ?? []) {
    await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return (found.Messages ?? []).map(({ Body, MessageAttributes }) => ({
    body: JSON.parse(Body!),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

async function rule(name: string, more: Partial<eb.PutRuleCommandInput>, ...targets: Partial<eb.Target>[]) {
  await aws.events.send(new eb.PutRuleCommand({ Name: name, ...more }));
  const Targets = targets.map((target, index) => ({ Id: `t${index}`, Arn: queueArn('inbox'), ...target }));
  if (targets.length > 0) await aws.events.send(new eb.PutTargetsCommand({ Rule: name, Targets }));
}

const put = async (detail: object, more: Partial<eb.PutEventsRequestEntry> = {}) => {
  const Entries = [{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(detail), ...more }];
  const answer = await aws.events.send(new eb.PutEventsCommand({ Entries }));
  await aws.cloud.clock.advance(0);
  return answer;
};

const hops = (operation: string) =>
  aws.cloud.core.trace.entries(aws.accountId).filter((entry) => entry.kind === 'hop' && entry.operation === operation);

const fault = (effect: Fault['effect'], more: Partial<Fault> = {}) =>
  aws.cloud.core.faults.add({
    id: 'f',
    accountId: aws.accountId,
    service: 'events',
    operation: 'InvokeTarget',
    effect,
    ...more,
  });

const SHOP = { EventPattern: JSON.stringify({ source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } }) };

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

test('a rule that is disabled, of another bus or another account’s sees nothing', async () => {
  const inbox = await queue('inbox');
  await rule('off', { ...SHOP, State: 'DISABLED' }, {});
  await aws.events.send(new eb.CreateEventBusCommand({ Name: 'orders' }));
  await put({ total: 25 });
  expect(await messages(inbox)).toEqual([]);
  await aws.events.send(new eb.PutRuleCommand({ Name: 'own', EventBusName: 'orders', ...SHOP }));
  const Targets = [{ Id: 't', Arn: queueArn('inbox') }];
  await aws.events.send(new eb.PutTargetsCommand({ Rule: 'own', EventBusName: 'orders', Targets }));
  await put({ total: 25 });
  expect(await messages(inbox)).toEqual([]);
  await put({ total: 25 }, { EventBusName: `arn:aws:events:${region}:event-bus/orders` });
  expect(await messages(inbox)).toHaveLength(1);
  const other = aws.as(aws.cloud.identity.rootCredentials('444455556666'));
  expect((await other.events.send(new eb.ListRulesCommand({}))).Rules).toEqual([]);
});

test('entries that are wrong are told of in their place, and the rest is published', async () => {
  const inbox = await queue('inbox');
  await rule('all', { EventPattern: '{"account":[{"exists":true}]}' }, {});
  const good = { Source: 'shop', DetailType: 'Order', Detail: '{"n":1}' };
  const { Entries, FailedEntryCount } = await aws.events.send(
    new eb.PutEventsCommand({
      Entries: [
        { ...good, Source: undefined },
        { ...good, DetailType: undefined },
        { ...good, Detail: undefined },
        { ...good, Detail: '[1]' },
        { ...good, Detail: '{' },
        { ...good, Source: 'aws.s3' },
        { ...good, EventBusName: 'gone' },
        good,
      ],
    }),
  );
  const missing = (name: string) => ({
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  });
  const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  expect(Entries).toEqual([
    missing('Source'),
    missing('DetailType'),
    missing('Detail'),
    malformed,
    malformed,
    { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    { EventId: expect.any(String) },
    { EventId: expect.any(String) },
  ]);
  expect(FailedEntryCount).toBe(6);
  expect((await messages(inbox)).map(({ body }) => body.id)).toEqual([Entries![7]!.EventId]);
});

test('buses, rules and targets are described, listed in pages, tagged and removed', async () => {
  const { events } = aws;
  const made = await events.send(new eb.CreateEventBusCommand({ Name: 'orders', Description: 'of the shop' }));
  expect(made).toMatchObject({ EventBusArn: `arn:aws:events:${region}:event-bus/orders`, Description: 'of the shop' });
  const { EventBuses } = await events.send(new eb.ListEventBusesCommand({}));
  expect(EventBuses!.map(({ Name }) => Name)).toEqual(['default', 'orders']);
  for (const name of ['a', 'b', 'c']) {
    await events.send(
      new eb.PutRuleCommand({ Name: name, EventBusName: 'orders', ...SHOP, Tags: [{ Key: 'k', Value: name }] }),
    );
  }
  const Targets = ['1', '2', '3'].map((Id) => ({ Id, Arn: queueArn('inbox') }));
  const bus = { EventBusName: 'orders' };
  expect(await events.send(new eb.PutTargetsCommand({ Rule: 'a', ...bus, Targets }))).toMatchObject({
    FailedEntryCount: 0,
    FailedEntries: [],
  });
  const first = await events.send(new eb.ListRulesCommand({ ...bus, Limit: 2 }));
  const second = await events.send(new eb.ListRulesCommand({ ...bus, Limit: 2, NextToken: first.NextToken }));
  expect([first, second].map(({ Rules }) => Rules!.map(({ Name }) => Name))).toEqual([['a', 'b'], ['c']]);
  expect(second.NextToken).toBeUndefined();
  expect(await events.send(new eb.DescribeRuleCommand({ Name: 'a', ...bus }))).toMatchObject({
    Name: 'a',
    Arn: `arn:aws:events:${region}:rule/orders/a`,
    EventPattern: SHOP.EventPattern,
    State: 'ENABLED',
    EventBusName: 'orders',
    CreatedBy: aws.accountId,
  });
  const named = await events.send(new eb.ListRuleNamesByTargetCommand({ TargetArn: queueArn('inbox'), ...bus }));
  expect(named.RuleNames).toEqual(['a']);
  const ResourceARN = `arn:aws:events:${region}:rule/orders/a`;
  await events.send(new eb.TagResourceCommand({ ResourceARN, Tags: [{ Key: 'more', Value: 'x' }] }));
  await events.send(new eb.UntagResourceCommand({ ResourceARN, TagKeys: ['k'] }));
  expect((await events.send(new eb.ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
    { Key: 'more', Value: 'x' },
  ]);
  const gone = await events.send(new eb.RemoveTargetsCommand({ Rule: 'a', ...bus, Ids: ['1', '2', '3', '4'] }));
  expect(gone.FailedEntries!.map(({ TargetId }) => TargetId)).toEqual(['4']);
  for (const name of ['a', 'b', 'c', 'never']) await events.send(new eb.DeleteRuleCommand({ Name: name, ...bus }));
  await events.send(new eb.DeleteEventBusCommand({ Name: 'orders' }));
  expect((await events.send(new eb.ListEventBusesCommand({}))).EventBuses).toHaveLength(1);
});

test('another account puts events on a bus once the bus permits it', async () => {
  const inbox = await queue('inbox');
  await rule('large', SHOP, {});
  const stranger = '999988887777';
  const { events } = opened.as(opened.cloud.identity.rootCredentials(stranger));
  const Entries = [
    {
      Source: 'shop',
      DetailType: 'Order',
      Detail: '{"total":25}',
      EventBusName: `arn:aws:events:${region}:event-bus/default`,
    },
  ];
  const publish = () => events.send(new eb.PutEventsCommand({ Entries }));
  expect(await refusal(publish())).toMatchObject({ name: 'AccessDeniedException' });
  const permission = { Action: 'events:PutEvents', Principal: stranger, StatementId: 'shop' };
  await aws.events.send(new eb.PutPermissionCommand(permission));
  await publish();
  expect((await messages(inbox)).map(({ body }) => body.account)).toEqual([stranger]);
  const { Policy } = await aws.events.send(new eb.DescribeEventBusCommand({}));
  expect(JSON.parse(Policy!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'shop',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${stranger}:root` },
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:${region}:event-bus/default`,
      },
    ],
  });
  await aws.events.send(new eb.RemovePermissionCommand({ StatementId: 'shop' }));
  expect(await refusal(publish())).toMatchObject({ name: 'AccessDeniedException' });
  expect(await refusal(aws.events.send(new eb.RemovePermissionCommand({ StatementId: 'shop' })))).toEqual({
    name: 'ResourceNotFoundException',
    message: 'Statement with the provided id does not exist.',
    status: 400,
  });
});

test('a pattern can be tried on an event', async () => {
  const event = {
    id: '1',
    account: '1',
    source: 'shop',
    time: 't',
    region: 'r',
    resources: [],
    'detail-type': 'Order',
  };
  const judge = async (pattern: object) => {
    const input = { EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) };
    return (await aws.events.send(new eb.TestEventPatternCommand(input))).Result;
  };
  expect([await judge({ source: ['shop'] }), await judge({ source: ['mall'] })]).toEqual([true, false]);
});

test('a role needs the permission for what it does', async () => {
  const arn = await aws.role('reader', { Effect: 'Allow', Action: 'events:DescribeRule', Resource: ruleArn('one') });
  await rule('one', SHOP);
  const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(arn, 's', 900);
  const session = aws.as(credentials);
  await session.events.send(new eb.DescribeRuleCommand({ Name: 'one' }));
  const refused = await refusal(session.events.send(new eb.DeleteRuleCommand({ Name: 'one' })));
  expect(refused).toMatchObject({ name: 'AccessDeniedException' });
  expect(refused.message).toContain('events:DeleteRule');
});

const target = (more: Partial<eb.Target> = {}) =>
  aws.events.send(new eb.PutTargetsCommand({ Rule: 'one', Targets: [{ Id: 't', Arn: queueArn('inbox'), ...more }] }));
const constraint = (value: string, path: string, rule: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`;
const WORD = 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+';
const NO_RULE = 'Rule none does not exist on EventBus default.';
const NO_BUS = 'Event bus none does not exist.';

/** What AWS answers, most of it on record. With a rule `one` that has a target, and nothing else. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, string, string])[] = [
  [
    'CreateEventBus twice',
    () => aws.events.send(new eb.CreateEventBusCommand({ Name: 'default' })),
    'ResourceAlreadyExistsException',
    'Event bus default already exists.',
  ],
  [
    'CreateEventBus, name',
    () => aws.events.send(new eb.CreateEventBusCommand({ Name: 'a b' })),
    'ValidationException',
    constraint('a b', 'name', 'satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+'),
  ],
  [
    'DescribeEventBus',
    () => aws.events.send(new eb.DescribeEventBusCommand({ Name: 'none' })),
    'ResourceNotFoundException',
    NO_BUS,
  ],
  [
    'DeleteEventBus',
    () => aws.events.send(new eb.DeleteEventBusCommand({ Name: 'none' })),
    'ResourceNotFoundException',
    NO_BUS,
  ],
  [
    'DeleteEventBus default',
    () => aws.events.send(new eb.DeleteEventBusCommand({ Name: 'default' })),
    'ValidationException',
    'Cannot delete event bus default.',
  ],
  [
    'PutRule, no bus',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'r', EventBusName: 'none', ...SHOP })),
    'ResourceNotFoundException',
    NO_BUS,
  ],
  [
    'PutRule, name',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'a/b', ...SHOP })),
    'ValidationException',
    constraint('a/b', 'name', WORD),
  ],
  [
    'PutRule, nothing',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'r' })),
    'ValidationException',
    'Parameter(s) EventPattern or ScheduleExpression must be specified.',
  ],
  [
    'PutRule, schedule',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'r', ScheduleExpression: 'cron(0 1 * * * *)' })),
    'ValidationException',
    'Parameter ScheduleExpression is not valid.',
  ],
  [
    'PutRule, pattern',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'r', EventPattern: '{"source":"shop"}' })),
    'InvalidEventPatternException',
    'Event pattern is not valid. Reason: "source" must be an object or an array',
  ],
  [
    'DescribeRule',
    () => aws.events.send(new eb.DescribeRuleCommand({ Name: 'none' })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'EnableRule',
    () => aws.events.send(new eb.EnableRuleCommand({ Name: 'none' })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'DisableRule',
    () => aws.events.send(new eb.DisableRuleCommand({ Name: 'none' })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'DeleteRule, targets',
    () => aws.events.send(new eb.DeleteRuleCommand({ Name: 'one' })),
    'ValidationException',
    "Rule can't be deleted since it has targets.",
  ],
  [
    'ListTargetsByRule',
    () => aws.events.send(new eb.ListTargetsByRuleCommand({ Rule: 'none' })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'PutTargets, id',
    () => target({ Id: '!@#' }),
    'ValidationException',
    constraint('!@#', 'targets.1.member.id', WORD),
  ],
  [
    'PutTargets, long id',
    () => target({ Id: 'x'.repeat(65) }),
    'ValidationException',
    constraint('x'.repeat(65), 'targets.1.member.id', 'have length less than or equal to 64'),
  ],
  [
    'PutTargets, ARN',
    () => target({ Arn: 'inbox' }),
    'ValidationException',
    'Parameter inbox is not valid. Reason: Provided Arn is not in correct format.',
  ],
  [
    'PutTargets, two inputs',
    () => target({ Input: '{}', InputPath: '$.detail' }),
    'ValidationException',
    'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
  ],
  [
    'PutTargets, retries',
    () => target({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
    'ValidationException',
    constraint('186', 'targets.1.member.retryPolicy.maximumRetryAttempts', 'have value less than or equal to 185'),
  ],
  [
    'PutTargets, six',
    () =>
      aws.events.send(
        new eb.PutTargetsCommand({ Rule: 'one', Targets: [...'123456'].map((Id) => ({ Id, Arn: queueArn('q') })) }),
      ),
    'LimitExceededException',
    'The requested resource exceeds the maximum number allowed.',
  ],
  [
    'RemoveTargets',
    () => aws.events.send(new eb.RemoveTargetsCommand({ Rule: 'none', Ids: ['t'] })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'PutEvents, large',
    () =>
      aws.events.send(
        new eb.PutEventsCommand({
          Entries: [{ Source: 's', DetailType: 'd', Detail: JSON.stringify({ a: 'x'.repeat(2 ** 20) }) }],
        }),
      ),
    'ValidationException',
    'Total size of the entries in the request is over the limit.',
  ],
  [
    'TestEventPattern, event',
    () => aws.events.send(new eb.TestEventPatternCommand({ EventPattern: '{"a":[1]}', Event: '"text"' })),
    'ValidationException',
    'Parameter Event is not valid.',
  ],
  [
    'ListTagsForResource',
    () => aws.events.send(new eb.ListTagsForResourceCommand({ ResourceARN: ruleArn('none') })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
];

test.each(REFUSALS)('refused: %s', async (_, call, name, message) => {
  await rule('one', SHOP, {});
  expect(await refusal(call())).toEqual({ name, message, status: 400 });
});

test('eleven entries are refused with all of them shown', async () => {
  const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}' }));
  const refused = await refusal(aws.events.send(new eb.PutEventsCommand({ Entries })));
  expect(refused.message).toMatch(
    /^1 validation error detected: Value '\[PutEventsRequestEntry\(time=null, source=s, resources=null, detailType=d, detail=\{\}, .*' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
  );
});

test('what is not built answers 501 and says what it is', async () => {
  await rule('one', SHOP);
  const archive = { ArchiveName: 'a', EventSourceArn: `arn:aws:events:${region}:event-bus/default` };
  expect(await refusal(aws.events.send(new eb.CreateArchiveCommand(archive)))).toEqual({
    name: 'NotImplemented',
    message: 'events:CreateArchive is not built in this cloud.',
    status: 501,
  });
  expect(await refusal(target({ Arn: `arn:aws:kinesis:${region}:stream/s` }))).toEqual({
    name: 'NotImplemented',
    message: `Rules of this cloud cannot deliver to arn:aws:kinesis:${region}:stream/s.`,
    status: 501,
  });
});
