/**
 * GetLogEvents: one stream, page by page in both directions.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { type LogEvent, type Place, placeAfter } from '../event-list.ts';
import { EVENT_LIMIT, readStream, TIME, TOKEN } from '../input.ts';
import { authorizeStream } from '../permissions.ts';
import type { LogStore } from '../store.ts';
import { readCursor, writeCursor } from '../tokens.ts';
import { fill, within } from './event-pages.ts';

export const getEventsOperation = (store: LogStore) => {
  const getLogEvents: Operation<logs.GetLogEventsCommandInput, logs.GetLogEventsCommandOutput> = (input, call) => {
    const { nextToken, startFromHead = false, startTime, endTime, limit } = input;
    const { group, stream } = readStream(
      input,
      new Constraints()
        .check(startTime, 'startTime', TIME)
        .check(endTime, 'endTime', TIME)
        .check(nextToken, 'nextToken', TOKEN)
        .check(limit, 'limit', EVENT_LIMIT),
    );
    const cursor = readCursor(nextToken);
    authorizeStream(call, group, stream);
    const { events } = store.stream(call.accountId, group, stream);
    const forward = cursor ? cursor.direction === 'f' : startFromHead;
    const range = within({ startTime, endTime }, cursor);
    const found = events.between(range.from, range.to);
    const { page } = fill(forward ? found : found.reverse(), limit);
    return answer(forward ? page : page.reverse(), cursor?.place ?? range.from);
  };
  return { GetLogEvents: getLogEvents };
};

/** Where there is nothing more, both tokens are of the place that was asked for: the one that was passed in comes back. */
const answer = (page: readonly LogEvent[], asked: Place): Omit<logs.GetLogEventsCommandOutput, '$metadata'> => ({
  events: page.map(({ time, message, ingested }) => ({ timestamp: time, message, ingestionTime: ingested })),
  nextForwardToken: writeCursor('f', page.length > 0 ? placeAfter(page.at(-1)!) : asked),
  nextBackwardToken: writeCursor('b', page[0] ?? asked),
});
