import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import {
  advance,
  aws,
  create,
  DAY,
  document,
  fault,
  hops,
  MINUTE,
  messages,
  queue,
  queueArn,
  region,
  scheduleArn,
  schedulerRole,
  update,
  useCloud,
} from './testing.ts';

useCloud();

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
        ERROR_MESSAGE: `User: arn:aws:sts::${aws.accountId}:assumed-role/scheduler/one is not authorized to perform: sqs:SendMessage on resource: ${queueArn('inbox')} because no identity-based policy allows the sqs:SendMessage action`,
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
  await queue('inbox');
  await create({ Target: { RoleArn: await schedulerRole('group', ['sqs:SendMessage'], byGroup) } });
  await advance(0);
  expect(hops('InvokeTarget').map(({ error }) => error)).toEqual([undefined]);
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

test('each attempt tells its number, and all tell the time for which they were scheduled', async () => {
  const inbox = await queue('inbox');
  fault({ kind: 'lost-reply' }, { nth: 1 });
  const Input = '<aws.scheduler.attempt-number> <aws.scheduler.scheduled-time> <aws.scheduler.execution-id>';
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)', Target: { Input } });
  await advance(DAY);
  const told = (await messages(inbox)).map(({ body }) => body.split(' '));
  expect(told.map(([attempt, time]) => [attempt, time])).toEqual([
    ['1', '2027-01-01T09:00:00Z'],
    ['2', '2027-01-01T09:00:00Z'],
  ]);
});

test('at least once: a fault makes a delivery come twice', async () => {
  const inbox = await queue('inbox');
  fault({ kind: 'duplicate-delivery' }, { resource: 'one' });
  await create({ ScheduleExpression: 'at(2027-01-01T09:00:00)' });
  await advance(DAY);
  expect((await messages(inbox)).map(({ body }) => body)).toEqual(['hello', 'hello']);
});
