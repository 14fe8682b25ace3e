import { expect, test } from 'vitest';
import { daysIn, parseCron } from './cron.ts';
import { parseExpression } from './expression.ts';
import { nextFiring } from './firing.ts';
import { zoneOf } from './zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** All firings from a moment, that one included, up to another, as UTC. */
function firings(text: string, zone: string, from: string, to: string): string[] {
  const expression = parseExpression(text)!;
  const found: string[] = [];
  const options = { zone: zoneOf(zone)!, anchor: Date.parse(from) };
  for (let after = Date.parse(from) - 1; ; ) {
    const next = nextFiring(expression, after, options);
    if (next === undefined || next >= Date.parse(to)) return found;
    found.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
}

test('a year of 02:30 every day: 365 in Kolkata, 364 in New York, where one night has none', () => {
  const year = (zone: string) => firings('cron(30 2 * * ? *)', zone, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
  expect(year('Asia/Kolkata')).toHaveLength(365);
  expect(year('UTC')).toHaveLength(365);
  const newYork = year('America/New_York');
  expect(newYork).toHaveLength(364);
  expect(newYork.filter((at) => at.startsWith('2026-03-0') || at.startsWith('2026-03-1')).slice(5, 9)).toEqual([
    '2026-03-06T07:30',
    '2026-03-07T07:30',
    '2026-03-09T06:30',
    '2026-03-10T06:30',
  ]);
});

test('a wall time that comes twice fires once, the first time', () => {
  expect(firings('cron(30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-03T00:00:00Z')).toEqual([
    '2026-11-01T05:30',
    '2026-11-02T06:30',
  ]);
  // Berlin has two 02:30s, at UTC+2 and an hour later at UTC+1.
  expect(firings('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-27T00:00:00Z')).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
});

test('a schedule of every half hour rests in the repeated hour', () => {
  expect(firings('cron(0/30 * * * ? *)', 'America/New_York', '2026-11-01T05:00:00Z', '2026-11-01T08:00:00Z')).toEqual([
    '2026-11-01T05:00',
    '2026-11-01T05:30',
    '2026-11-01T07:00',
    '2026-11-01T07:30',
  ]);
});

test('zones with odd changes: half an hour on Lord Howe, a day that Apia left out', () => {
  // 02:00 to 02:30 is skipped on 4 October 2026; 01:30 to 02:00 comes twice on 5 April 2026.
  expect(firings('cron(15 2 * * ? *)', 'Australia/Lord_Howe', '2026-10-02T00:00:00Z', '2026-10-05T00:00:00Z')).toEqual([
    '2026-10-02T15:45',
    '2026-10-04T15:15',
  ]);
  expect(firings('cron(45 1 * * ? *)', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', '2026-04-06T00:00:00Z')).toEqual([
    '2026-04-04T14:45',
    '2026-04-05T15:15',
  ]);
  expect(firings('cron(0 12 * * ? *)', 'Pacific/Apia', '2011-12-29T00:00:00Z', '2011-12-31T12:00:00Z')).toEqual([
    '2011-12-29T22:00',
    '2011-12-30T22:00',
  ]);
});

test('a rate counts from its anchor, and a day is 24 hours whatever the clocks do', () => {
  expect(firings('rate(1 day)', 'America/New_York', '2026-03-07T12:00:20Z', '2026-03-10T00:00:00Z')).toEqual([
    '2026-03-07T12:00',
    '2026-03-08T12:00',
    '2026-03-09T12:00',
  ]);
  const every = parseExpression('rate(5 minutes)')!;
  const options = { zone: zoneOf('UTC')!, anchor: 1000 };
  expect([0, 999, 1000, 300_999, 301_000].map((after) => nextFiring(every, after, options))).toEqual([
    1000, 1000, 301_000, 301_000, 601_000,
  ]);
});

test('at(…) fires once, in its zone, and not at all in a skipped hour', () => {
  const at = (text: string, zone: string) => firings(text, zone, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
  expect(at('at(2026-07-01T09:00:00)', 'America/New_York')).toEqual(['2026-07-01T13:00']);
  expect(at('at(2026-03-08T02:30:00)', 'America/New_York')).toEqual([]);
  expect(at('at(2025-03-08T02:30:00)', 'UTC')).toEqual([]);
});

test('29 February, a year that is over and a day that no month has', () => {
  expect(firings('cron(0 0 29 2 ? *)', 'UTC', '2026-01-01T00:00:00Z', '2033-01-01T00:00:00Z')).toEqual([
    '2028-02-29T00:00',
    '2032-02-29T00:00',
  ]);
  expect(firings('cron(0 0 * * ? 2002-2005)', 'UTC', '2026-01-01T00:00:00Z', '2033-01-01T00:00:00Z')).toEqual([]);
  expect(firings('cron(0 0 30 2 ? *)', 'UTC', '2026-01-01T00:00:00Z', '2198-01-01T00:00:00Z')).toEqual([]);
});

test('names of zones are those of the IANA database', () => {
  for (const name of ['UTC', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Africa/Porto-Novo']) {
    expect(zoneOf(name)?.name).toBe(name);
  }
  for (const name of ['', 'Mars/Olympus', 'america/new_york', '+05:30', 'New York']) {
    expect(zoneOf(name)).toBeUndefined();
  }
});

/** Another way to the same answer: look at every minute's wall clock. */
function byMinutes(text: string, zone: string, from: number, to: number): number[] {
  const cron = parseCron(text)!;
  const seen = new Set<number>();
  const found: number[] = [];
  for (let at = from - 3 * HOUR; at < to; at += 60_000) {
    const wall = zoneOf(zone)!.wallTime(at);
    if (seen.has(wall)) continue;
    seen.add(wall);
    const clock = new Date(wall);
    const [year, month] = [clock.getUTCFullYear(), clock.getUTCMonth() + 1];
    const named =
      cron.minutes.includes(clock.getUTCMinutes()) &&
      cron.hours.includes(clock.getUTCHours()) &&
      cron.months.includes(month) &&
      cron.years.includes(year) &&
      daysIn(cron.days, year, month).includes(clock.getUTCDate());
    if (named && at >= from) found.push(at);
  }
  return found;
}

test.each([
  ['America/New_York', '2026-03-07T00:00:00Z'],
  ['America/New_York', '2026-10-31T00:00:00Z'],
  ['Europe/London', '2026-03-28T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T00:00:00Z'],
  ['America/St_Johns', '2026-10-31T00:00:00Z'],
  ['Asia/Kathmandu', '2026-12-30T00:00:00Z'],
])('agrees with a look at every minute: %s from %s', (zone, start) => {
  const from = Date.parse(start);
  const to = from + 3 * DAY;
  const options = { zone: zoneOf(zone)!, anchor: 0 };
  for (const text of [
    '0/7 * * * ? *',
    '30 2 * * ? *',
    '*/20 1-3 ? * SAT,SUN *',
    '0,59 0,23 L * ? *',
    '15 1/3 ? * 1#1 *',
    '45 * 1,31 * ? *',
    '5 2 1W JAN-DEC ? 2026-2027',
  ]) {
    const expression = parseExpression(`cron(${text})`)!;
    const found: number[] = [];
    for (let next = nextFiring(expression, from - 1, options); next !== undefined && next < to; ) {
      found.push(next);
      next = nextFiring(expression, next, options);
    }
    expect(found).toEqual(byMinutes(text, zone, from, to));
  }
});

test('the next firing is found without trying the minutes between', () => {
  const rare = parseExpression('cron(30 2 29 2 ? 2096)')!;
  const started = performance.now();
  for (let round = 0; round < 1000; round++) {
    nextFiring(rare, Date.UTC(2026, 0, 1), { zone: zoneOf('America/New_York')!, anchor: 0 });
  }
  expect(performance.now() - started).toBeLessThan(2000);
});
