/** When alarms are evaluated, at which stretches of time, and to which state. */
import { describe, expect, test } from 'vitest';
import { advance, alarm, aws, MINUTE, measure, name, play, putAlarm, useCloud } from './testing.ts';

useCloud();

describe('evaluation', () => {
  test('happens at full minutes, on the minute that has ended', async () => {
    await putAlarm();
    await advance(10_000);
    await measure(11);
    await advance(49_999);
    expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA');
    await advance(1);
    expect((await alarm()).StateValue).toBe('ALARM');
  });

  test.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ] as const)('%s', async (ComparisonOperator, expected) => {
    await putAlarm({ ComparisonOperator });
    expect(await play(9, 10, 11)).toEqual(expected);
  });

  test('M of N: two of the last three', async () => {
    await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(await play(20, 0, 20, 0, 0)).toEqual(['OK', 'OK', 'ALARM', 'OK', 'OK']);
  });

  test('all of N where M is not given', async () => {
    await putAlarm({ EvaluationPeriods: 3 });
    expect(await play(20, 20, 20, 0)).toEqual(['OK', 'OK', 'ALARM', 'OK']);
  });

  /** The last datapoint stays within the evaluation range for two minutes more: AWS looks back further than N. */
  test.each([
    [undefined, ['ALARM', 'ALARM', 'ALARM', 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']],
    ['missing', ['ALARM', 'ALARM', 'ALARM', 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']],
    ['ignore', ['ALARM', 'ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['breaching', ['ALARM', 'ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['notBreaching', ['ALARM', 'ALARM', 'ALARM', 'OK', 'OK']],
  ])('missing data, treated as %s, after a breach', async (TreatMissingData, expected) => {
    await putAlarm({ TreatMissingData });
    expect(await play(20, undefined, undefined, undefined, undefined)).toEqual(expected);
  });

  test.each([
    ['missing', 'INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation'],
    ['ignore', 'INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation'],
    [
      'breaching',
      'ALARM',
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      'notBreaching',
      'OK',
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].',
    ],
  ])('no data at all, treated as %s', async (TreatMissingData, StateValue, StateReason) => {
    await putAlarm({ TreatMissingData, EvaluationPeriods: 2 });
    await advance(5 * MINUTE);
    expect(await alarm()).toMatchObject({ StateValue, StateReason });
  });

  test('every ten seconds where the period is 10 seconds', async () => {
    await putAlarm({ Period: 10 });
    await measure(20, { StorageResolution: 1 });
    await advance(9_999);
    expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA');
    await advance(1);
    expect((await alarm()).StateValue).toBe('ALARM');
    await advance(30_000);
    expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA');
  });

  test('on a window that slides by the minute, unless it is to follow the clock', async () => {
    const now = aws.cloud.clock.now();
    await advance(Math.ceil(now / (5 * MINUTE)) * 5 * MINUTE - now + MINUTE);
    await putAlarm({ Period: 300 });
    await putAlarm({ AlarmName: `${name}-wall`, Period: 300, EvaluationWindow: { WallClockWindow: {} } });
    await measure(20);
    await advance(3 * MINUTE);
    expect([(await alarm()).StateValue, (await alarm(`${name}-wall`)).StateValue]).toEqual([
      'ALARM',
      'INSUFFICIENT_DATA',
    ]);
    await advance(MINUTE);
    expect((await alarm(`${name}-wall`)).StateValue).toBe('ALARM');
  });

  test('once an hour where it looks back over more than a day', async () => {
    await putAlarm({ Period: 3600, EvaluationPeriods: 25, DatapointsToAlarm: 1 });
    await measure(20);
    const now = aws.cloud.clock.now();
    await advance(Math.ceil((now + 1) / (60 * MINUTE)) * 60 * MINUTE - now - 1);
    expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA');
    await advance(1);
    expect((await alarm()).StateValue).toBe('ALARM');
  });

  test('of a percentile waits for enough samples where it is told to', async () => {
    const p95 = { Statistic: undefined, ExtendedStatistic: 'p95' };
    await putAlarm(p95);
    await putAlarm({ ...p95, AlarmName: `${name}-patient`, EvaluateLowSampleCountPercentile: 'ignore' });
    expect(await play(20)).toEqual(['ALARM']);
    expect((await alarm(`${name}-patient`)).StateValue).toBe('INSUFFICIENT_DATA');
  });

  test('costs nothing while there is nothing to evaluate: a year passes at once', async () => {
    await putAlarm({ TreatMissingData: 'breaching' });
    expect(await play(1)).toEqual(['OK']);
    // Minute by minute, a year would take longer than a test may.
    await advance(365 * 86_400_000);
    expect((await alarm()).StateValue).toBe('ALARM');
    expect(await play(1)).toEqual(['OK']);
  });
});
