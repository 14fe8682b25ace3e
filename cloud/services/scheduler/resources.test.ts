import * as sch from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { advance, aws, create, firings, get, MINUTE, queue, queueArn, role, scheduleArn, useCloud } from './testing.ts';

useCloud();

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
  for (const { Name } of first.Schedules!) await scheduler.send(new sch.DeleteScheduleCommand({ Name }));
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
