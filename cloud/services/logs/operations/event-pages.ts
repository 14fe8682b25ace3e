/** What GetLogEvents and FilterLogEvents have in common: a range of time, the place a token names in it, and how much a page holds. */
import type { Millis } from '../../../contract.ts';
import { comparePlaces, type LogEvent, type Place, sizeOf, startOf } from '../event-list.ts';
import { MOST_EVENTS } from '../input.ts';
import type { Cursor } from '../tokens.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html: a page holds up to 1 MB. */
const PAGE_BYTES = 1_048_576;

export interface Range {
  readonly from: Place;
  readonly to: Place;
}

/** From a time up to, without it, another; without what lies on the side of the token that the page does not go to. */
export function within(
  { startTime = 0, endTime }: { startTime?: Millis | undefined; endTime?: Millis | undefined },
  cursor: Cursor | undefined,
): Range {
  const from = startOf(whole(startTime));
  const to = startOf(endTime === undefined ? Number.POSITIVE_INFINITY : whole(endTime));
  if (!cursor) return { from, to };
  const { direction, place } = cursor;
  if (direction === 'f') return { from: comparePlaces(place, from) > 0 ? place : from, to };
  return { from, to: comparePlaces(place, to) < 0 ? place : to };
}

/** As it can stand in a token. */
const whole = (time: Millis): Millis => Math.min(Math.trunc(time), Number.MAX_SAFE_INTEGER);

export interface Page<T> {
  readonly page: T[];
  /** Whether something is left. */
  readonly more: boolean;
}

/** The first ones, as many as a page holds: one at least. */
export function fill<T extends LogEvent>(events: Iterable<T>, limit = MOST_EVENTS): Page<T> {
  const page: T[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += sizeOf(event.message);
    if (page.length + 1 > limit || (page.length > 0 && bytes > PAGE_BYTES)) return { page, more: true };
    page.push(event);
  }
  return { page, more: false };
}
