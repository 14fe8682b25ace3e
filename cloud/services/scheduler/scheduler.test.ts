import { CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sch from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../contract.ts';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let opened: TestCloud;
/** The clients of an account that no other test has. */
let aws: TestCloud;
let region: string;
let role: string;
let accounts = 0;
beforeAll(async () => {
  opened = await openTestCloud();
});
afterAll(() => opened.close());
beforeEach(async () => {
  const accountId = String(300_000_000_000 + ++accounts);
  aws = { ...opened, ...opened.as(opened.cloud.identity.rootCredentials(accountId)), accountId };
  region = `us-east-1:${accountId}`;
  opened.cloud.clock.hold(Date.parse('2027-01-01T00:00:00Z'));
  role = await schedulerRole('scheduler', ['sqs:SendMessage', 'lambda:InvokeFunction']);
});

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const trust = (more: object = {}): string =>
  document({ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', ...more });
const queueArn = (name: string): string => `arn:aws:sqs:${region}:${name}`;
const scheduleArn = (path: string): string => `arn:aws:scheduler:${region}:schedule/${path}`;

async function schedulerRole(name: string, actions: readonly string[], more: object = {}): Promise<string> {
  const { Role } = await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(more) }));
  const policy = document({ Effect: 'Allow', Action: actions, Resource: '*' });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: policy }));
  return Role!.Arn!;
}

async function queue(name: string): Promise<string> {
  const Attributes = { MessageRetentionPeriod: '1209600' };
  return (await aws.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
}

/** Takes what is in a queue. */
async function messages(QueueUrl: string) {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  const found = await aws.sqs.send(new ReceiveMessageCommand(input));
  for (const { ReceiptHandle } of found.Messages ?? []) {
    await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return (found.Messages ?? []).map(({ Body, MessageAttributes }) => ({
    body: Body!,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

type More = Omit<Partial<sch.CreateScheduleCommandInput>, 'Target'> & { Target?: Partial<sch.Target> };
const definition = (more: More = {}): sch.CreateScheduleCommandInput => ({
  Name: 'one',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ...more,
  Target: { Arn: queueArn('inbox'), RoleArn: role, Input: 'hello', ...more.Target },
});
const create = (more: More = {}) => aws.scheduler.send(new sch.CreateScheduleCommand(definition(more)));
const update = (more: More = {}) => aws.scheduler.send(new sch.UpdateScheduleCommand(definition(more)));
const get = (Name = 'one', GroupName?: string) =>
  aws.scheduler.send(new sch.GetScheduleCommand({ Name, ...(GroupName ? { GroupName } : {}) }));

const hops = (operation: string) =>
  aws.cloud.core.trace.entries(aws.accountId).filter((entry) => entry.kind === 'hop' && entry.operation === operation);
const firings = (): string[] => hops('ScheduledEvent').map(({ detail }) => String(detail?.scheduledTime).slice(0, 16));
const advance = (ms: number) => aws.cloud.clock.advance(ms);
const fault = (effect: Fault['effect'], more: Partial<Fault> = {}) =>
  aws.cloud.core.faults.add({
    id: 'f',
    accountId: aws.accountId,
    service: 'scheduler',
    operation: 'InvokeTarget',
    effect,
    ...more,
  });

test('a year of 02:30 every day: 365 times in Kolkata, 364 in New York', async () => {
  await queue('inbox');
  const daily = { ScheduleExpression: 'cron(30 2 * * ? *)' };
  await create({ Name: 'kolkata', ...daily, ScheduleExpressionTimezone: 'Asia/Kolkata' });
  await create({ Name: 'new-york', ...daily, ScheduleExpressionTimezone: 'America/New_York' });
  await create({ Name: 'berlin', ...daily, ScheduleExpressionTimezone: 'Europe/Berlin' });
  const started = performance.now();
  await advance(365 * DAY);
  expect(performance.now() - started).toBeLessThan(30_000);
  const of = (name: string) => hops('ScheduledEvent').filter(({ resource }) => resource?.endsWith(name));
  expect([of('kolkata').length, of('new-york').length, of('berlin').length]).toEqual([365, 364, 364]);
  // Berlin's clocks show 02:30 twice on 31 October 2027.
  const october = of('berlin').filter(({ time }) => new Date(time).toISOString().startsWith('2027-10-31'));
  expect(october.map(({ detail }) => detail)).toEqual([{ scheduledTime: '2027-10-31T00:30:00Z' }]);
}, 60_000);

test('a rate fires at once and then regularly; with a start date, from then on and until the end date', async () => {
  await queue('inbox');
  await create();
  await advance(10 * MINUTE);
  expect(firings()).toEqual(['2027-01-01T00:00', '2027-01-01T00:05', '2027-01-01T00:10']);
  await aws.scheduler.send(new sch.DeleteScheduleCommand({ Name: 'one' }));
  await create({
    Name: 'two',
    StartDate: new Date('2027-01-01T01:02:00Z'),
    EndDate: new Date('2027-01-01T01:12:00Z'),
  });
  await advance(120 * MINUTE);
  expect(firings().slice(3)).toEqual(['2027-01-01T01:02', '2027-01-01T01:07', '2027-01-01T01:12']);
});

test('the target gets the input, its context attributes filled in; the trace tells from where', async () => {
  const inbox = await queue('inbox');
  const Input =
    '{"at":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>","try":"<aws.scheduler.attempt-number>","id":"<aws.scheduler.execution-id>","other":"<aws.x>"}';
  await create({
    ScheduleExpression: 'at(2027-01-01T10:00:00)',
    ScheduleExpressionTimezone: 'Asia/Tokyo',
    Target: { Input },
  });
  await advance(DAY);
  const [message, ...more] = await messages(inbox);
  expect(JSON.parse(message!.body)).toEqual({
    at: '2027-01-01T01:00:00Z',
    arn: scheduleArn('default/one'),
    try: '1',
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    other: '<aws.x>',
  });
  expect(more).toEqual([]);
});

test('a one-time schedule fires once, and the trace leads from the message back to who made it', async () => {
  await queue('inbox');
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)' });
  await advance(3 * DAY);
  expect(firings()).toEqual(['2027-01-01T09:00']);
  const [fired, invoked] = [hops('ScheduledEvent')[0]!, hops('InvokeTarget')[0]!];
  const made = aws.cloud.core.trace.entries(aws.accountId).find(({ operation }) => operation === 'CreateSchedule')!;
  expect([fired.cause, invoked.cause]).toEqual([made.id, fired.id]);
  expect(invoked).toMatchObject({
    service: 'scheduler',
    resource: queueArn('inbox'),
    detail: { source: 'one', attempt: 1 },
  });
  expect(await get()).toMatchObject({ State: 'ENABLED' });
});

test('a function runs as an asynchronous invocation; without input it gets an event', async () => {
  await aws.deploy(
    'handler',
    'exports.handler = async (event) => { if (event["detail-type"] !== "Scheduled Event") throw new Error("What is this?"); };',
  );
  const Arn = `arn:aws:lambda:${region}:function:handler`;
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)', Target: { Arn, Input: undefined } });
  await advance(DAY);
  expect(hops('Invocation')).toMatchObject([{ resource: Arn, cause: hops('InvokeTarget')[0]!.id }]);
  expect(hops('Invocation')[0]!.error).toBeUndefined();
});

test('universal targets name the call in full', async () => {
  const QueueUrl = await queue('inbox');
  const Input = JSON.stringify({ QueueUrl, MessageBody: 'at <aws.scheduler.scheduled-time>' });
  const Target = { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', Input };
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)', Target });
  await advance(DAY);
  expect((await messages(QueueUrl)).map(({ body }) => body)).toEqual(['at 2027-01-01T09:00:00Z']);
});

test('a schedule that deletes itself is gone after its last firing, and not before', async () => {
  await queue('inbox');
  const ActionAfterCompletion = 'DELETE';
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)', ActionAfterCompletion });
  await create({
    Name: 'two',
    ScheduleExpression: 'cron(0 * * * ? *)',
    ActionAfterCompletion,
    EndDate: new Date('2027-01-01T02:30:00Z'),
  });
  expect(await get()).toMatchObject({ ActionAfterCompletion });
  await advance(60 * MINUTE);
  expect(await get('two')).toBeDefined();
  await advance(12 * 60 * MINUTE);
  expect(await refusal(get())).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refusal(get('two'))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(firings()).toEqual(['2027-01-01T01:00', '2027-01-01T02:00', '2027-01-01T09:00']);
});

test('a flexible window moves the call, not the scheduled time, and the same way every time', async () => {
  const inbox = await queue('inbox');
  const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } as const;
  const Target = { Input: '<aws.scheduler.scheduled-time>' };
  await create({ ScheduleExpression: 'cron(0 * * * ? *)', FlexibleTimeWindow, Target });
  await advance(6.5 * 60 * MINUTE);
  const late = hops('InvokeTarget').map(({ time }, index) => time - Date.UTC(2027, 0, 1, index + 1));
  expect(late).toHaveLength(6);
  expect(late.every((ms) => ms >= 0 && ms < 15 * MINUTE)).toBe(true);
  expect(new Set(late).size).toBeGreaterThan(3);
  expect((await messages(inbox))[0]!.body).toBe('2027-01-01T01:00:00Z');
});

test('disabled it rests; changed, it follows what it has become', async () => {
  await queue('inbox');
  await create({ State: 'DISABLED' });
  await advance(60 * MINUTE);
  expect(firings()).toEqual([]);
  await update({ ScheduleExpression: 'cron(30 * * * ? *)', Description: 'now and then' });
  expect(await get()).toMatchObject({ State: 'ENABLED', Description: 'now and then' });
  await advance(60 * MINUTE);
  await update({ ScheduleExpression: 'cron(30 * * * ? *)', State: 'DISABLED' });
  await advance(60 * MINUTE);
  expect(firings()).toEqual(['2027-01-01T01:30']);
});

test('the call is made as the role: what it may not do, or no longer, goes to the dead-letter queue', async () => {
  const dead = await queue('dead');
  const inbox = await queue('inbox');
  const policy = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn('dead') };
  const PolicyDocument = document(policy);
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'scheduler', PolicyName: 'p', PolicyDocument }));
  const Target = { DeadLetterConfig: { Arn: queueArn('dead') } };
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)', Target });
  await advance(DAY);
  expect(await messages(inbox)).toEqual([]);
  expect(await messages(dead)).toEqual([
    {
      body: 'hello',
      attributes: {
        ERROR_CODE: 'AccessDenied',
        ERROR_MESSAGE: `User: arn:aws:sts::${aws.accountId}:assumed-role/scheduler/one is not authorized to perform: sqs:SendMessage on resource: "${queueArn('inbox')}" because no identity-based policy allows the sqs:SendMessage action`,
        EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
        IS_PAYLOAD_TRUNCATED: 'false',
        RETRY_ATTEMPTS: '0',
        SCHEDULED_TIME: '2027-01-01T09:00:00Z',
        SCHEDULE_ARN: scheduleArn('default/one'),
        TARGET_ARN: queueArn('inbox'),
      },
    },
  ]);
  const other = document({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await update({ ScheduleExpression: 'at(2027-01-03T09:00:00)', Target });
  await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'scheduler', PolicyDocument: other }));
  await advance(3 * DAY);
  expect(hops('InvokeTarget').map(({ error }) => error)).toEqual(['AccessDenied', 'AccessDeniedException']);
  expect(hops('SendToDeadLetterQueue').at(-1)).toMatchObject({ error: 'AccessDeniedException' });
});

test('a trust policy may name the schedule group; the schedule’s own ARN does not do', async () => {
  const byGroup = {
    Condition: { StringEquals: { 'aws:SourceArn': `arn:aws:scheduler:${region}:schedule-group/default` } },
  };
  const bySchedule = { Condition: { StringEquals: { 'aws:SourceArn': scheduleArn('default/one') } } };
  await create({ Target: { RoleArn: await schedulerRole('group', ['sqs:SendMessage'], byGroup) } });
  const RoleArn = await schedulerRole('own', ['sqs:SendMessage'], bySchedule);
  expect(await refusal(create({ Name: 'two', Target: { RoleArn } }))).toMatchObject({ name: 'ValidationException' });
});

test('a queue that is gone, and retries that run out', async () => {
  const dead = await queue('dead');
  const at = (time: string, Arn: string) => ({
    ScheduleExpression: `at(${time})`,
    Target: { Arn, DeadLetterConfig: { Arn: queueArn('dead') }, RetryPolicy: { MaximumRetryAttempts: 2 } },
  });
  await create({ ...at('2027-01-01T09:00:00', queueArn('gone')) });
  await advance(10 * 60 * MINUTE);
  expect((await messages(dead)).map(({ attributes }) => attributes)).toMatchObject([
    { ERROR_CODE: 'AWS.SimpleQueueService.NonExistentQueue', RETRY_ATTEMPTS: '0' },
  ]);
  fault({ kind: 'error', code: 'ServiceUnavailable', status: 503 });
  await create({ Name: 'two', ...at('2027-01-01T11:00:00', queueArn('dead')) });
  await advance(DAY);
  expect((await messages(dead)).map(({ attributes }) => attributes)).toMatchObject([
    { ERROR_CODE: 'ServiceUnavailable', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '2' },
  ]);
});

test('at least once: a fault makes a delivery come twice', async () => {
  const inbox = await queue('inbox');
  fault({ kind: 'duplicate-delivery' }, { resource: 'one' });
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)' });
  await advance(DAY);
  expect((await messages(inbox)).map(({ body }) => body)).toEqual(['hello', 'hello']);
});

test('a request that comes again under its token is done once', async () => {
  await queue('inbox');
  const first = await create({ ClientToken: 'token' });
  expect(await create({ ClientToken: 'token' })).toMatchObject({ ScheduleArn: first.ScheduleArn });
  expect(await refusal(create({ ClientToken: 'other' }))).toMatchObject({ name: 'ConflictException', status: 409 });
  expect(await refusal(create({ Name: 'two', ClientToken: 'token' }))).toMatchObject({ name: 'ConflictException' });
  const remove = () => aws.scheduler.send(new sch.DeleteScheduleCommand({ Name: 'one', ClientToken: 'bye' }));
  await remove();
  await remove();
  expect(await refusal(get())).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
});

test('a schedule is described with its defaults, and listed by group, prefix and state', async () => {
  const { scheduler } = aws;
  await scheduler.send(new sch.CreateScheduleGroupCommand({ Name: 'night', Tags: [{ Key: 'k', Value: 'v' }] }));
  expect(await create({ GroupName: 'night' })).toMatchObject({ ScheduleArn: scheduleArn('night/one') });
  await create({ Name: 'two', State: 'DISABLED' });
  await create({ Name: 'three' });
  const { $metadata: _, ...seen } = await get('one', 'night');
  const now = new Date('2027-01-01T00:00:00Z');
  expect(seen).toEqual({
    Arn: scheduleArn('night/one'),
    GroupName: 'night',
    Name: 'one',
    State: 'ENABLED',
    CreationDate: now,
    LastModificationDate: now,
    ScheduleExpression: 'rate(5 minutes)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: queueArn('inbox'),
      RoleArn: role,
      Input: 'hello',
      RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
    },
    ActionAfterCompletion: 'NONE',
  });
  const list = async (input: sch.ListSchedulesCommandInput) =>
    (await scheduler.send(new sch.ListSchedulesCommand(input))).Schedules!.map(({ Name }) => Name);
  expect(await list({})).toEqual(['three', 'two', 'one']);
  expect(await list({ GroupName: 'night' })).toEqual(['one']);
  expect(await list({ NamePrefix: 't', State: 'DISABLED' })).toEqual(['two']);
  const first = await scheduler.send(new sch.ListSchedulesCommand({ MaxResults: 2 }));
  expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['one']);
});

test('groups: made, tagged, listed, and deleted with their schedules', async () => {
  const { scheduler } = aws;
  await queue('inbox');
  const made = await scheduler.send(new sch.CreateScheduleGroupCommand({ Name: 'night' }));
  const ResourceArn = made.ScheduleGroupArn!;
  await create({ GroupName: 'night' });
  await scheduler.send(
    new sch.TagResourceCommand({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await scheduler.send(new sch.UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
  const { Tags } = await scheduler.send(new sch.ListTagsForResourceCommand({ ResourceArn }));
  expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  const { ScheduleGroups } = await scheduler.send(new sch.ListScheduleGroupsCommand({}));
  expect(ScheduleGroups!.map(({ Name, State }) => [Name, State])).toEqual([
    ['default', 'ACTIVE'],
    ['night', 'ACTIVE'],
  ]);
  await advance(0);
  await scheduler.send(new sch.DeleteScheduleGroupCommand({ Name: 'night' }));
  const before = firings().length;
  await advance(60 * MINUTE);
  expect(firings()).toHaveLength(before);
  expect(await refusal(get('one', 'night'))).toMatchObject({ message: 'Schedule group night does not exist.' });
});

test('a role needs the permission for what it does', async () => {
  await create();
  const arn = await aws.role('reader', {
    Effect: 'Allow',
    Action: 'scheduler:GetSchedule',
    Resource: scheduleArn('default/*'),
  });
  const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(arn, 's', 900);
  const session = aws.as(credentials);
  await session.scheduler.send(new sch.GetScheduleCommand({ Name: 'one' }));
  const refused = await refusal(session.scheduler.send(new sch.DeleteScheduleCommand({ Name: 'one' })));
  expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
});

const constraint = (value: string, path: string, rule: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`;
const ASSUME = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
const NAMES = 'satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$';
const send = (command: unknown): Promise<unknown> => aws.scheduler.send(command as never);

/** What AWS answers. With a schedule `one`, and nothing else. */
const REFUSALS: readonly (readonly [string, () => Promise<unknown>, number, string, string])[] = [
  ['twice', () => create(), 409, 'ConflictException', 'Schedule one already exists.'],
  ['name', () => create({ Name: 'a b' }), 400, 'ValidationException', constraint('a b', 'name', NAMES)],
  [
    'group',
    () => create({ GroupName: 'none' }),
    404,
    'ResourceNotFoundException',
    'Schedule group none does not exist.',
  ],
  [
    'cron',
    () => create({ ScheduleExpression: 'cron(0 1 * * * *)' }),
    400,
    'ValidationException',
    'Invalid Schedule Expression cron(0 1 * * * *).',
  ],
  [
    'rate',
    () => create({ ScheduleExpression: 'rate(10 seconds)' }),
    400,
    'ValidationException',
    'Invalid Schedule Expression rate(10 seconds).',
  ],
  [
    'blank',
    () => create({ ScheduleExpression: ' rate(10 minutes)' }),
    400,
    'ValidationException',
    'Invalid Schedule Expression  rate(10 minutes).',
  ],
  [
    'at',
    () => create({ ScheduleExpression: 'at(2021-12-31)' }),
    400,
    'ValidationException',
    'Invalid Schedule Expression at(2021-12-31).',
  ],
  [
    'zone',
    () => create({ ScheduleExpressionTimezone: 'Mars/Olympus' }),
    400,
    'ValidationException',
    'Invalid Schedule Expression Timezone Mars/Olympus.',
  ],
  [
    'start',
    () => create({ Name: 'n', StartDate: new Date('2026-12-31T23:54:00Z') }),
    400,
    'ValidationException',
    'The StartDate you specify cannot be earlier than 5 minutes ago.',
  ],
  [
    'role',
    () => create({ Name: 'n', Target: { RoleArn: `arn:aws:iam::${aws.accountId}:role/none` } }),
    400,
    'ValidationException',
    ASSUME,
  ],
  [
    'target',
    () => create({ Name: 'n', Target: { Arn: 'inbox' } }),
    400,
    'ValidationException',
    'Provided Arn is not in correct format.',
  ],
  [
    'target not built',
    () => create({ Name: 'n', Target: { Arn: `arn:aws:kinesis:us-east-1:111122223333:stream/s` } }),
    501,
    'NotImplemented',
    'Schedules of this cloud cannot call arn:aws:kinesis:us-east-1:111122223333:stream/s.',
  ],
  [
    'retries',
    () => create({ Target: { RetryPolicy: { MaximumRetryAttempts: 186 } } }),
    400,
    'ValidationException',
    constraint('186', 'target.retryPolicy.maximumRetryAttempts', 'have value less than or equal to 185'),
  ],
  [
    'window',
    () => create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } }),
    400,
    'ValidationException',
    constraint('1441', 'flexibleTimeWindow.maximumWindowInMinutes', 'have value less than or equal to 1440'),
  ],
  ['update', () => update({ Name: 'none' }), 404, 'ResourceNotFoundException', 'Schedule none does not exist.'],
  ['get', () => get('none'), 404, 'ResourceNotFoundException', 'Schedule none does not exist.'],
  [
    'delete',
    () => send(new sch.DeleteScheduleCommand({ Name: 'none' })),
    404,
    'ResourceNotFoundException',
    'Schedule none does not exist.',
  ],
  [
    'list',
    () => send(new sch.ListSchedulesCommand({ GroupName: 'none' })),
    404,
    'ResourceNotFoundException',
    'Schedule group none does not exist.',
  ],
  [
    'group twice',
    () => send(new sch.CreateScheduleGroupCommand({ Name: 'default' })),
    409,
    'ConflictException',
    'Schedule group default already exists.',
  ],
  [
    'group, get',
    () => send(new sch.GetScheduleGroupCommand({ Name: 'none' })),
    404,
    'ResourceNotFoundException',
    'Schedule group none does not exist.',
  ],
  [
    'group, delete',
    () => send(new sch.DeleteScheduleGroupCommand({ Name: 'none' })),
    404,
    'ResourceNotFoundException',
    'Schedule group none does not exist.',
  ],
];

test.each(REFUSALS)('refused: %s', async (_, call, status, name, message) => {
  await create();
  expect(await refusal(call())).toEqual({ name, message, status });
});
