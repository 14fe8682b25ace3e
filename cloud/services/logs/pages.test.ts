/** Pages of groups, streams and events, while groups, streams and events come and go. */
import * as api from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const logGroupName = '/pages';
let t: TestCloud;

beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  for await (const { logGroups = [] } of api.paginateDescribeLogGroups({ client: t.logs }, {})) {
    for (const old of logGroups) await t.logs.send(new api.DeleteLogGroupCommand({ logGroupName: old.logGroupName }));
  }
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName }));
});

const now = () => t.cloud.clock.now();
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(2, '0'));
const addStream = (logStreamName: string) =>
  t.logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName }));
const put = (logStreamName: string, ...events: [timestamp: number, message: string][]) =>
  t.logs.send(
    new api.PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );

interface Page {
  readonly shown: (string | undefined)[];
  readonly next: string | undefined;
}

const groups = async (more: api.DescribeLogGroupsCommandInput = {}): Promise<Page> => {
  const { logGroups, nextToken } = await t.logs.send(new api.DescribeLogGroupsCommand(more));
  return { shown: logGroups!.map((group) => group.logGroupName), next: nextToken };
};
const streams = async (more: api.DescribeLogStreamsCommandInput = {}): Promise<Page> => {
  const { logStreams, nextToken } = await t.logs.send(new api.DescribeLogStreamsCommand({ logGroupName, ...more }));
  return { shown: logStreams!.map((stream) => stream.logStreamName), next: nextToken };
};
const filter = async (more: api.FilterLogEventsCommandInput = {}): Promise<Page> => {
  const { events, nextToken } = await t.logs.send(new api.FilterLogEventsCommand({ logGroupName, ...more }));
  return { shown: events!.map(({ message }) => message), next: nextToken };
};
const get = async (more: Partial<api.GetLogEventsCommandInput> = {}) => {
  const answer = await t.logs.send(new api.GetLogEventsCommand({ logGroupName, logStreamName: 's', ...more }));
  return {
    shown: answer.events!.map(({ message }) => message),
    forward: answer.nextForwardToken,
    backward: answer.nextBackwardToken,
  };
};

describe('groups', () => {
  test('come 50 at a time, or as many as are asked for', async () => {
    const names = numbers(60).map((number) => `/pages/${number}`);
    for (const name of names.toReversed()) await t.logs.send(new api.CreateLogGroupCommand({ logGroupName: name }));
    const first = await groups({ logGroupNamePrefix: '/pages/' });
    expect(first.shown).toEqual(names.slice(0, 50));
    const second = await groups({ logGroupNamePrefix: '/pages/', nextToken: first.next });
    expect(second).toEqual({ shown: names.slice(50), next: undefined });
    const few = await groups({ logGroupNamePattern: 's/0', limit: 10 });
    expect(few).toEqual({ shown: names.slice(0, 10), next: undefined });
  });

  test('that are deleted page by page are all deleted', async () => {
    for (const number of numbers(7)) await t.logs.send(new api.CreateLogGroupCommand({ logGroupName: number }));
    let page = await groups({ limit: 3 });
    for (;;) {
      for (const name of page.shown) await t.logs.send(new api.DeleteLogGroupCommand({ logGroupName: name }));
      if (page.next === undefined) break;
      page = await groups({ limit: 3, nextToken: page.next });
    }
    expect((await groups()).shown).toEqual([]);
  });

  test('can be asked for by name', async () => {
    await t.logs.send(new api.CreateLogGroupCommand({ logGroupName: 'b' }));
    expect((await groups({ logGroupIdentifiers: ['b', 'none'] })).shown).toEqual(['b']);
  });
});

describe('streams', () => {
  test('come 50 at a time, in both directions', async () => {
    const names = numbers(62);
    for (const name of names) await addStream(name);
    for (const descending of [false, true]) {
      const expected = descending ? names.toReversed() : names;
      const first = await streams({ descending });
      expect(first.shown).toEqual(expected.slice(0, 50));
      const second = await streams({ descending, nextToken: first.next });
      expect(second).toEqual({ shown: expected.slice(50), next: undefined });
    }
    expect((await streams({ logStreamNamePrefix: '6', limit: 1 })).next).toBeDefined();
  });

  test('are ordered by their last event, and by name where that is the same', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await addStream(name);
    await put('a', [now() - 1, 'm'], [now(), 'm']);
    await put('b', [now() - 5, 'm']);
    await put('d', [now(), 'm']);
    const order = { orderBy: 'LastEventTime', descending: true } as const;
    const first = await streams({ ...order, limit: 1 });
    const rest = await streams({ ...order, nextToken: first.next });
    expect([...first.shown, ...rest.shown]).toEqual(['d', 'a', 'b', 'c']);
    expect((await streams({ orderBy: 'LastEventTime' })).shown).toEqual(['c', 'b', 'a', 'd']);
  });

  test('that are deleted between two pages leave no gap', async () => {
    for (const name of numbers(6)) await addStream(name);
    const first = await streams({ limit: 3 });
    for (const logStreamName of first.shown) {
      await t.logs.send(new api.DeleteLogStreamCommand({ logGroupName, logStreamName }));
    }
    expect(await streams({ limit: 3, nextToken: first.next })).toEqual({ shown: ['03', '04', '05'], next: undefined });
  });
});

describe('events', () => {
  beforeEach(() => addStream('s'));

  test('are told in order of their time, whenever they come', async () => {
    await put('s', [now() - 100, '1'], [now(), '4']);
    await t.cloud.clock.advance(1);
    await put('s', [now() - 51, '2'], [now() - 1, '5']);
    await put('s', [now() - 51, '3']);
    expect((await get({ startFromHead: true })).shown).toEqual(['1', '2', '3', '4', '5']);
    expect((await filter()).shown).toEqual(['1', '2', '3', '4', '5']);
    const { logStreams } = await t.logs.send(new api.DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams![0]).toMatchObject({
      firstEventTimestamp: now() - 101,
      lastEventTimestamp: now() - 1,
      lastIngestionTime: now(),
    });
  });

  test('that come late make none appear twice', async () => {
    await put('s', [now() - 9, 'a'], [now() - 5, 'b'], [now() - 4, 'c'], [now() - 3, 'd']);
    const filtered = await filter({ limit: 2 });
    const got = await get({ startFromHead: true, limit: 2 });
    await put('s', [now() - 7, 'late'], [now() - 4, 'in time']);
    const rest = ['c', 'in time', 'd'];
    expect(await filter({ nextToken: filtered.next })).toEqual({ shown: rest, next: undefined });
    expect((await get({ startFromHead: true, nextToken: got.forward })).shown).toEqual(rest);
    expect((await get({ nextToken: got.backward })).shown).toEqual([]);
  });

  test('that expire between two pages leave no gap', async () => {
    await t.logs.send(new api.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
    await put('s', [now() - 3, 'a'], [now() - 2, 'b'], [now() - 1, 'c'], [now(), 'd']);
    const [filtered, got] = [await filter({ limit: 2 }), await get({ startFromHead: true, limit: 2 })];
    await t.cloud.clock.advance(24 * 3_600_000 - 1);
    expect((await filter({ nextToken: filtered.next })).shown).toEqual(['c', 'd']);
    expect((await get({ nextToken: got.forward })).shown).toEqual(['c', 'd']);
  });

  test('at the end of a stream the same token comes back', async () => {
    await put('s', [now(), 'a'], [now(), 'b']);
    const last = await get();
    expect(last.shown).toEqual(['a', 'b']);
    const forward = await get({ nextToken: last.forward });
    expect(forward).toMatchObject({ shown: [], forward: last.forward });
    expect((await get({ nextToken: forward.backward })).shown).toEqual(['a', 'b']);
    const backward = await get({ nextToken: last.backward });
    expect(backward).toMatchObject({ shown: [], backward: last.backward });
    expect((await get({ nextToken: backward.forward })).shown).toEqual(['a', 'b']);
    await put('s', [now(), 'c']);
    expect((await get({ nextToken: last.forward })).shown).toEqual(['c']);
  });

  test('of a stream that is empty can be waited for', async () => {
    const { forward } = await get();
    await put('s', [now(), 'a']);
    expect((await get({ nextToken: forward })).shown).toEqual(['a']);
  });

  test('fill a page of 1 MB', async () => {
    const message = (letter: string) => letter.repeat(600_000);
    for (const letter of 'abc') await put('s', [now(), message(letter)]);
    const seen: string[] = [];
    for await (const page of api.paginateFilterLogEvents({ client: t.logs }, { logGroupName })) {
      seen.push(page.events!.map((event) => event.message![0]).join(''));
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect((await get()).shown).toEqual([message('c')]);
    expect((await get({ startFromHead: true })).shown).toEqual([message('a')]);
  });

  test('are told newest first where FilterLogEvents is asked to', async () => {
    await addStream('other');
    await put('s', [now() - 4, 'a'], [now() - 2, 'c']);
    await put('other', [now() - 3, 'b'], [now() - 1, 'd']);
    const newest = { startTime: now() - 100, startFromHead: false, limit: 2 };
    const first = await filter(newest);
    const second = await filter({ ...newest, startFromHead: true, nextToken: first.next });
    expect([first.shown, second]).toEqual([['d', 'c'], { shown: ['b', 'a'], next: undefined }]);
    expect(await refusal(filter({ startFromHead: false }))).toMatchObject({ name: 'InvalidParameterException' });
  });

  test('of the very end of a range are FilterLogEvents’ alone', async () => {
    await put('s', [now() - 1, 'a'], [now(), 'b']);
    expect((await filter({ startTime: now() - 1, endTime: now() })).shown).toEqual(['a', 'b']);
    expect((await get({ startTime: now() - 1, endTime: now() })).shown).toEqual(['a']);
    expect((await filter({ endTime: Number.MAX_SAFE_INTEGER })).shown).toEqual(['a', 'b']);
  });
});

const LIMIT = (value: number, rule: string) =>
  `1 validation error detected: Value '${value}' at 'limit' failed to satisfy constraint: Member must have value ${rule}`;
test.each<[string, () => Promise<unknown>, string]>([
  ['no groups', () => groups({ limit: 0 }), LIMIT(0, 'greater than or equal to 1')],
  ['51 groups', () => groups({ limit: 51 }), LIMIT(51, 'less than or equal to 50')],
  ['51 streams', () => streams({ limit: 51 }), LIMIT(51, 'less than or equal to 50')],
  ['10,001 found events', () => filter({ limit: 10_001 }), LIMIT(10_001, 'less than or equal to 10000')],
  ['a token of nobody for groups', () => groups({ nextToken: 'x' }), 'The specified nextToken is invalid.'],
  ['a token of nobody for streams', () => streams({ nextToken: 'bnVsbA' }), 'The specified nextToken is invalid.'],
  ['a token of nobody for events', () => filter({ nextToken: '7' }), 'The specified nextToken is invalid.'],
  [
    'an order of no kind',
    () => streams({ orderBy: 'Size' as 'LogStreamName' }),
    "1 validation error detected: Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
  ],
  [
    'a prefix in the order of time',
    () => streams({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }),
    'Cannot order by LastEventTime with a logStreamNamePrefix.',
  ],
])('refuses %s', async (_, call, message) => {
  expect(await refusal(call())).toEqual({ name: 'InvalidParameterException', status: 400, message });
});

test('a token is worth nothing in another order', async () => {
  for (const name of ['a', 'b']) await addStream(name);
  const { next } = await streams({ limit: 1 });
  expect(await refusal(streams({ orderBy: 'LastEventTime', nextToken: next }))).toMatchObject({
    message: 'The specified nextToken is invalid.',
  });
});
