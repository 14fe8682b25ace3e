/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Call, Operation } from '../../../contract.ts';
import { page } from '../../../core/pages.ts';
import { invalidCombination, invalidNextToken, invalidValue, missing, notBuilt, validation } from '../errors.ts';
import { authorize, readDimensions, readPeriod, readUnit } from '../input.ts';
import type { Metrics } from '../metrics.ts';
import { points, type Range, readRange } from '../query.ts';
import { type Statistic, statistic } from '../statistics.ts';

const MOST_QUERIES = 500;
const MOST_POINTS = 100_800;

interface Query {
  readonly id: string;
  readonly label: string | undefined;
  readonly returned: boolean;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: ReturnType<typeof readDimensions>;
  readonly period: number;
  readonly stat: string;
  readonly of: Statistic;
  readonly unit: string | undefined;
}

/** Metric math is not built: an expression answers 501. Throws `ValidationError`, `InvalidParameterValue`, `MissingParameter`. */
export const getMetricData =
  (metrics: Metrics): Operation<GetMetricDataCommandInput, GetMetricDataCommandOutput> =>
  (input, call) => {
    authorize(call, 'GetMetricData');
    const given = input.MetricDataQueries ?? [];
    if (given.length === 0) throw missing('MetricDataQueries');
    if (given.length > MOST_QUERIES) {
      throw validation(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
    }
    const range = readRange(input.StartTime, input.EndTime);
    const most = input.MaxDatapoints ?? MOST_POINTS;
    if (most < 1 || most > MOST_POINTS) throw invalidValue(`The value ${most} for parameter MaxDatapoints is invalid.`);
    const queries = given.map((query, index) => readQuery(query, `MetricDataQueries.member.${index + 1}`));
    if (new Set(queries.map(({ id }) => id)).size < queries.length) {
      throw validation('The values for parameter id in MetricDataQueries are not unique.');
    }
    const ascending = input.ScanBy === 'TimestampAscending';
    const results = queries
      .filter(({ returned }) => returned)
      .map((query) => result(metrics, call.accountId, query, queries, range, ascending));
    return cut(results, most, ascending, input.NextToken, call);
  };

function readQuery({ Id: id, MetricStat: given, Expression, Label, ReturnData }: MetricDataQuery, path: string): Query {
  if (!id) throw missing(`${path}.Id`);
  if (!/^[a-z]\w{0,254}$/.test(id)) {
    throw validation(
      `The value ${id} for parameter ${path}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  }
  if (given && Expression !== undefined) {
    throw invalidCombination(
      `The parameters ${path}.Expression and ${path}.MetricStat are mutually exclusive and you have specified both.`,
    );
  }
  if (Expression !== undefined) throw notBuilt('Metric math and Metrics Insights queries are');
  if (!given) throw missing(`${path}.MetricStat`);
  const { Metric: metric, Stat: stat } = given;
  if (!metric?.Namespace) throw missing(`${path}.MetricStat.Metric.Namespace`);
  if (!metric.MetricName) throw missing(`${path}.MetricStat.Metric.MetricName`);
  if (!stat) throw missing(`${path}.MetricStat.Stat`);
  const of = statistic(stat);
  if (!of) throw invalidValue(`The value ${stat} for parameter ${path}.MetricStat.Stat is not supported.`);
  return {
    id,
    label: Label,
    returned: ReturnData ?? true,
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: readDimensions(metric.Dimensions, `${path}.MetricStat.Metric.Dimensions`),
    period: readPeriod(given.Period, `${path}.MetricStat.Period`) * 1000,
    stat,
    of,
    unit: readUnit(given.Unit, `${path}.MetricStat.Unit`),
  };
}

/** Without a unit, AWS takes one of those that there are, and says so. */
function result(
  metrics: Metrics,
  accountId: string,
  query: Query,
  all: readonly Query[],
  range: Range,
  ascending: boolean,
): MetricDataResult {
  const series = metrics.find(accountId, query.namespace, query.name, query.dimensions);
  const units = query.unit ? [query.unit] : (series?.units(range.from - query.period, range.to) ?? []);
  const found = series && units[0] ? points(series, [units[0]], range, query.period) : [];
  const values = found
    .map(({ time, aggregate }) => ({ time: new Date(time), value: query.of(aggregate) }))
    .filter((point): point is { time: Date; value: number } => point.value !== undefined);
  if (!ascending) values.reverse();
  return {
    Id: query.id,
    Label: query.label ?? labelOf(query, all),
    Timestamps: values.map(({ time }) => time),
    Values: values.map(({ value }) => value),
    StatusCode: 'Complete',
    ...(units.length > 1
      ? { Messages: [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }] }
      : {}),
  };
}

/** The metric's name, and whatever tells this query from the others. */
function labelOf(query: Query, all: readonly Query[]): string {
  const differ = (of: (query: Query) => unknown) => new Set(all.map(of)).size > 1;
  return [
    query.name,
    ...(differ(({ stat }) => stat) ? [query.stat] : []),
    ...(differ(({ period }) => period) ? [String(query.period / 1000)] : []),
  ].join(' ');
}

/** One page of the datapoints of all results together. */
function cut(
  results: readonly MetricDataResult[],
  most: number,
  ascending: boolean,
  token: string | undefined,
  call: Call,
): GetMetricDataCommandOutput {
  const every = results.flatMap(({ Timestamps = [] }, result) =>
    Timestamps.map((time, index) => ({ result, index, place: ascending ? time.getTime() : -time.getTime() })),
  );
  const part = { token, size: most, call };
  const { items, next } = page(every, ({ result, place }) => [result, place], part, invalidNextToken);
  const parts = results.map((result, at) => {
    const mine = items.filter((item) => item.result === at).map(({ index }) => index);
    const [first, last] = [mine[0] ?? 0, (mine.at(-1) ?? -1) + 1];
    return {
      ...result,
      Timestamps: result.Timestamps!.slice(first, last),
      Values: result.Values!.slice(first, last),
      ...(next && last < result.Values!.length ? { StatusCode: 'PartialData' as const } : {}),
    };
  });
  return { $metadata: {}, MetricDataResults: parts, Messages: [], ...(next ? { NextToken: next } : {}) };
}
