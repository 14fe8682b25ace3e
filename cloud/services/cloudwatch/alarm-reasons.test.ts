/** What alarms say of their states, in text and as data. */
import { describe, expect, test } from 'vitest';
import { advance, alarm, aws, history, MINUTE, measure, play, putAlarm, useCloud } from './testing.ts';

useCloud();

describe('reasons', () => {
  const datapoint = String.raw`\d+\.0 \(\d\d/\d\d/\d\d \d\d:\d\d:00\)`;
  const list = (many: number) => `\\[${Array(many).fill(datapoint).join(', ')}\\]`;

  test.each([
    [{}, [20], `Threshold Crossed: 1 datapoint ${list(1)} was greater than the threshold \\(10\\.0\\)\\.`],
    [{}, [2], `Threshold Crossed: 1 datapoint ${list(1)} was not greater than the threshold \\(10\\.0\\)\\.`],
    [
      { EvaluationPeriods: 2, DatapointsToAlarm: 2 },
      [20, 30],
      `Threshold Crossed: 2 out of the last 2 datapoints ${list(2)} were greater than the threshold \\(10\\.0\\) \\(minimum 2 datapoints for OK -> ALARM transition\\)\\.`,
    ],
    [
      { EvaluationPeriods: 3, DatapointsToAlarm: 2 },
      [20, 30, 0, 0],
      `Threshold Crossed: 2 out of the last 3 datapoints ${list(2)} were not greater than the threshold \\(10\\.0\\) \\(minimum 2 datapoints for ALARM -> OK transition\\)\\.`,
    ],
    [
      { EvaluationPeriods: 5, DatapointsToAlarm: 5 },
      [20, 30, 40, 50, 60],
      `Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold \\(10\\.0\\)\\. The most recent datapoints which crossed the threshold: ${list(5)} \\(minimum 5 datapoints for OK -> ALARM transition\\)\\.`,
    ],
    [
      { Statistic: 'Average' as const, EvaluationPeriods: 3 },
      [20],
      `Threshold Crossed: 1 datapoint ${list(1)} was greater than the threshold \\(10\\.0\\) \\(minimum 3 datapoints for OK -> ALARM transition\\)\\.`,
    ],
    [
      { EvaluationPeriods: 3, DatapointsToAlarm: 3 },
      [20],
      `Threshold Crossed: 1 out of the last 3 datapoints ${list(1)} was greater than the threshold \\(10\\.0\\) \\(minimum 3 datapoints for OK -> ALARM transition\\)\\.`,
    ],
    [
      { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'breaching' },
      [2],
      `Threshold Crossed: 1 out of the last 3 datapoints ${list(1)} was not greater than the threshold \\(10\\.0\\) and 2 missing datapoints were treated as \\[Breaching\\] \\(minimum 2 datapoints for OK -> ALARM transition\\)\\.`,
    ],
    [{}, [20, undefined, undefined, undefined], 'Insufficient Data: 1 datapoint was unknown\\.'],
  ])('%j, %j', async (more, values, expected) => {
    await putAlarm(more);
    await play(...values);
    expect((await alarm()).StateReason).toMatch(new RegExp(`^${expected}$`));
  });

  test('come as data too', async () => {
    await putAlarm({ Statistic: 'Average', Unit: 'Seconds', Threshold: 21, TreatMissingData: 'ignore' });
    const begun = aws.cloud.clock.now();
    await measure(21, { Unit: 'Seconds' });
    await measure(22, { Unit: 'Seconds' });
    await advance(MINUTE);
    const at = (time: number) => new Date(time).toISOString().replace('Z', '+0000');
    const { StateReasonData, ...seen } = await alarm();
    const data = {
      version: '1.0',
      queryDate: at(begun + MINUTE),
      startDate: at(begun),
      unit: 'Seconds',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [21.5],
      threshold: 21,
      evaluatedDatapoints: [{ timestamp: at(begun), sampleCount: 2, value: 21.5 }],
    };
    expect(JSON.parse(StateReasonData!)).toEqual(data);
    expect(seen.StateReason).toContain('1 datapoint [21.5 (');
    const [update] = await history('StateUpdate');
    expect(update!.HistorySummary).toBe('Alarm updated from INSUFFICIENT_DATA to ALARM');
    expect(JSON.parse(update!.HistoryData!)).toEqual({
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
      newState: { stateValue: 'ALARM', stateReason: seen.StateReason, stateReasonData: data },
    });
  });
});
