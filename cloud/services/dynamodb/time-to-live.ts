/**
 * Time to live: when a table's setting holds, and when an item goes.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
import type { TimeToLiveStatus } from '@aws-sdk/client-dynamodb';
import type { Millis } from '../../contract.ts';
import type { Table, TimeToLive } from './table.ts';
import type { Item } from './value/value.ts';

/** Turning it on or off takes a minute. */
export const SWITCH_TIME: Millis = 60_000;
/** It cannot be changed again within an hour, as on AWS. */
export const CHANGE_INTERVAL: Millis = 60 * 60_000;
/**
 * How long an expired item is still there for reads. AWS promises no more than "within a few days"; here it is always half
 * an hour, so that who forgets to filter expired items finds out.
 */
export const EXPIRY_LAG: Millis = 30 * 60_000;
/** An item that expired longer ago than this is taken for a mistake, and stays. */
const OLDEST: Millis = 5 * 365 * 24 * 60 * 60_000;

export function statusOf(setting: TimeToLive | undefined, now: Millis): TimeToLiveStatus {
  if (!setting) return 'DISABLED';
  const switching = now < setting.changedAt + SWITCH_TIME;
  if (setting.enabled) return switching ? 'ENABLING' : 'ENABLED';
  return switching ? 'DISABLING' : 'DISABLED';
}

/** When the item is to be removed; `undefined`: never. Only a number of seconds counts; other types are passed over. */
export function removalOf(table: Table, item: Item, now: Millis): Millis | undefined {
  const setting = table.timeToLive;
  if (!setting?.enabled || !Object.hasOwn(item, setting.attribute)) return undefined;
  const expires = Number(item[setting.attribute]!.N ?? Number.NaN) * 1000;
  if (!Number.isFinite(expires) || expires < now - OLDEST) return undefined;
  return Math.max(expires, setting.changedAt + SWITCH_TIME) + EXPIRY_LAG;
}
