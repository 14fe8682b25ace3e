/** GetMetricData and ListMetrics. */
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { aws, data, freshNamespace, MINUTE, put, start, stat, useCloud } from './testing.ts';

useCloud();

describe('GetMetricData', () => {
  test('answers newest first unless told, labels by what differs, and pages', async () => {
    const space = freshNamespace();
    await put(space, ...[0, 1, 2].map((n) => ({ Value: n, Timestamp: new Date(start + n * MINUTE) })));
    const MetricDataQueries = [
      { Id: 'sum', MetricStat: stat(space, 'Sum') },
      { Id: 'most', MetricStat: stat(space, 'Maximum'), Label: 'mine' },
      { Id: 'hidden', MetricStat: stat(space, 'Minimum'), ReturnData: false },
    ];
    const whole = await data({ MetricDataQueries });
    expect(whole.MetricDataResults!.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
      ['sum', 'm Sum', [2, 1, 0]],
      ['most', 'mine', [2, 1, 0]],
    ]);
    const first = await data({ MetricDataQueries, MaxDatapoints: 4, ScanBy: 'TimestampAscending' });
    expect(first.MetricDataResults!.map(({ StatusCode, Values }) => [StatusCode, Values])).toEqual([
      ['Complete', [0, 1, 2]],
      ['PartialData', [0]],
    ]);
    const second = await data({
      MetricDataQueries,
      MaxDatapoints: 4,
      ScanBy: 'TimestampAscending',
      NextToken: first.NextToken,
    });
    expect(second.MetricDataResults!.map(({ Values }) => Values)).toEqual([[], [1, 2]]);
    expect(second.NextToken).toBeUndefined();
  });

  test('finds what there is in all of time', async () => {
    const space = freshNamespace();
    await put(space, { Value: 7 });
    const { MetricDataResults } = await data({
      StartTime: new Date(0),
      MetricDataQueries: [{ Id: 'all', MetricStat: stat(space, 'Sum') }],
    });
    expect(MetricDataResults![0]).toMatchObject({ Values: [7], Timestamps: [new Date(start)] });
  });
});

test('ListMetrics filters by namespace, name and dimensions', async () => {
  const space = freshNamespace();
  const dimension = { Name: 'a', Value: '1' };
  await put(space, { Value: 1 }, { Value: 1, MetricName: 'n', Dimensions: [dimension] });
  const list = async (more: object) =>
    (await aws.cloudwatch.send(new ListMetricsCommand({ Namespace: space, ...more }))).Metrics!.map(
      ({ MetricName }) => MetricName,
    );
  expect(await list({})).toEqual(['m', 'n']);
  expect(await list({ MetricName: 'n' })).toEqual(['n']);
  expect(await list({ Dimensions: [{ Name: 'a' }] })).toEqual(['n']);
  expect(await list({ Dimensions: [{ Name: 'a', Value: '2' }] })).toEqual([]);
});
