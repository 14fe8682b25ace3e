/** All metrics of a cloud. Services put theirs through `MetricSink`, clients through PutMetricData. */
import type { Clock, Measurement, MetricSink, Millis } from '../../contract.ts';
import { Pulse } from './pulse.ts';
import { aggregateOf, type Dimension, Series } from './series.ts';

export const MINUTE: Millis = 60_000;

export class Metrics implements MetricSink {
  readonly pulse: Pulse;
  private readonly byKey = new Map<string, Series>();

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

  eachMinute(publish: (minute: Millis) => boolean): { wake(): void } {
    return this.pulse.publisher(MINUTE, (edge) => publish(edge - MINUTE));
  }

  /** The metric of exactly these dimensions, if anything was ever put there or asked for by an alarm. */
  find(accountId: string, namespace: string, name: string, dimensions: readonly Dimension[]): Series | undefined {
    return this.byKey.get(keyOf(accountId, namespace, name, dimensions));
  }

  /** The same, made where there is none. */
  series(accountId: string, namespace: string, name: string, dimensions: readonly Dimension[]): Series {
    const key = keyOf(accountId, namespace, name, dimensions);
    const series = this.byKey.get(key) ?? new Series(accountId, namespace, name, sorted(dimensions));
    this.byKey.set(key, series);
    return series;
  }

  /** Metrics of an account that have data. */
  list(accountId: string): Series[] {
    return [...this.byKey.values()].filter(
      (series) => series.accountId === accountId && Number.isFinite(series.latest),
    );
  }

  reset(accountId?: string): void {
    for (const [key, series] of this.byKey) {
      if (accountId === undefined || series.accountId === accountId) this.byKey.delete(key);
    }
  }
}

const asDimensions = (dimensions: Readonly<Record<string, string>>): Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const sorted = (dimensions: readonly Dimension[]): Dimension[] =>
  [...dimensions].sort((left, right) => (left.Name < right.Name ? -1 : 1));

const keyOf = (accountId: string, namespace: string, name: string, dimensions: readonly Dimension[]): string =>
  JSON.stringify([accountId, namespace, name, sorted(dimensions).map(({ Name, Value }) => [Name, Value])]);
