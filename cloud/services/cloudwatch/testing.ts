/** What the tests of CloudWatch share. */
import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  type HistoryItemType,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export let aws: TestCloud;
/** A name that no other test has: of its alarm, and of the metric that this watches. */
export let name: string;
/** A full minute, at which the test begins. */
export let start: number;
let names = 0;

/** Opens a cloud for the tests of a file. Each test begins at a full minute. */
export function useCloud(): void {
  beforeAll(async () => {
    aws = await openTestCloud();
  });
  afterAll(() => aws.close());
  beforeEach(async () => {
    name = `test-${++names}`;
    const now = aws.cloud.clock.now();
    await advance(Math.ceil(now / MINUTE) * MINUTE - now);
    start = aws.cloud.clock.now();
  });
}

export const advance = (ms: number) => aws.cloud.clock.advance(ms);

export const putAlarm = (more: Partial<PutMetricAlarmCommandInput> = {}) =>
  aws.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'tests',
      MetricName: name,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    }),
  );
export const measure = (Value: number, more: object = {}) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'tests', MetricData: [{ MetricName: name, Value, ...more }] }),
  );
/** Puts one value per minute (nothing for `undefined`), and answers the states that follow. */
export async function play(...values: (number | undefined)[]): Promise<string[]> {
  const seen: string[] = [];
  for (const value of values) {
    if (value !== undefined) await measure(value);
    await advance(MINUTE);
    seen.push((await alarm()).StateValue!);
  }
  return seen;
}
export const alarm = async (of = name) =>
  (await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [of] }))).MetricAlarms![0]!;
export const history = async (type?: HistoryItemType) =>
  (await aws.cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: name, HistoryItemType: type })))
    .AlarmHistoryItems!;
export const setState = (StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', more: object = {}) =>
  aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: 'testing alarm', ...more }));

let spaces = 0;
export const freshNamespace = () => `tests/${++spaces}`;
export const put = (Namespace: string, ...MetricData: (Partial<MetricDatum> & object)[]) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: MetricData.map((datum) => ({ MetricName: 'm', Timestamp: new Date(start), ...datum })),
    }),
  );
export const statistics = async (Namespace: string, more: object = {}) => {
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
export const stat = (Namespace: string, Stat: string, more: object = {}) => ({
  Metric: { Namespace, MetricName: 'm', ...more },
  Period: 60,
  Stat,
});
export const data = (input: Partial<GetMetricDataCommandInput>) =>
  aws.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(start - 10 * MINUTE),
      EndTime: new Date(start + 10 * MINUTE),
      MetricDataQueries: [],
      ...input,
    }),
  );
