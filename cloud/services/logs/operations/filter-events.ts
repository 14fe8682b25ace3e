/**
 * FilterLogEvents: the streams of a group as one, page by page.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { comparePlaces, type LogEvent, placeAfter } from '../event-list.ts';
import { EVENT_LIMIT, invalid, readGroup, STREAM_NAME, STREAM_PREFIX, TIME, TOKEN } from '../input.ts';
import { compilePattern, type Matcher } from '../pattern.ts';
import { authorizeGroup } from '../permissions.ts';
import type { Group, LogStore } from '../store.ts';
import { type Direction, readCursor, writeCursor } from '../tokens.ts';
import { fill, type Range, within } from './event-pages.ts';

type Found = LogEvent & { readonly stream: string };

const LONGEST_PATTERN = 1024;
const MOST_STREAMS = 100;
/** Events from before it are not told newest first. */
const BACKWARD_SINCE = Date.UTC(2024, 0, 1);

export const filterEventsOperation = (store: LogStore) => {
  const filterLogEvents: Operation<logs.FilterLogEventsCommandInput, logs.FilterLogEventsCommandOutput> = (
    input,
    call,
  ) => {
    const name = readGroup(input, check(input));
    const { filterPattern = '', nextToken, startTime, endTime, limit } = input;
    checkTogether(input);
    const matches = compilePattern(filterPattern);
    const cursor = readCursor(nextToken);
    const direction = cursor?.direction ?? (input.startFromHead === false ? 'b' : 'f');
    authorizeGroup(call, name);
    const group = store.group(call.accountId, name);
    // Unlike GetLogEvents' range, this one holds its end.
    const range = within({ startTime, endTime: endTime === undefined ? undefined : endTime + 1 }, cursor);
    const { page, more } = fill(matching(eventsOf(group, input, range, direction), matches), limit);
    const last = page.at(-1);
    return {
      events: page.map(({ id, stream, time, ingested, message }) => ({
        eventId: id,
        logStreamName: stream,
        timestamp: time,
        ingestionTime: ingested,
        message,
      })),
      searchedLogStreams: [],
      ...(last && more ? { nextToken: writeCursor(direction, direction === 'f' ? placeAfter(last) : last) } : {}),
    };
  };
  return { FilterLogEvents: filterLogEvents };
};

function check(input: logs.FilterLogEventsCommandInput): Constraints {
  const { logStreamNames: names, filterPattern, nextToken, startTime, endTime, limit } = input;
  const checks = new Constraints()
    .check(input.logStreamNamePrefix, 'logStreamNamePrefix', STREAM_PREFIX)
    .check(startTime, 'startTime', TIME)
    .check(endTime, 'endTime', TIME)
    .check(filterPattern, 'filterPattern', { length: [0, LONGEST_PATTERN] })
    .check(nextToken, 'nextToken', TOKEN)
    .check(limit, 'limit', EVENT_LIMIT);
  if (names?.length === 0) {
    checks.broken('[]', 'logStreamNames', 'Member must have length greater than or equal to 1');
  }
  if (names && names.length > MOST_STREAMS) {
    const rule = `Member must have length less than or equal to ${MOST_STREAMS}`;
    checks.broken(`[${names.join(', ')}]`, 'logStreamNames', rule);
  }
  for (const [index, name] of names?.entries() ?? []) {
    checks.check(name, `logStreamNames.${index + 1}.member`, STREAM_NAME);
  }
  return checks;
}

function checkTogether(input: logs.FilterLogEventsCommandInput): void {
  if (input.logStreamNames && input.logStreamNamePrefix !== undefined) {
    throw invalid('LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters.');
  }
  if (input.startFromHead === false && input.nextToken === undefined && (input.startTime ?? 0) < BACKWARD_SINCE) {
    throw invalid('StartFromHead can be false only if StartTime is on or after 2024-01-01T00:00:00Z.');
  }
}

function eventsOf(
  group: Group,
  { logStreamNames: names, logStreamNamePrefix: prefix = '' }: logs.FilterLogEventsCommandInput,
  { from, to }: Range,
  direction: Direction,
): Found[] {
  const found: Found[] = [];
  for (const { name, events } of group.streams.values()) {
    if (names?.includes(name) === false || !name.startsWith(prefix)) continue;
    for (const event of events.between(from, to)) found.push({ ...event, stream: name });
  }
  found.sort(comparePlaces);
  return direction === 'f' ? found : found.reverse();
}

function* matching(events: readonly Found[], matches: Matcher): Generator<Found> {
  for (const event of events) {
    if (matches(event.message)) yield event;
  }
}
