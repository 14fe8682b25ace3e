/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
import type {
  Datapoint,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../contract.ts';
import { invalidCombination, invalidValue, missing } from '../errors.ts';
import { authorize, readDimensions, readPeriod, readUnit } from '../input.ts';
import type { Metrics } from '../metrics.ts';
import { periods, points, readRange } from '../query.ts';
import { percentage, simpleStatistics, statistic } from '../statistics.ts';

const MOST_POINTS = 1440;

/** Throws `InvalidParameterValue`, `InvalidParameterCombination`, `MissingParameter`; 501 for trimmed means and their kin. */
export const getMetricStatistics =
  (metrics: Metrics): Operation<GetMetricStatisticsCommandInput, GetMetricStatisticsCommandOutput> =>
  (input, call) => {
    authorize(call, 'GetMetricStatistics');
    if (!input.Namespace) throw missing('Namespace');
    if (!input.MetricName) throw missing('MetricName');
    const range = readRange(input.StartTime, input.EndTime);
    const period = readPeriod(input.Period) * 1000;
    const names = readStatistics(input);
    const wanted = periods(range, period);
    if (wanted > MOST_POINTS) {
      throw invalidCombination(
        `You have requested up to ${wanted} datapoints, which exceeds the limit of ${MOST_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const unit = readUnit(input.Unit);
    const series = metrics.find(call.accountId, input.Namespace, input.MetricName, readDimensions(input.Dimensions));
    const found = series
      ? points(series, unit ? [unit] : series.units(range.from - period, range.to), range, period)
      : [];
    return {
      Label: input.MetricName,
      Datapoints: found.map(({ time, unit: of, aggregate }) => {
        const all = names.map((name) => [name, statistic(name)!(aggregate)] as const);
        const extended = all.filter(([name, value]) => percentage(name) !== undefined && value !== undefined);
        const plain = all.filter(([name]) => percentage(name) === undefined);
        const point: Datapoint = { Timestamp: new Date(time), Unit: of as StandardUnit, ...Object.fromEntries(plain) };
        if (extended.length > 0) point.ExtendedStatistics = Object.fromEntries(extended) as Record<string, number>;
        return point;
      }),
    };
  };

function readStatistics(input: GetMetricStatisticsCommandInput): string[] {
  const simple: readonly string[] = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (simple.length + extended.length === 0) throw missing('Statistics or ExtendedStatistics');
  simple.forEach((name, index) => {
    if (simpleStatistics.includes(name)) return;
    throw invalidValue(
      `The parameter Statistics.member.${index + 1} must be a value in the set [ ${simpleStatistics.join(', ')} ].`,
    );
  });
  extended.forEach((name, index) => {
    if (statistic(name) && !simpleStatistics.includes(name)) return;
    throw invalidValue(`The value ${name} for parameter ExtendedStatistics.member.${index + 1} is invalid.`);
  });
  return [...simple, ...extended];
}
