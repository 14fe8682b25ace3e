import * as sch from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import {
  advance,
  aws,
  create,
  DAY,
  firings,
  get,
  hops,
  MINUTE,
  messages,
  queue,
  queueArn,
  region,
  scheduleArn,
  update,
  useCloud,
} from './testing.ts';

useCloud();

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
