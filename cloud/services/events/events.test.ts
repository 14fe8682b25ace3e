import * as eb from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, messages, opened, put, queue, queueArn, region, rule, ruleArn, SHOP, useCloud } from './testing.ts';

useCloud();

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

test('who hands a role to a rule or to a target may pass it, to EventBridge', async () => {
  const RoleArn = await aws.role('sender');
  await rule('one', SHOP);
  const putAs = async (service: string) => {
    const arn = await aws.role(
      `for-${service}`,
      { Effect: 'Allow', Action: ['events:PutTargets', 'events:PutRule'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: RoleArn,
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      },
    );
    const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(arn, 's', 900);
    const { events } = aws.as(credentials);
    const Targets = [{ Id: 't', Arn: queueArn('inbox'), RoleArn }];
    return {
      target: () => events.send(new eb.PutTargetsCommand({ Rule: 'one', Targets })),
      rule: () => events.send(new eb.PutRuleCommand({ Name: 'two', ...SHOP, RoleArn })),
    };
  };
  const allowed = await putAs('events.amazonaws.com');
  expect(await allowed.target()).toMatchObject({ FailedEntryCount: 0 });
  expect(await allowed.rule()).toHaveProperty('RuleArn');
  for (const put of Object.values(await putAs('lambda.amazonaws.com'))) {
    expect(await refusal(put())).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: iam:PassRole on resource: ${RoleArn} because`),
    });
  }
});

test('whoever deletes what a page has shown misses nothing of the next', async () => {
  const names = [...'abcdefghij'];
  for (const name of names) await rule(name, SHOP);
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page: eb.ListRulesCommandOutput = await aws.events.send(new eb.ListRulesCommand({ Limit: 3, NextToken }));
    for (const { Name } of page.Rules!) {
      seen.push(Name!);
      await aws.events.send(new eb.DeleteRuleCommand({ Name }));
    }
    NextToken = page.NextToken;
  } while (NextToken);
  expect(seen).toEqual(names);
});
