import { expect, test } from 'vitest';
import { type Datapoint, evaluate, evaluationRange, type MissingData } from './evaluation.ts';

/** `0 - X - -`: oldest first, as in AWS's tables; `X` breaches, `-` is missing. */
function range(text: string): (Datapoint | undefined)[] {
  const points = text
    .split(' ')
    .map((mark, time) => (mark === '-' ? undefined : { time, value: mark === 'X' ? 1 : 0, samples: 1 }));
  return points.reverse();
}

const modes: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const states = (text: string, m: number, n = 3) =>
  modes.map((missingData) =>
    evaluate(range(text), {
      evaluationPeriods: n,
      datapointsToAlarm: m,
      missingData,
      breaches: (value) => value > 0,
    }),
  );

/** The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
test.each([
  [3, '0 - X - X', 0, ['OK', 'OK', 'OK', 'OK']],
  [3, '0 - - - -', 2, ['OK', 'OK', 'OK', 'OK']],
  [3, '- - - - -', 3, ['INSUFFICIENT_DATA', 'unchanged', 'ALARM', 'OK']],
  [3, '0 X X - X', 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [3, '- - X - -', 2, ['ALARM', 'unchanged', 'ALARM', 'OK']],
  [2, '0 - X - X', 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '0 0 X 0 X', 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '0 - X - -', 1, ['OK', 'OK', 'ALARM', 'OK']],
  [2, '- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  [2, '- - - X -', 2, ['ALARM', 'unchanged', 'ALARM', 'OK']],
] as const)('M=%i of 3, %s: %i missing', (m, text, missing, expected) => {
  const seen = states(text, m);
  expect(seen.map(({ state }) => state)).toEqual(expected);
  // AWS's first row counts what the two zeros and crosses leave; all real datapoints take part.
  expect(seen[0]!.filled).toBe(Math.max(0, missing));
});

test('a first breach among missing data does not alarm until it is M datapoints old', () => {
  expect(['- - - - X', '- - - X -', '- - X - -'].map((text) => states(text, 3)[0]!.state)).toEqual([
    'OK',
    'OK',
    'ALARM',
  ]);
});

test('older datapoints of the range stand in for missing ones, and only for those', () => {
  expect(evaluationRange(3)).toBe(5);
  expect(states('X X 0 0 0', 1).map(({ state }) => state)).toEqual(['OK', 'OK', 'OK', 'OK']);
  expect(states('X X - - 0', 2).map(({ state }) => state)).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
});
