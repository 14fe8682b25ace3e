/** One alarm at its metric: when it looks, and at which stretches of time. */
import type { Millis } from '../../contract.ts';
import type { Alarm } from './alarm.ts';
import { compare, type Datapoint, type Evaluation, evaluate, evaluationRange } from './evaluation.ts';
import { foresee } from './foresee.ts';
import type { Metrics } from './metrics.ts';
import { MINUTE } from './run.ts';
import type { Series } from './series.ts';
import { percentage, statistic } from './statistics.ts';

const HOUR: Millis = 3_600_000;
const DAY: Millis = 86_400_000;

export interface Looked extends Evaluation {
  /** Moments of the N newest datapoints that were wanted, newest first. */
  readonly wanted: readonly Millis[];
}

export interface Watch {
  /** To be called when something but the data has changed. */
  wake(): void;
  stop(): void;
}

/**
 * Evaluates at each full minute; alarms with a period of 10, 20 or 30 seconds each ten seconds, those that look back over
 * more than a day each hour. `act` answers whether the state has changed. Edges at which neither state nor data can have
 * changed are left out, and once there is no data any more the alarm sleeps until some comes.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function watch(metrics: Metrics, alarm: Alarm, act: (looked: Looked) => boolean): Watch {
  const { configuration: of } = alarm;
  const series = metrics.series(alarm.accountId, of.namespace, of.metricName, of.dimensions);
  const { origin } = series;
  const period = of.period * 1000;
  const every = period < MINUTE ? 10_000 : period * of.evaluationPeriods > DAY ? HOUR : MINUTE;
  const endAt = (edge: Millis) => (of.wallClock ? Math.floor(edge / period) * period : edge);
  const beat = metrics.pulse.join(every, (edge) => {
    origin.feed?.catchUp();
    const end = endAt(edge);
    const starts = Array.from({ length: evaluationRange(of.evaluationPeriods) }, (_, age) => end - (age + 1) * period);
    if (act(look(alarm, series, starts, period))) return edge + every;
    if (series.latest < starts.at(-1)!) return undefined;
    return foresee(series, of, { edge, every, starts, endAt });
  });
  origin.watchers.add(beat.wake);
  beat.wake();
  return {
    wake: () => beat.wake(),
    stop: () => {
      origin.watchers.delete(beat.wake);
      beat.stop();
    },
  };
}

function look({ configuration: of }: Alarm, series: Series, starts: readonly Millis[], period: Millis): Looked {
  const unit = of.unit ?? series.units(starts.at(-1)!, starts[0]! + period)[0];
  const value = statistic(of.stat)!;
  let tooFew = false;
  const range = starts.map((time): Datapoint | undefined => {
    const aggregate = unit === undefined ? undefined : series.aggregate(unit, time, time + period);
    const result = aggregate && value(aggregate);
    if (!aggregate || result === undefined) return undefined;
    if (of.lowSamples === 'ignore' && aggregate.count < leastSamples(of.stat)) tooFew = true;
    const { cause } = aggregate;
    return { time, value: result, samples: aggregate.count, ...(cause === undefined ? {} : { cause }) };
  });
  const evaluation = evaluate(range, {
    evaluationPeriods: of.evaluationPeriods,
    datapointsToAlarm: of.datapointsToAlarm ?? of.evaluationPeriods,
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: always, for these.
    missingData: of.namespace === 'AWS/DynamoDB' ? 'ignore' : (of.missingData ?? 'missing'),
    breaches: (one) => compare(of.operator, one, of.threshold),
  });
  return {
    ...evaluation,
    ...(tooFew ? { state: 'unchanged' as const } : {}),
    wanted: starts.slice(0, of.evaluationPeriods),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html */
function leastSamples(stat: string): number {
  const share = (percentage(stat) ?? 50) / 100;
  return share >= 0.5 ? 10 / (1 - share) : 10 / share;
}
