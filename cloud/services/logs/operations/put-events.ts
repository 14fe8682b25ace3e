/**
 * PutLogEvents: what a batch may hold, and which of its events are left out.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Millis, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { sizeOf } from '../event-list.ts';
import { invalid, MOST_EVENTS, readStream, TIME } from '../input.ts';
import { authorizeStream } from '../permissions.ts';
import type { LogStore } from '../store.ts';

interface Given {
  readonly time: Millis;
  readonly message: string;
}

const HOUR: Millis = 3_600_000;
const OLDEST = 14 * 24 * HOUR;
const NEWEST = 2 * HOUR;
const LONGEST_SPAN = 24 * HOUR;
/** Of one event, and of a batch. */
const MOST_BYTES = 1_048_576;

export const putEventsOperation = (store: LogStore) => {
  const putLogEvents: Operation<logs.PutLogEventsCommandInput, logs.PutLogEventsCommandOutput> = (input, call) => {
    const { group, stream } = readStream(input, checkMembers(input.logEvents));
    authorizeStream(call, group, stream);
    const given = input.logEvents!.map(({ timestamp, message }) => ({
      time: Math.trunc(timestamp!),
      message: message!,
    }));
    const target = store.stream(call.accountId, group, stream);
    checkBatch(given);
    const now = call.core.clock.now();
    const tooOld = countBefore(given, now - OLDEST);
    const tooNew = countBefore(given, now + NEWEST + 1);
    checkSpan(given.slice(tooOld, tooNew));
    const expired = countBefore(given, store.expiry(store.group(call.accountId, group)));
    store.append(target, given.slice(Math.max(tooOld, expired), tooNew), now);
    const rejected: logs.RejectedLogEventsInfo = {
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
      ...(tooNew < given.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    };
    return {
      nextSequenceToken: '1',
      ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}),
    };
  };
  return { PutLogEvents: putLogEvents };
};

function checkMembers(events: readonly logs.InputLogEvent[] | undefined): Constraints {
  const checks = new Constraints();
  if (!events) return checks.check(undefined, 'logEvents', { required: true });
  if (events.length === 0)
    return checks.broken('[]', 'logEvents', 'Member must have length greater than or equal to 1');
  if (events.length > MOST_EVENTS) {
    // AWS writes out all of them.
    return checks.broken('[...]', 'logEvents', `Member must have length less than or equal to ${MOST_EVENTS}`);
  }
  for (const [index, { timestamp, message }] of events.entries()) {
    const path = `logEvents.${index + 1}.member`;
    checks
      .check(timestamp, `${path}.timestamp`, { ...TIME, required: true })
      .check(message, `${path}.message`, { required: true, length: [1, Number.POSITIVE_INFINITY] });
  }
  return checks;
}

function checkBatch(given: readonly Given[]): void {
  if (given.some(({ time }, index) => index > 0 && time < given[index - 1]!.time)) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  const sizes = given.map(({ message }) => sizeOf(message));
  const tooLarge = sizes.find((size) => size > MOST_BYTES);
  if (tooLarge !== undefined) {
    throw invalid(`Log event too large: ${tooLarge} bytes exceeds limit of ${MOST_BYTES}`);
  }
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all > MOST_BYTES) throw invalid(`Upload too large: ${all} bytes exceeds limit of ${MOST_BYTES}`);
}

/** What is left out because of its time does not count. */
function checkSpan(valid: readonly Given[]): void {
  if (valid.length > 0 && valid.at(-1)!.time - valid[0]!.time > LONGEST_SPAN) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

function countBefore(given: readonly Given[], limit: Millis): number {
  const first = given.findIndex(({ time }) => time >= limit);
  return first < 0 ? given.length : first;
}
