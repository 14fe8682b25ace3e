/** CloudWatch Logs as its clients see it. Texts are AWS's. */
import * as api from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const HOUR = 3_600_000;
let t: TestCloud;
let logGroupName: string;
let groups = 0;
const logStreamName = 'stream';

beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  logGroupName = `/tests/${++groups}`;
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName }));
  await t.logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName }));
});

const now = () => t.cloud.clock.now();
const arn = () => `arn:aws:logs:us-east-1:${t.accountId}:log-group:${logGroupName}`;
/** Events at these moments, each with its number as its message. */
const put = (...timestamps: number[]) =>
  t.logs.send(
    new api.PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: timestamps.map((timestamp, index) => ({ timestamp, message: String(index) })),
    }),
  );
const get = async (more: object = {}) => {
  const answer = await t.logs.send(new api.GetLogEventsCommand({ logGroupName, logStreamName, ...more }));
  return { messages: answer.events!.map(({ message }) => message), ...answer };
};

// Recorded: test_create_log_group_with_tags, test_tag_resource_api.
test('a group has tags, by its name and by its ARN alike', async () => {
  const tagged = `${logGroupName}/tagged`;
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName: tagged, tags: { env: 'test' } }));
  const resourceArn = `arn:aws:logs:us-east-1:${t.accountId}:log-group:${tagged}`;
  const tags = async () => {
    const byName = (await t.logs.send(new api.ListTagsLogGroupCommand({ logGroupName: tagged }))).tags;
    expect((await t.logs.send(new api.ListTagsForResourceCommand({ resourceArn }))).tags).toEqual(byName);
    return byName;
  };
  expect(await tags()).toEqual({ env: 'test' });
  await t.logs.send(new api.TagResourceCommand({ resourceArn, tags: { a: '1', b: '2' } }));
  await t.logs.send(new api.TagLogGroupCommand({ logGroupName: tagged, tags: { b: '3' } }));
  expect(await tags()).toEqual({ env: 'test', a: '1', b: '3' });
  await t.logs.send(new api.UntagResourceCommand({ resourceArn, tagKeys: ['env', 'none'] }));
  await t.logs.send(new api.UntagLogGroupCommand({ logGroupName: tagged, tags: ['a'] }));
  expect(await tags()).toEqual({ b: '3' });
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, '']));
  const refused = await refusal(t.logs.send(new api.TagResourceCommand({ resourceArn, tags: many })));
  expect(refused).toMatchObject({ name: 'TooManyTagsException', status: 400 });
  expect(await tags()).toEqual({ b: '3' });
  const missing = new api.ListTagsForResourceCommand({ resourceArn: `${resourceArn}-none` });
  expect(await refusal(t.logs.send(missing))).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('groups and streams are described', async () => {
  const { logGroups } = await t.logs.send(new api.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(logGroups).toEqual([
    {
      logGroupName,
      arn: `${arn()}:*`,
      logGroupArn: arn(),
      creationTime: now(),
      logGroupClass: 'STANDARD',
      metricFilterCount: 0,
      deletionProtectionEnabled: false,
      storedBytes: 0,
    },
  ]);
  const expected = [{ logStreamName, arn: `${arn()}:log-stream:stream`, creationTime: now(), storedBytes: 0 }];
  for (const by of [{ logGroupName }, { logGroupIdentifier: logGroupName }, { logGroupIdentifier: arn() }]) {
    expect((await t.logs.send(new api.DescribeLogStreamsCommand(by))).logStreams).toEqual(expected);
  }
});

test('groups are found by a part of their name', async () => {
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName: `${logGroupName}/inner-part` }));
  const find = async (logGroupNamePattern: string) =>
    (await t.logs.send(new api.DescribeLogGroupsCommand({ logGroupNamePattern }))).logGroups!;
  expect(await find('ner-p')).toEqual([
    {
      logGroupName: `${logGroupName}/inner-part`,
      arn: `${arn()}/inner-part:*`,
      logGroupArn: `${arn()}/inner-part`,
      creationTime: now(),
      logGroupClass: 'STANDARD',
      metricFilterCount: 0,
    },
  ]);
  expect(await find('NER-P')).toEqual([]);
});

test('events older than two weeks or more than two hours ahead are left out, and the answer says which', async () => {
  const old = now() - 14 * 24 * HOUR;
  const { rejectedLogEventsInfo } = await put(old - 2, old - 1, now(), now() + 2 * HOUR, now() + 2 * HOUR + 1);
  expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 4 });
  expect((await get({ startFromHead: true })).messages).toEqual(['2', '3']);
  expect((await put(old)).rejectedLogEventsInfo).toBeUndefined();
  expect((await put(old - 1)).rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  expect((await put(now())).rejectedLogEventsInfo).toBeUndefined();
});

test('events come page by page', async () => {
  await put(now(), now(), now(), now(), now());
  const first = await get({ startFromHead: true, limit: 3 });
  const second = await get({ nextToken: first.nextForwardToken, limit: 3 });
  expect([first.messages, second.messages]).toEqual([
    ['0', '1', '2'],
    ['3', '4'],
  ]);
  expect((await get({ nextToken: second.nextBackwardToken, limit: 3 })).messages).toEqual(first.messages);
});

const refusals: [string, () => Promise<unknown>, string, string][] = [
  [
    'a group that is there',
    () => t.logs.send(new api.CreateLogGroupCommand({ logGroupName })),
    'ResourceAlreadyExistsException',
    'The specified log group already exists',
  ],
  [
    'a stream that is there',
    () => t.logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName })),
    'ResourceAlreadyExistsException',
    'The specified log stream already exists',
  ],
  [
    'a name that is too long',
    () => t.logs.send(new api.CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) })),
    'InvalidParameterException',
    'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  ],
  [
    'a prefix and a pattern',
    () => t.logs.send(new api.DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'a' })),
    'InvalidParameterException',
    'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
  ],
  [
    'a name and an ARN',
    () => t.logs.send(new api.DescribeLogStreamsCommand({ logGroupName, logGroupIdentifier: arn() })),
    'ValidationException',
    'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
  ],
  [
    'no group',
    () => get({ logGroupName: 'nowhere' }),
    'ResourceNotFoundException',
    'The specified log group does not exist.',
  ],
  [
    'no stream',
    () => get({ logStreamName: 'nowhere' }),
    'ResourceNotFoundException',
    'The specified log stream does not exist.',
  ],
  [
    'events in disorder',
    () => put(now(), now() - 1),
    'InvalidParameterException',
    'Log events in a single PutLogEvents request must be in chronological order.',
  ],
  [
    'a token of nobody',
    () => get({ nextToken: 'x' }),
    'InvalidParameterException',
    'The specified nextToken is invalid.',
  ],
  [
    'too many events',
    () => get({ limit: 10_001 }),
    'InvalidParameterException',
    "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
  ],
];

test.each(refusals)('refuses %s', async (_, call, name, message) => {
  expect(await refusal(call())).toMatchObject({ name, status: 400, message });
});
