/** An event on a bus. Mirrors https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
import { randomUUID } from 'node:crypto';
import type { Millis } from '../../contract.ts';
import type { Json } from './field-tests.ts';

export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly [name: string]: Json };
};

/** Times of events are whole seconds. */
export const isoSeconds = (at: Millis): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export const newEvent = (
  from: Pick<BusEvent, 'detail-type' | 'source' | 'account' | 'region' | 'resources' | 'detail'>,
  at: Millis,
): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': from['detail-type'],
  source: from.source,
  account: from.account,
  time: isoSeconds(at),
  region: from.region,
  resources: from.resources,
  detail: from.detail,
});
