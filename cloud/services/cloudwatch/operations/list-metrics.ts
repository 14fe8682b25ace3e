/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
import type { ListMetricsCommandInput, ListMetricsCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../contract.ts';
import { type Key, page } from '../../../core/pages.ts';
import { constraint, invalidNextToken, missing } from '../errors.ts';
import { authorize } from '../input.ts';
import type { Metrics } from '../metrics.ts';
import type { Series } from '../series.ts';

const PAGE = 500;
const TWO_WEEKS = 14 * 86_400_000;
const THREE_HOURS = 3 * 3_600_000;

/** Metrics with data of the last two weeks (`RecentlyActive`: three hours). Throws `InvalidNextToken`. */
export const listMetrics =
  (metrics: Metrics): Operation<ListMetricsCommandInput, ListMetricsCommandOutput> =>
  (input, call) => {
    authorize(call, 'ListMetrics');
    const { Namespace: namespace, MetricName: name, Dimensions: filters = [], RecentlyActive: recent } = input;
    if (recent !== undefined && recent !== 'PT3H') {
      throw constraint(recent, 'recentlyActive', 'satisfy enum value set: [PT3H]');
    }
    for (const [index, filter] of filters.entries()) {
      if (!filter.Name) throw missing(`Dimensions.member.${index + 1}.Name`);
    }
    const since = call.core.clock.now() - (recent ? THREE_HOURS : TWO_WEEKS);
    const found = metrics
      .list(call.accountId)
      .filter((series) => series.latest >= since)
      .filter((series) => namespace === undefined || series.namespace === namespace)
      .filter((series) => name === undefined || series.name === name)
      .filter((series) =>
        filters.every(({ Name, Value }) =>
          series.dimensions.some((one) => one.Name === Name && (Value === undefined || one.Value === Value)),
        ),
      );
    const part = { token: input.NextToken, size: PAGE, call };
    const { items, next } = page(found, keyOf, part, invalidNextToken);
    return {
      Metrics: items.map((series) => ({
        Namespace: series.namespace,
        MetricName: series.name,
        Dimensions: [...series.dimensions],
      })),
      ...(next ? { NextToken: next } : {}),
    };
  };

const keyOf = ({ namespace, name, dimensions }: Series): Key => [
  namespace,
  name,
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value])),
];
