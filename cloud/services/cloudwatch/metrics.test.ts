/** Metrics: what is put comes back. */
import { ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, data, freshNamespace, MINUTE, put, start, stat, statistics, useCloud } from './testing.ts';

useCloud();

describe('what is put comes back', () => {
  test('as single values, values with counts, and sums', async () => {
    const space = freshNamespace();
    await put(
      space,
      { Value: 3 },
      { Values: [1, 10], Counts: [2, 3] },
      { StatisticValues: { SampleCount: 2, Sum: 12, Minimum: 0, Maximum: 12 } },
    );
    expect(await statistics(space)).toEqual([
      { Timestamp: new Date(start), Unit: 'None', SampleCount: 8, Sum: 47, Average: 5.875, Minimum: 0, Maximum: 12 },
    ]);
  });

  test('by the minute, whatever the second', async () => {
    const space = freshNamespace();
    await put(
      space,
      { Value: 1, Timestamp: new Date(start - 1) },
      { Value: 2, Timestamp: new Date(start) },
      { Value: 4, Timestamp: new Date(start + 59_000) },
    );
    const points = await statistics(space);
    expect(points.map(({ Timestamp, Sum }) => [Timestamp!.getTime() - start, Sum])).toEqual([
      [-MINUTE, 1],
      [0, 6],
    ]);
  });

  test('by the second where it was put so', async () => {
    const space = freshNamespace();
    const second = (seconds: number) => ({
      Value: seconds,
      StorageResolution: 1,
      Timestamp: new Date(start + seconds * 1000),
    });
    await put(space, second(1), second(9), second(10));
    const points = await statistics(space, {
      Period: 10,
      StartTime: new Date(start),
      EndTime: new Date(start + MINUTE),
    });
    expect(points.map(({ Sum }) => Sum)).toEqual([10, 10]);
  });

  test('to exactly its dimensions, in whatever order', async () => {
    const space = freshNamespace();
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ];
    await put(space, { Value: 1, Dimensions: [a, b] }, { Value: 5, Dimensions: [a] });
    const sums = async (Dimensions: object[]) => (await statistics(space, { Dimensions })).map(({ Sum }) => Sum);
    expect([await sums([b, a]), await sums([a]), await sums([b]), await sums([])]).toEqual([[1], [5], [], []]);
  });

  test('each unit for itself', async () => {
    const space = freshNamespace();
    await put(space, { Value: 1, Unit: 'Seconds' }, { Value: 5, Unit: 'Count' }, { Value: 10 });
    const units = (await statistics(space)).map(({ Unit, Sum }) => [Unit, Sum]);
    expect(new Map(units as [string, number][])).toEqual(
      new Map([
        ['Count', 5],
        ['None', 10],
        ['Seconds', 1],
      ]),
    );
    const { MetricDataResults } = await data({ MetricDataQueries: [{ Id: 'm1', MetricStat: stat(space, 'Sum') }] });
    expect(MetricDataResults).toEqual([
      expect.objectContaining({
        Values: [5],
        Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Count, None, Seconds]'" }],
      }),
    ]);
  });

  test('as percentiles, so far as single values are known', async () => {
    const space = freshNamespace();
    await put(space, { Values: Array.from({ length: 100 }, (_, index) => index + 1) });
    const extended = async () =>
      (await statistics(space, { Statistics: undefined, ExtendedStatistics: ['p0', 'p50', 'p99', 'p100'] }))[0]!
        .ExtendedStatistics;
    expect(await extended()).toEqual({ p0: 1, p50: 50.5, p99: expect.closeTo(99.01), p100: 100 });
    await put(space, { StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 } });
    expect(await extended()).toBeUndefined();
  });

  test('compressed: the client does so above 10 KiB', async () => {
    const space = freshNamespace();
    await put(
      space,
      ...Array.from({ length: 1000 }, () => ({ Value: 1, Dimensions: [{ Name: 'a', Value: 'x'.repeat(50) }] })),
    );
    expect((await statistics(space, { Dimensions: [{ Name: 'a', Value: 'x'.repeat(50) }] }))[0]!.Sum).toBe(1000);
  });

  test('to its own account only', async () => {
    const space = freshNamespace();
    await put(space, { Value: 1 });
    const other = aws.as(aws.cloud.identity.rootCredentials('999988887777'));
    const { Metrics } = await other.cloudwatch.send(new ListMetricsCommand({ Namespace: space }));
    expect(Metrics).toEqual([]);
  });
});

test('a datum that is refused leaves the whole request without effect', async () => {
  const space = freshNamespace();
  await refusal(put(space, { Value: 1 }, { Value: Number.NaN }));
  expect(await statistics(space)).toEqual([]);
});

test('needs cloudwatch:PutMetricData, which may be limited to a namespace', async () => {
  const statement = {
    Effect: 'Allow' as const,
    Action: 'cloudwatch:PutMetricData',
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'mine' } },
  };
  const role = await aws.role('meter', statement);
  const { expiration: _, ...credentials } = aws.cloud.identity.mintSession(role, 'test', 3600);
  const session = aws.as(credentials);
  const attempt = (Namespace: string) =>
    session.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] }));
  await attempt('mine');
  expect(await refusal(attempt('yours'))).toMatchObject({ name: expect.stringMatching(/^AccessDenied/), status: 403 });
});
