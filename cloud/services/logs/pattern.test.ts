/** Filter patterns and retention, through FilterLogEvents. */
import * as api from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const DAY = 24 * 3_600_000;
let t: TestCloud;
let logGroupName: string;
let groups = 0;
const logStreamName = 'stream';

beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  logGroupName = `/patterns/${++groups}`;
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName }));
  await t.logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName }));
});

const put = (messages: string[], timestamp = t.cloud.clock.now()) =>
  t.logs.send(
    new api.PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message) => ({ timestamp, message })),
    }),
  );
const filter = async (filterPattern?: string, more: Partial<api.FilterLogEventsCommandInput> = {}) => {
  const found = await t.logs.send(new api.FilterLogEventsCommand({ logGroupName, filterPattern, ...more }));
  return found.events!.map(({ message }) => message);
};
const retain = (retentionInDays: number) =>
  t.logs.send(new api.PutRetentionPolicyCommand({ logGroupName, retentionInDays }));

const JSONS = [
  '{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","errorCode":400,"latency":1.5,"ok":true}',
  '{"eventType":"CreateTrail","sourceIPAddress":"123.123.1.1","errorCode":"400","ok":false,"user":null}',
  '{"tags":["a","b"],"users":[{"id":1,"email":"a@x.org"},{"id":2,"email":"b@x.org"}],"a.b":{"c d":7}}',
];
/** Which of the events above: by number. */
describe('a pattern on JSON', () => {
  beforeEach(() => put([...JSONS, '"UpdateTrail"', 'no JSON: { "eventType": "UpdateTrail"']));

  test.each<[string, number[]]>([
    ['{ $.eventType = "UpdateTrail" }', [0]],
    ['{ $.eventType = UpdateTrail }', [0]],
    ['{$.eventType="*Trail"}', [0, 1]],
    ['{ $.eventType = * }', [0, 1]],
    ['{ $.eventType != "UpdateTrail" }', [1]],
    ['{ $.sourceIPAddress != 123.123.* }', [0]],
    ['{ $.eventType = %^Up|^No% }', [0]],
    ['{ $.errorCode = 400 }', [0]],
    ['{ $.errorCode = "400" }', [1]],
    ['{ $.errorCode >= 400 }', [0]],
    ['{ $.latency > 1.4 && $.latency < 1.6 }', [0]],
    ['{ $.latency <= -1e3 }', []],
    ['{ $.ok IS TRUE }', [0]],
    ['{ $.ok IS FALSE }', [1]],
    ['{ $.user IS NULL }', [1]],
    ['{ $.user NOT EXISTS }', [0, 2]],
    ['{ $.tags[1] = "b" }', [2]],
    ['{ $.tags[*] = "b" }', [2]],
    ['{ $.users[0].email = "a@x.org" }', [2]],
    ['{ $.users[*].id = 2 }', [2]],
    ["{ $.['a.b'].['c d'] = 7 }", [2]],
    ['{ $.missing != 1 }', []],
    ['{ $.ok IS TRUE || $.ok IS FALSE && $.errorCode = 1 }', [0]],
    ['{ ($.ok IS TRUE || $.ok IS FALSE) && $.errorCode = "4*" }', [0, 1]],
  ])('%s', async (pattern, expected) => {
    expect((await filter(pattern)).map((message) => JSONS.indexOf(message!))).toEqual(expected);
  });
});

const LINES = [
  '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
  '127.0.0.1 - mary [10/Oct/2000:13:35:22 -0700] "GET /about.png HTTP/1.0" 200 99',
  'ERROR out of memory',
];
describe('a pattern on columns', () => {
  beforeEach(() => put(LINES));

  test.each<[string, number[]]>([
    ['[ip, id, user, time, request, status, bytes]', [0, 1]],
    ['[ip, id, user, time, request, status = 4*, bytes]', [0]],
    ['[ip, id, user, time, request = *html*, status, bytes]', [0]],
    ['[ip, id, user, time, request, status = 200 || status = 404, bytes > 1000]', [0]],
    ['[..., status = 200, bytes]', [1]],
    ['[ip = 127.0.0.1, ..., bytes < 100]', [1]],
    ['[level != INFO && level = E*, ...]', [2]],
    ['[level = "ERROR", w2, w3, w4]', [2]],
    ['[ip = %127\\.0\\.0\\.[0-9]%, ...]', [0, 1]],
    ['[a, b]', []],
  ])('%s', async (pattern, expected) => {
    expect((await filter(pattern)).map((message) => LINES.indexOf(message!))).toEqual(expected);
  });
});

describe('a pattern of words', () => {
  beforeEach(() => put(['[ERROR 400] BAD REQUEST', '[ERROR 401] UNAUTHORIZED REQUEST', '[SUCCESS 200] FINE']));

  test.each<[string, number]>([
    ['', 3],
    ['ERROR', 2],
    ['ERROR 401', 1],
    ['"BAD REQUEST"', 1],
    ['ERROR -401', 1],
    ['?401 ?200', 2],
    ['?401 ?200 REQUEST', 2],
    ['?401 -ERROR', 1],
    ['?FINE %4[0-9]{2}%', 2],
    ['%ERROR 400|FINE$%', 2],
    ['%4[0-9]{2}%', 2],
    ['error', 0],
  ])('%s', async (pattern, expected) => {
    expect(await filter(pattern)).toHaveLength(expected);
  });
});

test.each([
  '{ $.a }',
  '{ $.a = 1',
  '{ a = 1 }',
  '{ $.a > text }',
  '{ $.a IS 7 }',
  '{ ($.a = 1 }',
  '{ $.a = 1 && }',
  '{}',
  '[a, ..., b, ...]',
  '[a, ]',
  '%(a)%',
  '{ $.a = %!% }',
  '{ $.a = %a% || $.a = %b% || $.a = %c% }',
  '[a = %a%, b = %b%, c = %c%]',
])('%s is no pattern', async (pattern) => {
  expect(await refusal(filter(pattern))).toEqual({
    name: 'InvalidParameterException',
    status: 400,
    message: 'Invalid filter pattern',
  });
});

test('names of streams and their prefix exclude each other', async () => {
  const both = filter('', { logStreamNames: ['a'], logStreamNamePrefix: 'a' });
  expect(await refusal(both)).toMatchObject({ name: 'InvalidParameterException' });
});

describe('retention', () => {
  test('lets events expire on the clock, and takes none that have', async () => {
    await put(['old']);
    await t.cloud.clock.advance(2 * DAY);
    await put(['new']);
    await retain(3);
    expect(await filter()).toEqual(['old', 'new']);
    await t.cloud.clock.advance(DAY);
    expect(await filter()).toEqual(['old', 'new']);
    await t.cloud.clock.advance(1);
    expect(await filter()).toEqual(['new']);
    const { rejectedLogEventsInfo } = await put(['late'], t.cloud.clock.now() - 4 * DAY);
    expect(rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    await t.logs.send(new api.DeleteRetentionPolicyCommand({ logGroupName }));
    await put(['late'], t.cloud.clock.now() - 4 * DAY);
    await t.cloud.clock.advance(9 * DAY);
    expect(await filter()).toEqual(['late', 'new']);
    const { logGroups } = await t.logs.send(new api.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    expect(logGroups![0]!.retentionInDays).toBeUndefined();
  });

  test('is one of the times that there are', async () => {
    expect(await refusal(retain(2))).toEqual({
      name: 'InvalidParameterException',
      status: 400,
      message:
        "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]",
    });
  });

  test('tailing is an event stream, which is not built', async () => {
    // The SDK would look for it at a host of another name.
    t.logs.config.disableHostPrefix = true;
    const tail = t.logs.send(new api.StartLiveTailCommand({ logGroupIdentifiers: [logGroupName] }));
    expect(await refusal(tail)).toMatchObject({ status: 501 });
  });
});
