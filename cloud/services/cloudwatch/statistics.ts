/**
 * Statistics by their names.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
import { AwsError } from '../../contract.ts';
import type { Aggregate } from './aggregate.ts';

/** Nothing where it cannot be told: a percentile of what was put as sums. */
export type Statistic = (of: Aggregate) => number | undefined;

const simple: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

export const simpleStatistics: readonly string[] = Object.keys(simple);

/** Trimmed means and their kin, which this cloud does not compute. */
const others = /^(tm|wm|tc|ts|TM|WM|TC|TS|PR|IQM)[\d(]|^IQM$/;

/** The percentage of `p99` or `p99.9`. */
export function percentage(name: string): number | undefined {
  const text = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1];
  return text !== undefined && Number(text) <= 100 ? Number(text) : undefined;
}

/** Nothing for a name that is none. Throws 501 for those statistics of AWS that are not built. */
export function statistic(name: string): Statistic | undefined {
  if (Object.hasOwn(simple, name)) return simple[name];
  const percent = percentage(name);
  if (percent !== undefined) return (of) => percentile(of, percent);
  if (others.test(name)) {
    throw new AwsError('NotImplemented', `The statistic ${name} is not built in this cloud: it has percentiles.`, 501);
  }
  return undefined;
}

/** Between the two values that lie nearest, in proportion. */
function percentile({ values, count, min, max }: Aggregate, percent: number): number | undefined {
  if (!values) return count === 1 || min === max ? min : undefined;
  const rank = ((count - 1) * percent) / 100;
  const sorted = [...values].sort(([left], [right]) => left - right);
  const at = (wanted: number): number => {
    let seen = 0;
    for (const [value, times] of sorted) {
      seen += times;
      if (wanted < seen) return value;
    }
    return max;
  };
  const below = at(Math.floor(rank));
  return below + (at(Math.ceil(rank)) - below) * (rank - Math.floor(rank));
}
