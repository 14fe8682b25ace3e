import { expect, test } from 'vitest';
import { type Line, linesOf, meetingsOf, moment, runsOf } from './calendar.ts';

const plan = (...lines: unknown[]) => linesOf(lines) as readonly Line[];
const chat = (release: string) => ({ deploy: 'chat', release });
const feed = (release: string) => ({ deploy: 'feed', release });
const wait = (length: string) => ({ wait: length });

/** `before→after@3`: what is written by the one may be read by the other from that hour on. */
const met = (lines: readonly Line[]): string[] =>
  meetingsOf(runsOf(lines)).map(({ written, read, at }) => `${written.release}→${read.release}@${at}`);

test('lines are read, and the first that is none is told', () => {
  expect(plan(chat('both'), wait('1 day'), wait('12 hours'), wait('1.5 days'))).toEqual([
    { deploy: 'chat', release: 'both' },
    { wait: 24 },
    { wait: 12 },
    { wait: 36 },
  ]);
  expect(linesOf({})).toBe('it is no list, but {}');
  expect(linesOf([chat('both'), feed('next')])).toBe('line 2 is {"deploy":"feed","release":"next"}');
  for (const line of [null, 'wait', { deploy: 'web', release: 'both' }, wait('4'), wait('4 weeks'), wait('-1 days')]) {
    expect(linesOf([line]), JSON.stringify(line)).toBe(`line 1 is ${JSON.stringify(line)}`);
  }
});

test('while a service is deployed, both of its releases run', () => {
  expect(runsOf(plan(chat('both'), wait('2 hours'), chat('after')))).toEqual({
    feed: [{ release: 'before', from: 0, to: Number.POSITIVE_INFINITY }],
    chat: [
      { release: 'before', from: 0, to: 1 },
      { release: 'both', from: 0, to: 4 },
      { release: 'after', from: 3, to: Number.POSITIVE_INFINITY },
    ],
  });
});

test('a reader meets what was sent up to fourteen days ago, and not what is older', () => {
  const plain = [feed('both'), chat('after')];
  expect(met(plan(...plain))).toContain('before→after@1');
  expect(met(plan(plain[0], wait('335 hours'), plain[1]))).toContain('before→after@336');
  expect(met(plan(plain[0], wait('14 days'), plain[1])).join()).not.toContain('before→after');
});

test('a reader that is gone meets nothing of what is written afterwards', () => {
  expect(met(plan(chat('both'), feed('after'))).join()).not.toContain('after→before');
  expect(met(plan(feed('after'), chat('both')))).toContain('after→before@0');
});

test('hours are told as days and times', () => {
  expect([0, 26, 337.5].map(moment)).toEqual(['day 0 at 00:00', 'day 1 at 02:00', 'day 14 at 01:30']);
});
