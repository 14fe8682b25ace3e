import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const MINUTE = 60_000;
let aws: TestCloud;
/** A full minute. */
let start: number;

beforeAll(async () => {
  aws = await openTestCloud();
  const now = aws.cloud.clock.now();
  await aws.cloud.clock.advance(Math.ceil(now / MINUTE) * MINUTE - now);
  start = aws.cloud.clock.now();
});
afterAll(() => aws.close());

let spaces = 0;
const freshNamespace = () => `tests/${++spaces}`;
const put = (Namespace: string, ...MetricData: (Partial<MetricDatum> & object)[]) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: MetricData.map((datum) => ({ MetricName: 'm', Timestamp: new Date(start), ...datum })),
    }),
  );
const statistics = async (Namespace: string, more: object = {}) => {
  const { Datapoints } = await aws.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName: 'm',
      StartTime: new Date(start - 10 * MINUTE),
      EndTime: new Date(start + 10 * MINUTE),
      Period: 60,
      Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
      ...more,
    }),
  );
  return Datapoints!;
};
const stat = (Namespace: string, Stat: string, more: object = {}) => ({
  Metric: { Namespace, MetricName: 'm', ...more },
  Period: 60,
  Stat,
});
const data = (input: Partial<GetMetricDataCommandInput>) =>
  aws.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(start - 10 * MINUTE),
      EndTime: new Date(start + 10 * MINUTE),
      MetricDataQueries: [],
      ...input,
    }),
  );

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

/** Codes are those of the shapes; texts without a comment are as AWS's recordings have them, so far as there are any. */
const refusals: [string, () => Promise<unknown>, string, number, string | RegExp][] = [
  [
    'a value and values',
    () => put('n', { Value: 1, Values: [1] }),
    'InvalidParameterCombinationException',
    400,
    'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
  ],
  [
    'a value and sums',
    () => put('n', { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }),
    'InvalidParameterCombinationException',
    400,
    'The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
  ],
  [
    'fewer counts than values',
    () => put('n', { Values: [1, 2], Counts: [1] }),
    'InvalidParameterValueException',
    400,
    'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
  ],
  ['no value', () => put('n', {}), 'MissingRequiredParameterException', 400, /Value is required/],
  ['no data', () => put('n'), 'MissingRequiredParameterException', 400, 'The parameter MetricData is required.'],
  ['a name of AWS', () => put('AWS/SQS', { Value: 1 }), 'InvalidParameterValueException', 400, /AWS\/SQS/],
  ['no number', () => put('n', { Value: Number.NaN }), 'InvalidParameterValueException', 400, /NaN/],
  [
    'data of three weeks ago',
    () => put('n', { Value: 1, Timestamp: new Date(start - 21 * 86_400_000) }),
    'InvalidParameterValueException',
    400,
    'The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past.',
  ],
  [
    'data of tomorrow',
    () => put('n', { Value: 1, Timestamp: new Date(start + 86_400_000) }),
    'InvalidParameterValueException',
    400,
    'The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.',
  ],
  [
    'more than 1000 data',
    () => put('n', ...Array.from({ length: 1001 }, () => ({ Value: 1 }))),
    'InvalidParameterValueException',
    400,
    'The collection MetricData must not have a size greater than 1000.',
  ],
  [
    'more than 30 dimensions',
    () => put('n', { Value: 1, Dimensions: Array.from({ length: 31 }, (_, n) => ({ Name: `d${n}`, Value: 'x' })) }),
    'InvalidParameterValueException',
    400,
    'The collection MetricData.member.1.Dimensions must not have a size greater than 30.',
  ],
  [
    'an unknown unit',
    () => put('n', { Value: 1, Unit: 'Miles' as never }),
    'InvalidParameterValueException',
    400,
    /set \[/,
  ],
  [
    'a resolution of five seconds',
    () => put('n', { Value: 1, StorageResolution: 5 }),
    'InvalidParameterValueException',
    400,
    /StorageResolution/,
  ],
  [
    'too many datapoints',
    () => statistics('n', { StartTime: new Date(start - 86_400_000), EndTime: new Date(start), Period: 1 }),
    'InvalidParameterCombinationException',
    400,
    'You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  ],
  [
    'an end before the start',
    () => statistics('n', { StartTime: new Date(start), EndTime: new Date(start) }),
    'InvalidParameterValueException',
    400,
    'The parameter StartTime must be less than the parameter EndTime.',
  ],
  ['a period of 45 seconds', () => statistics('n', { Period: 45 }), 'InvalidParameterValueException', 400, /Period/],
  [
    'an unknown statistic',
    () => statistics('n', { Statistics: ['Median'] }),
    'InvalidParameterValueException',
    400,
    /set \[/,
  ],
  [
    'a percentile beyond 100',
    () => statistics('n', { ExtendedStatistics: ['p101'] }),
    'InvalidParameterValueException',
    400,
    /p101/,
  ],
  ['a trimmed mean', () => statistics('n', { ExtendedStatistics: ['tm99'] }), 'NotImplemented', 501, /tm99/],
  [
    'metric math',
    () => data({ MetricDataQueries: [{ Id: 'e', Expression: 'a + b' }] }),
    'NotImplemented',
    501,
    /Metric math/,
  ],
  [
    'a query id with a capital',
    () => data({ MetricDataQueries: [{ Id: 'A', MetricStat: stat('n', 'Sum') }] }),
    'ValidationException',
    400,
    /not matching/,
  ],
  ['no queries', () => data({}), 'MissingRequiredParameterException', 400, /MetricDataQueries/],
  [
    'a token of nobody',
    () => aws.cloudwatch.send(new ListMetricsCommand({ NextToken: 'x' })),
    'InvalidNextToken',
    400,
    /token/,
  ],
];

test.each(refusals)('refuses %s', async (_, call, name, status, message) => {
  const seen = await refusal(call());
  expect(seen).toMatchObject({ name, status });
  expect(seen.message).toMatch(message);
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
