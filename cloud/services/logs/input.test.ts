/** What AWS refuses of names and of batches of events. Texts are AWS's. */
import * as api from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const HOUR = 3_600_000;
const MOST_BYTES = 1_048_576;
let t: TestCloud;
const place = { logGroupName: '/input', logStreamName: 'stream' };

beforeAll(async () => {
  t = await openTestCloud();
  await t.logs.send(new api.CreateLogGroupCommand(place));
  await t.logs.send(new api.CreateLogStreamCommand(place));
});
afterAll(() => t.close());

const now = () => t.cloud.clock.now();
const put = (logEvents: unknown) =>
  t.logs.send(new api.PutLogEventsCommand({ ...place, logEvents: logEvents as api.InputLogEvent[] }));
const at = (time: number, message = 'm') => ({ timestamp: time, message });
const createGroup = (logGroupName: string) => t.logs.send(new api.CreateLogGroupCommand({ logGroupName }));
const createStream = (logStreamName: unknown) =>
  t.logs.send(new api.CreateLogStreamCommand({ ...place, logStreamName: logStreamName as string }));
const filter = (more: api.FilterLogEventsCommandInput) =>
  t.logs.send(new api.FilterLogEventsCommand({ logGroupName: place.logGroupName, ...more }));

const broken = (...errors: string[]) =>
  `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected: ${errors.join('; ')}`;
const GROUP_PATTERN = 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+';

test.each<[string, () => Promise<unknown>, string]>([
  [
    'no name of a group',
    () => createGroup(''),
    broken(
      `Value '' at 'logGroupName' failed to satisfy constraint: ${GROUP_PATTERN}`,
      "Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ),
  ],
  [
    'a blank in the name of a group',
    () => createGroup('a b'),
    broken(`Value 'a b' at 'logGroupName' failed to satisfy constraint: ${GROUP_PATTERN}`),
  ],
  [
    'a name that AWS keeps for itself',
    () => createGroup('aws/mine'),
    'Log groups starting with AWS/ are reserved for AWS.',
  ],
  [
    'a colon in the name of a stream',
    () => createStream('a:b'),
    broken(
      "Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
    ),
  ],
  [
    'no name of a stream',
    () => createStream(undefined),
    broken("Value null at 'logStreamName' failed to satisfy constraint: Member must not be null"),
  ],
  [
    'a long name of a stream',
    () => createStream('x'.repeat(513)),
    'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  ],
  [
    'no events',
    () => put(undefined),
    broken("Value null at 'logEvents' failed to satisfy constraint: Member must not be null"),
  ],
  [
    'none in the batch',
    () => put([]),
    broken(
      "Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ),
  ],
  [
    'an event without a message, and one without a time',
    () => put([at(now(), ''), { message: 'm' }]),
    broken(
      "Value '' at 'logEvents.1.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
      "Value null at 'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null",
    ),
  ],
  [
    'a time before 1970',
    () => put([at(-1)]),
    broken(
      "Value '-1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ),
  ],
  [
    'more than 10,000 events',
    () => put(Array.from({ length: 10_001 }, () => at(now()))),
    broken(
      "Value '[...]' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000",
    ),
  ],
  [
    'an event of more than 1 MB',
    () => put([at(now(), 'é'.repeat(MOST_BYTES / 2))]),
    `Log event too large: ${MOST_BYTES + 26} bytes exceeds limit of ${MOST_BYTES}`,
  ],
  [
    'a batch of more than 1 MB',
    () => put([at(now(), 'x'.repeat(MOST_BYTES - 52)), at(now())]),
    `Upload too large: ${MOST_BYTES + 1} bytes exceeds limit of ${MOST_BYTES}`,
  ],
  [
    'a batch of more than 24 hours',
    () => put([at(now() - 24 * HOUR - 1), at(now())]),
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  ],
  [
    'a long filter pattern',
    () => filter({ filterPattern: 'x'.repeat(1025) }),
    broken(
      `Value '${'x'.repeat(1025)}' at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to 1024`,
    ),
  ],
  [
    'an empty list of streams',
    () => filter({ logStreamNames: [] }),
    broken(
      "Value '[]' at 'logStreamNames' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ),
  ],
  [
    'a range that begins before 1970',
    () => filter({ startTime: -1 }),
    broken("Value '-1' at 'startTime' failed to satisfy constraint: Member must have value greater than or equal to 0"),
  ],
])('refuses %s', async (_, call, message) => {
  expect(await refusal(call())).toEqual({ name: 'InvalidParameterException', status: 400, message });
});

test('takes batches up to the very limits', async () => {
  await put(Array.from({ length: 10_000 }, () => at(now())));
  await put([at(now(), 'x'.repeat(MOST_BYTES - 26))]);
  await put([at(now() - 24 * HOUR), at(now())]);
  await createStream('x'.repeat(512));
  await createGroup('.-_/#'.repeat(102));
});

test('events that are left out because of their time do not lengthen a batch', async () => {
  const batch = [at(now() - 15 * 24 * HOUR), at(now()), at(now() + 48 * HOUR)];
  expect((await put(batch)).rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
});
