/** What alarms do when their state changes. */
import { DisableAlarmActionsCommand, EnableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeFrom } from '../../testing.ts';
import { advance, alarm, aws, history, MINUTE, name, play, putAlarm, setState, useCloud } from './testing.ts';

useCloud();

describe('actions', () => {
  let arn: string;

  beforeAll(async () => {
    await aws.deploy('listener', 'exports.handler = async () => {};');
    arn = `arn:aws:lambda:us-east-1:${aws.accountId}:function:listener`;
  });
  const permit = (StatementId: string, SourceArn?: string) =>
    aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'listener',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
        SourceAccount: aws.accountId,
        ...(SourceArn ? { SourceArn } : {}),
      }),
    );
  const invoked = () =>
    aws.cloud.core.trace.entries(aws.accountId).filter(({ operation, resource, cause }) => {
      const action = aws.cloud.core.trace.entries().find(({ id }) => id === cause);
      return operation === 'Invocation' && resource === arn && action?.detail?.alarm === name;
    });

  test('without permission fail, and the history says so', async () => {
    await putAlarm({ AlarmActions: [arn] });
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    const [action] = await history('Action');
    expect(action!.HistorySummary).toBe(
      `Failed to execute action ${arn}. Received error: "CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action"`,
    );
    expect(JSON.parse(action!.HistoryData!)).toMatchObject({ actionState: 'Failed', notificationResource: arn });
    const hop = aws.cloud.core.trace
      .entries(aws.accountId)
      .find(({ operation, detail }) => operation === 'AlarmAction' && detail?.alarm === name);
    expect(hop).toMatchObject({ service: 'monitoring', resource: arn, error: 'AccessDeniedException' });
  });

  test('run when the state changes, each for its state, and only then', async () => {
    await permit('any');
    await putAlarm({ AlarmActions: [arn], OKActions: [arn], InsufficientDataActions: [arn], EvaluationPeriods: 1 });
    expect(await play(20, 20, 20)).toEqual(['ALARM', 'ALARM', 'ALARM']);
    expect(invoked()).toHaveLength(1);
    expect(await play(0, 0)).toEqual(['OK', 'OK']);
    expect(invoked()).toHaveLength(2);
    await advance(10 * MINUTE);
    expect(invoked()).toHaveLength(3);
    expect((await history('Action')).map(({ HistorySummary }) => HistorySummary)).toEqual(
      Array(3).fill(`Successfully executed action ${arn}`),
    );
  });

  test('do not run while they are disabled, and what was missed is not made up for', async () => {
    await putAlarm({ AlarmActions: [arn] });
    await aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [name] }));
    expect((await alarm()).ActionsEnabled).toBe(false);
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    await aws.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames: [name, 'no-such-alarm'] }));
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    expect(await play(0, 20)).toEqual(['OK', 'ALARM']);
    expect(invoked()).toHaveLength(1);
  });

  test('run for a state set by hand, which the next evaluation sets back', async () => {
    await putAlarm({ AlarmActions: [arn], AlarmDescription: 'testing lambda alarm action' });
    expect(await play(0)).toEqual(['OK']);
    await setState('ALARM', { StateReason: 'first' });
    await setState('ALARM');
    await advance(0);
    expect(invoked()).toHaveLength(1);
    expect((await history('StateUpdate')).length).toBe(2);
    expect(await alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'testing alarm' });
    expect(await play(0)).toEqual(['OK']);
    expect(invoked()).toHaveLength(1);
  });

  // Recorded: test_enable_disable_alarm_actions, test_set_alarm.
  test('tell a topic, which by its own policy lets alarms of its account in', async () => {
    const { TopicArn } = await aws.sns.send(new CreateTopicCommand({ Name: 'alarms' }));
    const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'alarms' }));
    const Resource = `arn:aws:sqs:us-east-1:${aws.accountId}:alarms`;
    const Condition = { ArnEquals: { 'aws:SourceArn': TopicArn } };
    // Everybody, who is named so in many a policy, is the service as well.
    const Statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:SendMessage', Resource, Condition };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Resource }));
    await putAlarm({ AlarmActions: [TopicArn!], AlarmDescription: 'too deep', TreatMissingData: 'ignore' });
    await setState('ALARM');
    await advance(0);
    const [message] = await takeFrom(aws.sqs, QueueUrl!);
    const { Subject, Message } = JSON.parse(message!.Body!);
    expect(Subject).toBe(`ALARM: "${name}" in US East (N. Virginia)`);
    const { AlarmArn, Namespace, MetricName, Threshold, Period } = (await alarm())!;
    expect(JSON.parse(Message)).toMatchObject({
      AlarmName: name,
      AlarmDescription: 'too deep',
      AlarmArn,
      AWSAccountId: aws.accountId,
      AlarmActions: [TopicArn],
      OKActions: [],
      NewStateValue: 'ALARM',
      NewStateReason: 'testing alarm',
      OldStateValue: 'INSUFFICIENT_DATA',
      Trigger: { Namespace, MetricName, Threshold, Period, TreatMissingData: 'ignore', StatisticType: 'Statistic' },
    });
    expect((await history('Action'))[0]!.HistorySummary).toBe(`Successfully executed action ${TopicArn}`);
    const elsewhere = `${TopicArn}-none`;
    await putAlarm({ AlarmActions: [elsewhere] });
    await setState('OK');
    await setState('ALARM');
    await advance(0);
    expect((await history('Action'))[0]!.HistorySummary).toContain(`Failed to execute action ${elsewhere}`);
  });

  test('to where this cloud cannot deliver fail, and say so', async () => {
    const topic = `arn:aws:nowhere:us-east-1:${aws.accountId}:topic`;
    await putAlarm({ AlarmActions: [topic] });
    await play(20);
    const [action] = await history('Action');
    expect(action!.HistorySummary).toMatch(/^Failed to execute action arn:aws:nowhere:.* Received error: ".*nowhere/);
  });
});
