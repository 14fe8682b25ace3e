import * as sch from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, create, definition, get, queueArn, role, update, useCloud } from './testing.ts';

useCloud();

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
    'group, name',
    () => send(new sch.CreateScheduleGroupCommand({ Name: 'a b' })),
    400,
    'ValidationException',
    constraint('a b', 'name', NAMES),
  ],
  [
    'long name',
    () => create({ Name: 'x'.repeat(65) }),
    400,
    'ValidationException',
    constraint('x'.repeat(65), 'name', 'have length less than or equal to 64'),
  ],
  [
    'tags',
    () =>
      send(
        new sch.ListTagsForResourceCommand({
          ResourceArn: `arn:aws:scheduler:us-east-1:${aws.accountId}:schedule-group/none`,
        }),
      ),
    404,
    'ResourceNotFoundException',
    'Schedule group none does not exist.',
  ],
  [
    'default group, delete',
    () => send(new sch.DeleteScheduleGroupCommand({ Name: 'default' })),
    400,
    'ValidationException',
    'Cannot delete the default schedule group.',
  ],
  [
    'list, a token of nobody',
    () => send(new sch.ListSchedulesCommand({ NextToken: 'ZnJvbToz' })),
    400,
    'ValidationException',
    'Parameter NextToken is not valid.',
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

test('settings of a target that are not built are refused, not passed over', async () => {
  const refused = await refusal(create({ Target: { SqsParameters: { MessageGroupId: 'g' } } }));
  expect(refused).toMatchObject({ name: 'NotImplemented', status: 501 });
});

test('who hands a role to a schedule may pass it, to Scheduler', async () => {
  const createAs = async (service: string) => {
    const mine = { Effect: 'Allow', Action: 'scheduler:CreateSchedule', Resource: '*' } as const;
    const Condition = { StringEquals: { 'iam:PassedToService': service } };
    const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: role, Condition } as const;
    const arn = await aws.role(`for-${service}`, mine, pass);
    const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(arn, 's', 900);
    const Target = { Arn: queueArn('inbox'), RoleArn: role };
    return aws.as(credentials).scheduler.send(new sch.CreateScheduleCommand({ ...definition(), Target }));
  };
  expect(await createAs('scheduler.amazonaws.com')).toHaveProperty('ScheduleArn');
  expect(await refusal(createAs('events.amazonaws.com'))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`is not authorized to perform: iam:PassRole on resource: ${role} because`),
  });
});
