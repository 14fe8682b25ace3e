import * as eb from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, queueArn, region, rule, ruleArn, SHOP, useCloud } from './testing.ts';

useCloud();

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
    'PutTargets, a FIFO queue without a group',
    () => target({ Arn: queueArn('inbox.fifo') }),
    'ValidationException',
    'Parameter(s) SqsParameters must be specified for target: t.',
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
    'PutRule, schedule on another bus',
    async () => {
      await aws.events.send(new eb.CreateEventBusCommand({ Name: 'orders' }));
      await aws.events.send(
        new eb.PutRuleCommand({ Name: 'r', EventBusName: 'orders', ScheduleExpression: 'rate(1 minute)' }),
      );
    },
    'ValidationException',
    'ScheduleExpression is supported only on the default event bus.',
  ],
  [
    'PutTargets, no rule',
    () => aws.events.send(new eb.PutTargetsCommand({ Rule: 'none', Targets: [{ Id: 't', Arn: queueArn('q') }] })),
    'ResourceNotFoundException',
    NO_RULE,
  ],
  [
    'PutPermission, no bus',
    () =>
      aws.events.send(
        new eb.PutPermissionCommand({
          EventBusName: 'none',
          Action: 'events:PutEvents',
          Principal: '*',
          StatementId: 's',
        }),
      ),
    'ResourceNotFoundException',
    NO_BUS,
  ],
  [
    'RemovePermission, none',
    () => aws.events.send(new eb.RemovePermissionCommand({ StatementId: 'none' })),
    'ResourceNotFoundException',
    'Statement with the provided id does not exist.',
  ],
  [
    'ListRules, no bus',
    () => aws.events.send(new eb.ListRulesCommand({ EventBusName: 'none' })),
    'ResourceNotFoundException',
    NO_BUS,
  ],
  [
    'ListRules, 101',
    () => aws.events.send(new eb.ListRulesCommand({ Limit: 101 })),
    'ValidationException',
    constraint('101', 'limit', 'have value less than or equal to 100'),
  ],
  [
    'ListTargetsByRule, none at a time',
    () => aws.events.send(new eb.ListTargetsByRuleCommand({ Rule: 'one', Limit: 0 })),
    'ValidationException',
    constraint('0', 'limit', 'have value greater than or equal to 1'),
  ],
  [
    'ListRules, the token of another list',
    async () => {
      await aws.events.send(new eb.CreateEventBusCommand({ Name: 'orders' }));
      const { NextToken } = await aws.events.send(new eb.ListEventBusesCommand({ Limit: 1 }));
      await aws.events.send(new eb.ListRulesCommand({ NextToken }));
    },
    'ValidationException',
    'Parameter NextToken is not valid.',
  ],
  [
    'PutRule, long name',
    () => aws.events.send(new eb.PutRuleCommand({ Name: 'x'.repeat(65), ...SHOP })),
    'ValidationException',
    constraint('x'.repeat(65), 'name', 'have length less than or equal to 64'),
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
  const other = `arn:aws:events:${region}:event-bus/orders`;
  expect(await refusal(target({ Arn: other }))).toMatchObject({ name: 'NotImplemented', status: 501 });
  expect(await refusal(target({ KinesisParameters: { PartitionKeyPath: '$.id' } }))).toMatchObject({ status: 501 });
  const bus = { Name: 'orders', KmsKeyIdentifier: 'key' };
  expect(await refusal(aws.events.send(new eb.CreateEventBusCommand(bus)))).toMatchObject({ status: 501 });
});
