/** The figure's year against the cloud's own clock: what the lab's schedules will do is what the figure shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../cloud/core/schedule/expression.ts';
import { nextFiring } from '../../../cloud/core/schedule/firing.ts';
import { zoneOf } from '../../../cloud/core/schedule/zone.ts';
import { changes, drawing, firings, ranges, table } from './draw.ts';
import { type Choice, day, dayOf, defaults, firingsFrom, goals, summary, year, yearOf, zones } from './model.ts';
import { dayText, gapText, describe as inWords } from './words.ts';

/** Firings on each day of the year, by asking the cloud for one after the other. */
function byFiring({ expression, zone: name }: Choice): number[] {
  const zone = zoneOf(name)!;
  const parsed = parseExpression(expression)!;
  const days = Array.from({ length: 365 }, () => 0);
  for (let after = Date.UTC(year, 0, 1) - 1 - day; ; ) {
    const next = nextFiring(parsed, after, { zone, anchor: Date.UTC(year, 0, 1) });
    if (next === undefined || dayOf(zone.wallTime(next)) >= days.length) return days;
    const index = dayOf(zone.wallTime(next));
    if (index >= 0) days[index]!++;
    after = next;
  }
}

const expressions = [
  defaults.expression,
  'cron(30 2 * * ? *)',
  'cron(0/30 1-3 ? MAR,APR,SEP-NOV SUN *)',
  'cron(15 */7 L * ? *)',
  'cron(0 0 29 2 ? *)',
  'cron(5 2 ? 1,7 FRI#2 2026-2028)',
  'rate(7 hours)',
  'rate(1 day)',
  'at(2027-03-28T02:30:00)',
  'at(2027-10-31T02:30:00)',
  'at(2026-10-31T02:30:00)',
];

describe('the model of a schedule', () => {
  it.each(zones)('counts on each day of the year what the cloud fires: %s', (zone) => {
    for (const expression of expressions)
      expect(yearOf({ expression, zone })!.days, expression).toEqual(byFiring({ expression, zone }));
  });

  it('lists firings as the cloud has them, in order, around a change of the clock', () => {
    const result = yearOf({ expression: 'cron(30 2 * * ? *)', zone: 'Europe/Berlin' })!;
    const found = firingsFrom(result, dayOf(Date.UTC(year, 2, 27)), 3);
    expect(found.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
      '2027-03-30T00:30:00.000Z',
    ]);
    expect(found.map(({ gap }) => gap && gapText(gap))).toEqual([undefined, '1 d 23 h', '1 d']);
    expect(firingsFrom(yearOf({ expression: 'at(2027-01-02T00:00:00)', zone: 'UTC' })!, 0, 6)).toHaveLength(1);
  });

  it('knows each change of the clock, and the times that it takes or gives', () => {
    const changesOf = (expression: string, zone: string) =>
      yearOf({ expression, zone })!.changes.map(({ kind, from, to, times }) => [
        kind,
        new Date(from).toISOString().slice(5, 16),
        new Date(to).toISOString().slice(5, 16),
        times.length,
      ]);
    expect(changesOf('cron(0/20 * * * ? *)', 'Europe/Berlin')).toEqual([
      ['skipped', '03-28T02:00', '03-28T03:00', 3],
      ['twice', '10-31T02:00', '10-31T03:00', 3],
    ]);
    expect(changesOf('cron(0/20 * * * ? *)', 'Australia/Lord_Howe')).toEqual([
      ['twice', '04-04T01:30', '04-04T02:00', 1],
      ['skipped', '10-03T02:00', '10-03T02:30', 2],
    ]);
    expect(changesOf('rate(20 minutes)', 'America/New_York').map((change) => change[3])).toEqual([0, 0]);
    expect(changesOf('cron(30 2 * * ? *)', 'Asia/Kolkata')).toEqual([]);
  });

  it('has goals that are not met at first, and each of which can be met', () => {
    const met = (expression: string, zone: string) => goals.map((goal) => goal.met(yearOf({ expression, zone })!));
    expect(met(defaults.expression, defaults.zone)).toEqual([false, false, false, false]);
    expect(met('cron(0 9 L * ? *)', 'UTC')).toEqual([true, false, false, false]);
    expect(met('cron(0 9 31 * ? *)', 'UTC')[0]).toBe(false);
    expect(met('cron(0 9 28-31 * ? *)', 'UTC')[0]).toBe(false);
    expect(met('cron(30 2 * * ? *)', 'Europe/Berlin')).toEqual([false, true, false, false]);
    expect(met('cron(30 1 * * ? *)', 'America/New_York')).toEqual([false, false, true, false]);
    expect(met('cron(*/40 * * * ? *)', 'UTC')).toEqual([false, false, false, false]);
    expect(met('rate(40 minutes)', 'UTC')).toEqual([false, false, false, true]);
  });

  it('answers nothing for what AWS refuses', () => {
    expect(yearOf({ ...defaults, expression: '0 18 * * 1-5' })).toBeUndefined();
    expect(yearOf({ ...defaults, zone: 'Mars/Olympus' })).toBeUndefined();
  });
});

describe('its words, drawing and tables', () => {
  it('say what happens to the time that is not there and to the one that comes twice', () => {
    const said = inWords(yearOf({ expression: 'cron(30 2 * * ? *)', zone: 'Europe/Berlin' })!);
    expect(said).toContain('Firings in 2027: 364, on 364 of 365 days.');
    expect(said).toContain(
      '28 March: the clock jumps from 02:00 to 03:00. There is no 02:30, and nothing fires for it.',
    );
    expect(said).toContain('It fires at the first 02:30, not at the second.');
    expect(inWords(yearOf({ expression: 'rate(1 day)', zone: 'Asia/Kolkata' })!)).toContain(
      'Clocks there do not change.',
    );
  });

  it('say which way a firing moves: a cron in UTC, a rate on the wall', () => {
    const berlin = (expression: string) => changes(yearOf({ expression, zone: 'Europe/Berlin' })!);
    expect(berlin('cron(0 18 * * ? *)')).toMatch(/earlier in UTC.*later in UTC/);
    expect(berlin('rate(1 day)')).toMatch(/later on the wall.*earlier on the wall/);
  });

  it('show each day of the year once, and mark those whose time is taken or comes twice', () => {
    const drawn = (expression: string, zone: string) => drawing(yearOf({ expression, zone })!, 0);
    const plain = drawn('cron(30 2 ? * MON *)', 'UTC');
    expect(plain.match(/v12(?=M|")/g)!.length).toBe(52);
    expect(plain.match(/v2(?=M|")/g)!.length).toBe(365 - 52);
    expect(plain).not.toContain('class="mark"');
    expect(drawn('cron(30 2 * * ? *)', 'Europe/Berlin').match(/class="mark"/g)).toHaveLength(2);
  });

  it('list the months with their days, and firings with what passed between', () => {
    const result = yearOf(defaults)!;
    expect(table(result)).toContain('<th scope="row">Mar</th><td>1–5, 8–12, 15–19, 22–26, 29–31</td><td>23</td>');
    expect(firings(result, 84)).toContain('<td>Mon 29 Mar 18:00</td><td>29 Mar 16:00</td><td>2 d 23 h</td>');
    expect(firings(yearOf({ expression: 'cron(0 0 1 1 ? *)', zone: 'UTC' })!, 300)).toContain('1 Jan 2028 00:00');
    expect(ranges([0, 0])).toBe('none');
    expect(summary(yearOf({ expression: 'cron(0 0 30 2 ? *)', zone: 'UTC' })!)).toBe(
      'Firings in 2027: 0, on 0 of 365 days.',
    );
    expect(dayText(0)).toBe('1 January');
  });
});

it('takes from the cloud arithmetic alone: nothing that a browser does not have', () => {
  const folder = new URL('../../../cloud/core/schedule/', import.meta.url);
  const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
  expect(files).toContain('cron.ts');
  for (const file of files) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    for (const [, from] of source.matchAll(/^import (?!type ).* from '([^']+)'/gm)) expect(from, file).toMatch(/^\.\//);
    expect(source, file).not.toMatch(/\b(process|Buffer|require)\b/);
  }
});
