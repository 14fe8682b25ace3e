import { expect, test } from 'vitest';
import { daysIn, parseCron } from './cron.ts';

/** Day fields, a month, and its days. November 2026 begins on a Sunday, August 2026 on a Saturday and ends on a Monday. */
test.each([
  ['* * ?', 2026, 2, Array.from({ length: 28 }, (_, index) => index + 1)],
  ['29-31 * ?', 2026, 2, []],
  ['29-31 * ?', 2028, 2, [29]],
  ['1/10 * ?', 2026, 4, [1, 11, 21]],
  ['L * ?', 2026, 2, [28]],
  ['L * ?', 2028, 2, [29]],
  ['L * ?', 2100, 2, [28]],
  ['LW * ?', 2026, 2, [27]],
  ['LW * ?', 2026, 8, [31]],
  ['LW * ?', 2026, 5, [29]],
  ['15W * ?', 2026, 8, [14]],
  ['16W * ?', 2026, 8, [17]],
  ['17W * ?', 2026, 8, [17]],
  ['1W * ?', 2026, 8, [3]],
  ['1W * ?', 2026, 11, [2]],
  ['31W * ?', 2026, 10, [30]],
  ['31W * ?', 2027, 1, [29]],
  ['31W * ?', 2026, 11, []],
  ['? * MON', 2026, 11, [2, 9, 16, 23, 30]],
  ['? * 1,SAT', 2026, 11, [1, 7, 8, 14, 15, 21, 22, 28, 29]],
  ['? * L', 2026, 11, [7, 14, 21, 28]],
  ['? * 6L', 2026, 11, [27]],
  ['? * MONL', 2026, 11, [30]],
  ['? * SUN#1', 2026, 11, [1]],
  ['? * 2#5', 2026, 11, [30]],
  ['? * 3#5', 2026, 11, []],
  ['? * SAT#3', 2026, 11, [21]],
])('%s in %i-%i', (fields, year, month, days) => {
  const [ofMonth, , ofWeek] = fields.split(' ');
  expect(daysIn(parseCron(`0 0 ${ofMonth} * ${ofWeek} *`)!.days, year, month)).toEqual(days);
});
