import { expect, it } from 'vitest';
import { parseExpression } from '../../../cloud/core/schedule/expression.ts';
import { explain } from './explain.ts';
import { defaults } from './model.ts';

it.each([
  ['', 'Write cron'],
  ['0 18 * * 1-5', 'a line of crontab'],
  ['cron(0 18 * * ?)', 'Five fields are crontab'],
  ['cron(0 18 * * ? * *)', 'has six fields, and this one has 7'],
  ['cron(0 12 13 * FRI *)', 'Both fields for the day say something'],
  ['cron(0 12 * * * *)', 'Both fields for the day say something'],
  ['cron(0 12 ? * ? *)', 'Both fields for the day are ?'],
  ['cron(? 12 * * ? *)', 'Minutes take no ?'],
  ['cron(0 24 * * ? *)', 'Hours go from 0 to 23: 24 does not fit.'],
  ['cron(0 8 ? * 0 *)', 'Days of the week go from 1, which is Sunday, to 7'],
  ['cron(0 8 ? * 2/2 *)', 'Days of the week take no steps like 2/2.'],
  ['cron(0 22-2 * * ? *)', 'Hours: 22-2 runs backwards'],
  ['cron(0/0 8 * * ? *)', 'Minutes: the step in 0/0 must be from 1 to 59.'],
  ['cron(0, 8 * * ? *)', 'Minutes: there is a comma too many.'],
  ['cron(0 8 1W,15W * ? *)', 'Days of the month: L, W and # stand alone'],
  ['cron(0 eight * * ? *)', 'Hours cannot be read from eight'],
  ['cron(0 8 * * ? 2200)', 'Years go from 1970 to 2199'],
  ['cron()', 'Nothing stands in the brackets of cron.'],
  ['cron( 0 8 * * ? *)', 'a blank too many'],
  ['CRON(0 8 * * ? *)', 'no "CRON"'],
  ['cron(0 8 * * ? *', 'brackets and all'],
  ['rate(10 seconds)', 'nothing comes faster than each minute'],
  ['rate(2 weeks)', 'not in "weeks"'],
  ['rate(1.5 hours)', 'a whole number above 0, and not 1.5'],
  ['rate(0 minutes)', 'a whole number above 0, and not 0'],
  ['rate(minutes)', 'a number and a unit'],
  ['rate(10  minutes)', 'one blank'],
  ['at(2027-03-28T02:30:00Z)', 'holds no zone'],
  ['at(2027-03-28)', 'a date and a time down to the second'],
  ['at(2027-02-30T02:30:00)', 'There is no such date'],
])('%j: %s', (text, sentence) => {
  expect(parseExpression(text)).toBeUndefined();
  expect(explain(text)).toContain(sentence);
});

it('has a sentence that fits for whatever comes of one wrong key', () => {
  const base = [defaults.expression, 'cron(0/5 8-17 ? JAN,MAR 2#1 2027)', 'rate(5 minutes)', 'at(2027-06-01T09:00:00)'];
  let refused = 0;
  for (const text of base) {
    for (let at = 0; at < text.length; at++) {
      for (const key of ['', ' ', '?', '*', '9', 'L', ',', '-', '/', '(', 'x']) {
        const typed = text.slice(0, at) + key + text.slice(at + 1);
        if (parseExpression(typed)) continue;
        refused++;
        expect(explain(typed), typed).toMatch(/^[A-Z0-9a-z].{15,220}\.$/);
        expect(explain(typed), typed).not.toMatch(/undefined|NaN/);
      }
    }
  }
  expect(refused).toBeGreaterThan(500);
});
