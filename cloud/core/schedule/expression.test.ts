import { expect, test } from 'vitest';
import { parseExpression, parseRuleExpression } from './expression.ts';

/** Refused, most of them by AWS itself on record. */
const REFUSED = [
  'cron(0 1 * * * *)',
  'cron(7 20 * * NOT *)',
  'cron(INVALID)',
  'cron(0 dummy ? * MON-FRI *)',
  'cron(71 8 1 * ? *)',
  'cron()',
  'cron(0 8 ? * ? *)',
  'cron(0 8 * * ?)',
  'cron(0 8 * * ? * *)',
  'cron(? 8 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 8 0 * ? *)',
  'cron(0 8 32 * ? *)',
  'cron(0 8 32W * ? *)',
  'cron(0 8 1W,15W * ? *)',
  'cron(0 8 L,5 * ? *)',
  'cron(0 8 * 13 ? *)',
  'cron(0 8 ? * 8 *)',
  'cron(0 8 ? * 0 *)',
  'cron(0 8 ? * SAT#6 *)',
  'cron(0 8 ? * SAT#0 *)',
  'cron(0 8 ? * 2#1,4#2 *)',
  'cron(0 8 ? * 2/2 *)',
  'cron(0 22-2 * * ? *)',
  'cron(0/0 8 * * ? *)',
  'cron(0/60 8 * * ? *)',
  'cron(*-5 8 * * ? *)',
  'cron(0, 8 * * ? *)',
  'cron(0 8 * * ? 1969)',
  'cron(0 8 * * ? 2200)',
  'cron( 0 8 * * ? *)',
  'cron(0 8 * * ? * )',
  'rate(10 seconds)',
  'rate(10 years)',
  'rate()',
  'rate(10)',
  'rate(10 minutess)',
  'rate(foo minutes)',
  'rate(-10 minutes)',
  'rate(1.5 hours)',
  'rate(0 minutes)',
  'rate( 10 minutes )',
  ' rate(10 minutes)',
  'rate(10 minutes) ',
  'rate(10  minutes)',
  'RATE(10 minutes)',
  'at(2021-12-31T23:59:59Z)',
  'at(2021-12-31)',
  'at(2021-02-30T00:00:00)',
  'at(2021-12-31T24:00:00)',
  '* * * * *',
  '',
];

test.each(REFUSED)('%j is no schedule', (text) => {
  expect(parseExpression(text)).toBeUndefined();
});

test.each([
  'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
  'cron(30-30 13-13 ? * 2,4,6 *)',
  'cron(1-31/30 1-1 ? * 1,7 *)',
  'cron(0-59/10 0-23/2 ? * * *)',
  'cron(*/15 * * * ? *)',
  'cron(0 2 ? * SAT#3 *)',
  'cron(15 10 ? * 6L 2002-2005)',
  'cron(0/5 5 ? JAN 1-5 2022)',
  'cron(0 8 LW * ? *)',
  'cron(0 8 3W jan-mar ? 2026/2)',
])('%s is one', (text) => {
  expect(parseExpression(text)?.kind).toBe('cron');
  expect(parseRuleExpression(text)?.kind).toBe('cron');
});

test('rates are read in minutes, hours and days', () => {
  expect(['rate(5 minutes)', 'rate(1 hour)', 'rate(2 days)'].map(parseExpression)).toEqual([
    { kind: 'rate', every: 300_000 },
    { kind: 'rate', every: 3_600_000 },
    { kind: 'rate', every: 2 * 86_400_000 },
  ]);
});

test('rules want the singular for one, the plural for more, and no at(…); schedules do not mind', () => {
  for (const text of ['rate(1 minutes)', 'rate(5 minute)', 'at(2027-01-01T00:00:00)']) {
    expect(parseRuleExpression(text)).toBeUndefined();
    expect(parseExpression(text)).toBeDefined();
  }
  for (const text of ['rate(1 minute)', 'rate(5 minutes)', 'rate(10 hours)', 'rate(1 day)']) {
    expect(parseRuleExpression(text)).toBeDefined();
  }
});

test('lists, ranges, steps and names become sorted values', () => {
  const expression = parseExpression('cron(30,0-10/5 8/6 ? NOV,JAN-MAR fri,MON-TUE 2026/50)');
  expect(expression).toEqual({
    kind: 'cron',
    cron: {
      minutes: [0, 5, 10, 30],
      hours: [8, 14, 20],
      months: [1, 2, 3, 11],
      years: [2026, 2076, 2126, 2176],
      days: { kind: 'weekdays', weekdays: [2, 3, 6] },
    },
  });
});
