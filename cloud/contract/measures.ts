/** What services measure, for CloudWatch. */
import type { Millis, TraceId } from '../contract.ts';

/** What a service has measured of one of its resources. */
export interface Measurement {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** One number for each time that it was measured. */
  readonly values: readonly number[];
  /** Now, unless told. */
  readonly time?: Millis;
  /** What brought these numbers about, so far as one thing did: what they set off names it as its cause. */
  readonly cause?: TraceId;
}

export interface MetricSink {
  put(accountId: string, namespace: string, measured: readonly Measurement[]): void;
  /** Announces what is measured of a resource each minute; `Outlet` is where it is put. */
  feed(resource: Measured, feed: Feed): Outlet;
}

/** A resource by what its metrics have in common. */
export type Measured = Pick<Measurement, 'dimensions'> & { readonly accountId: string; readonly namespace: string };

/**
 * What a service measures of a resource at each full minute. It needs no timer: the minutes that have passed are told when
 * somebody looks, so that a minute in which nothing happens costs nothing.
 */
export interface Feed {
  /** Puts what has been measured at all full minutes up to now. */
  catchUp(): void;
  /** The next full minute at which anything may be measured that does not go on in a straight line, if nobody does anything. */
  straightUntil(): Millis;
}

export interface Outlet {
  put(stretches: readonly Stretch[]): void;
  /** Somebody did something to the resource: at the next full minute it may look different. */
  touched(): void;
  /** Nothing is measured any more. */
  end(): void;
}

/** One number in each of some successive minutes. */
export interface Stretch {
  readonly name: string;
  readonly unit: string;
  /** Start of the first minute. */
  readonly time: Millis;
  readonly minutes: number;
  /** The first number. */
  readonly value: number;
  /** What each minute adds to it. */
  readonly slope: number;
  readonly cause?: TraceId;
}
