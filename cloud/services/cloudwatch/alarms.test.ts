/** Alarms as they are put, found, tagged and deleted. */
import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { advance, alarm, aws, history, MINUTE, name, play, putAlarm, useCloud } from './testing.ts';

useCloud();

describe('the alarm itself', () => {
  test('is described as it was put', async () => {
    const given = {
      AlarmDescription: '<',
      OKActions: ['arn:aws:sns:us-east-1:111122223333:ok'],
      AlarmActions: ['arn:aws:sns:us-east-1:111122223333:alarm'],
      Dimensions: [{ Name: 'InstanceId', Value: 'abc' }],
      Unit: 'Seconds' as const,
      TreatMissingData: 'ignore',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    };
    await putAlarm(given);
    const now = new Date(aws.cloud.clock.now());
    const expected = {
      ...given,
      AlarmName: name,
      AlarmArn: `arn:aws:cloudwatch:us-east-1:${aws.accountId}:alarm:${name}`,
      ActionsEnabled: true,
      InsufficientDataActions: [],
      MetricName: name,
      Namespace: 'tests',
      Statistic: 'Sum',
      Period: 60,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      AlarmConfigurationUpdatedTimestamp: now,
      StateUpdatedTimestamp: now,
      StateTransitionedTimestamp: now,
    };
    expect(await alarm()).toEqual(expected);
    const { MetricAlarms } = await aws.cloudwatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'tests', MetricName: name, Dimensions: given.Dimensions }),
    );
    expect(MetricAlarms).toEqual([expected]);
    const none = await aws.cloudwatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'tests', MetricName: name }),
    );
    expect(none.MetricAlarms).toEqual([]);
  });

  test('keeps its state when it is put anew, and follows the new configuration', async () => {
    await putAlarm();
    await play(20);
    await putAlarm({ Threshold: 30 });
    expect((await alarm()).StateValue).toBe('ALARM');
    expect(await play(20)).toEqual(['OK']);
    expect((await history('ConfigurationUpdate')).map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Alarm "${name}" updated`,
      `Alarm "${name}" created`,
    ]);
  });

  test('is found by prefix, state and action, page by page', async () => {
    for (const one of ['a', 'b', 'c']) await putAlarm({ AlarmName: `${name}-${one}` });
    const find = async (more: object) => {
      const { MetricAlarms, NextToken } = await aws.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `${name}-`, ...more }),
      );
      return { names: MetricAlarms!.map(({ AlarmName }) => AlarmName!.at(-1)), NextToken };
    };
    const first = await find({ MaxRecords: 2 });
    expect(first.names).toEqual(['a', 'b']);
    await aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [`${name}-a`, `${name}-b`] }));
    expect((await find({ MaxRecords: 2, NextToken: first.NextToken })).names).toEqual(['c']);
    expect((await find({ StateValue: 'OK' })).names).toEqual([]);
    expect((await find({ ActionPrefix: 'arn:' })).names).toEqual([]);
    expect((await find({ AlarmTypes: ['CompositeAlarm'] })).names).toEqual([]);
  });

  test('is gone when it is deleted, and its history stays', async () => {
    await putAlarm({ TreatMissingData: 'breaching' });
    await aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    await advance(2 * MINUTE);
    expect(await alarm()).toBeUndefined();
    expect((await history()).map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Alarm "${name}" deleted`,
      `Alarm "${name}" created`,
    ]);
  });

  test('has tags', async () => {
    await putAlarm({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceARN = (await alarm()).AlarmArn;
    await aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await aws.cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  test('is forgotten with its account', async () => {
    const other = '999988887777';
    const mine = () => aws.as(aws.cloud.identity.rootCredentials(other)).cloudwatch;
    const list = async () => {
      const { MetricAlarms } = await mine().send(new DescribeAlarmsCommand({}));
      const { AlarmHistoryItems } = await mine().send(new DescribeAlarmHistoryCommand({}));
      return [MetricAlarms!.length, AlarmHistoryItems!.length];
    };
    await putAlarm();
    await mine().send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'tests',
        MetricName: name,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    expect(await list()).toEqual([1, 1]);
    await aws.cloud.reset(other);
    expect(await list()).toEqual([0, 0]);
    expect(await alarm()).toMatchObject({ AlarmName: name });
  });
});
