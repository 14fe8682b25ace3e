/** All metrics of a cloud. Services put theirs through `MetricSink`, clients through PutMetricData. */
import type { Clock, Feed, Measured, Measurement, MetricSink, Outlet } from '../../contract.ts';
import { aggregateOf } from './aggregate.ts';
import { Pulse } from './pulse.ts';
import { MINUTE } from './run.ts';
import { type Dimension, type Origin, Series } from './series.ts';

export class Metrics implements MetricSink {
  readonly pulse: Pulse;
  private readonly byKey = new Map<string, Series>();
  private readonly origins = new Map<string, Origin>();

  constructor(private readonly clock: Clock) {
    this.pulse = new Pulse(clock);
  }

  put(accountId: string, namespace: string, measured: readonly Measurement[]): void {
    for (const { name, dimensions, unit, values, time = this.clock.now(), cause } of measured) {
      if (values.length === 0) continue;
      const series = this.series(accountId, namespace, name, asDimensions(dimensions));
      series.put(time, unit, aggregateOf(values, undefined, cause), MINUTE);
    }
  }

  feed({ accountId, namespace, dimensions }: Measured, feed: Feed): Outlet {
    const of = asDimensions(dimensions);
    const origin = this.origin(accountId, namespace, of);
    origin.feed = feed;
    const known = new Map<string, Series>();
    return {
      put: (stretches) => {
        for (const stretch of stretches) {
          const series = known.get(stretch.name) ?? this.series(accountId, namespace, stretch.name, of);
          known.set(stretch.name, series);
          series.extend(stretch);
        }
      },
      touched: () => {
        for (const watcher of [...origin.watchers]) watcher();
      },
      end: () => {
        if (origin.feed === feed) delete origin.feed;
      },
    };
  }

  /** The metric of exactly these dimensions, if anything was ever put there or asked for by an alarm. */
  find(accountId: string, namespace: string, name: string, dimensions: readonly Dimension[]): Series | undefined {
    this.origins.get(keyOf(accountId, namespace, dimensions))?.feed?.catchUp();
    return this.byKey.get(keyOf(accountId, namespace, dimensions, name));
  }

  /** The same, made where there is none. */
  series(accountId: string, namespace: string, name: string, dimensions: readonly Dimension[]): Series {
    const key = keyOf(accountId, namespace, dimensions, name);
    const known = this.byKey.get(key);
    if (known) return known;
    const origin = this.origin(accountId, namespace, dimensions);
    const series = new Series(accountId, namespace, name, sorted(dimensions), origin);
    this.byKey.set(key, series);
    return series;
  }

  /** Metrics of an account that have data. */
  list(accountId: string): Series[] {
    for (const [key, { feed }] of this.origins) if (belongs(key, accountId)) feed?.catchUp();
    return [...this.byKey.values()].filter(
      (series) => series.accountId === accountId && Number.isFinite(series.latest),
    );
  }

  reset(accountId?: string): void {
    for (const all of [this.byKey, this.origins]) {
      for (const key of all.keys()) if (accountId === undefined || belongs(key, accountId)) all.delete(key);
    }
  }

  private origin(accountId: string, namespace: string, dimensions: readonly Dimension[]): Origin {
    const key = keyOf(accountId, namespace, dimensions);
    const origin = this.origins.get(key) ?? { watchers: new Set() };
    this.origins.set(key, origin);
    return origin;
  }
}

const asDimensions = (dimensions: Readonly<Record<string, string>>): Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const sorted = (dimensions: readonly Dimension[]): Dimension[] =>
  [...dimensions].sort((left, right) => (left.Name < right.Name ? -1 : 1));

const keyOf = (accountId: string, namespace: string, dimensions: readonly Dimension[], name?: string): string =>
  JSON.stringify([accountId, namespace, sorted(dimensions).map(({ Name, Value }) => [Name, Value]), name]);

const belongs = (key: string, accountId: string): boolean => key.startsWith(`["${accountId}"`);
