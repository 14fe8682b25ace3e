import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestCloud, type TestCloud } from '../../../cloud/testing.ts';
import { drawing, events, describe as inWords, table } from './draw.ts';
import {
  advance,
  begin,
  count,
  crash,
  defaults,
  goals,
  type Parameters,
  type State,
  scenario,
  threshold,
  upload,
} from './model.ts';

/** Uploads and waits, in turn. */
function play(parameters: Parameters, ...steps: readonly (readonly [documents: number, seconds: number])[]): State {
  return steps.reduce(
    (state, [documents, seconds]) =>
      advance(documents > 0 ? upload(state, parameters, documents) : state, parameters, seconds),
    begin,
  );
}

const samples = (state: State): number[] => state.minutes.map(({ visible }) => visible);
const met = (state: State): boolean[] => goals.map((goal) => goal.met(state));

describe('the model of the pipeline', () => {
  it('comes to the same whatever the size of its steps, and to other moments with another seed', () => {
    const once = play(defaults, [150, 500]);
    let small = upload(begin, defaults, 150);
    for (let step = 0; step < 100; step++) small = advance(small, defaults, 5);
    expect(small).toEqual(once);
    expect(play({ ...defaults, seed: 6 }, [150, 5])).not.toEqual(play(defaults, [150, 5]));
  });

  it('loses no document: each is coming, waiting, in flight or done', () => {
    for (const work of [1, 4, 9]) {
      for (const limit of [30, 120, 600]) {
        for (const hidden of [10, 60, 300]) {
          const parameters = { seed: work, work, limit, hidden };
          let state = begin;
          for (const documents of [40, 0, 170, 3, 0, 220, 0, 0, 0]) {
            state = advance(upload(state, parameters, documents), parameters, 77);
            const { visible, inFlight, coming } = count(state);
            expect(visible + inFlight + coming + state.results - state.again).toBe(state.uploaded);
          }
        }
      }
    }
  });

  it('fires when the sample reaches the threshold, at the full minute, and not for one less', () => {
    const below = play(defaults, [threshold - 1, 300]);
    expect(below.fired).toBe(0);
    expect(samples(below)).toEqual([99, 99, 99, 99, 99]);
    const at = play(defaults, [threshold, 59]);
    expect(at.fired).toBe(0);
    expect(count(at).visible).toBe(threshold);
    expect(advance(at, defaults, 1).fired).toBe(1);
  });

  it('does not see what comes and goes between two samples', () => {
    const drained = play(defaults, [100, 240]);
    expect(drained).toMatchObject({ results: 100, fired: 1, alarm: 'OK' });
    // A function that was invoked for these still runs when more come: they are gone before the minute is full.
    const busy = play({ ...defaults, limit: 600 }, [300, 200], [150, 160], [0, 600]);
    expect(busy).toMatchObject({ results: 450, fired: 1 });
  });

  it('does not fire again while a backlog stays above the threshold', () => {
    const state = play(defaults, [300, 1800]);
    expect(state.results).toBe(defaults.limit);
    expect(state).toMatchObject({ fired: 1, alarm: 'ALARM', runs: [] });
    expect(count(state).visible).toBeGreaterThanOrEqual(threshold);
    expect(new Set(samples(state).slice(-20)).size).toBe(1);
    expect(play(defaults, [300, 1800], [500, 1800]).fired).toBe(1);
  });

  it('receives a message again when nobody deletes it in time', () => {
    const running = play(defaults, [120, 95]);
    expect(count(running).inFlight).toBeGreaterThan(0);
    const back = advance(crash(running), defaults, defaults.hidden);
    expect(count(back).inFlight).toBe(0);
    expect(back.twice).toBe(0);
    const second = advance(upload(advance(back, defaults, 60), defaults, 100), defaults, 300);
    expect(second.fired).toBe(2);
    expect(second.twice).toBeGreaterThan(0);
    expect(second.again).toBe(0);
  });

  it('writes a result again when two functions work on the same message', () => {
    const slow = { ...defaults, work: 10, hidden: 10, limit: 600 };
    const one = play(slow, [105, 190], [150, 600]);
    expect(one.fired).toBe(2);
    expect(one.again).toBeGreaterThan(0);
  });

  it('has goals that are not met at first, and each of which can be met', () => {
    expect(met(begin)).toEqual([false, false, false, false]);
    expect(met(play(defaults, [60, 900]))).toEqual([false, false, false, false]);
    expect(met(play(defaults, [120, 260], [40, 400]))).toEqual([true, true, false, false]);
    expect(met(play(defaults, [300, 600]))).toEqual([true, false, true, false]);
    expect(
      met(advance(upload(advance(crash(play(defaults, [120, 95])), defaults, 120), defaults, 100), defaults, 120))[3],
    ).toBe(true);
  });
});

describe('its alarm', () => {
  let aws: TestCloud;
  beforeAll(async () => {
    aws = await openTestCloud();
  });
  afterAll(() => aws.close());

  it("changes state when the cloud's does, minute by minute, and acts as often", async () => {
    const state = play({ ...defaults, limit: 60 }, [60, 100], [60, 400], [130, 300], [250, 300], [0, 600]);
    expect(state.fired).toBeGreaterThan(1);
    const { clock } = aws.cloud;
    await clock.advance(60_000 - (clock.now() % 60_000));
    const metric = { Namespace: 'book', MetricName: 'depth' };
    await aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'depth',
        ...metric,
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: threshold,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: ['arn:aws:lambda:us-east-1:000000000000:function:drain'],
      }),
    );
    for (const { visible, alarm, at } of state.minutes) {
      await aws.cloudwatch.send(
        new PutMetricDataCommand({ Namespace: 'book', MetricData: [{ MetricName: 'depth', Value: visible }] }),
      );
      await clock.advance(60_000);
      const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['depth'] }));
      expect(MetricAlarms![0]!.StateValue, `minute ${at / 60}, ${visible} visible`).toBe(alarm);
    }
    const { AlarmHistoryItems } = await aws.cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'depth', HistoryItemType: 'Action' }),
    );
    expect(AlarmHistoryItems).toHaveLength(state.fired);
  });
});

describe('its drawing, its list and its table', () => {
  it('tell the same as the words', () => {
    const state = scenario();
    expect(inWords(state)).toBe(
      '12:00: 160 documents uploaded, 40 visible in the queue, 0 in flight, 120 results written. The alarm is OK and has fired 1 time. No function runs.',
    );
    expect(drawing(state)).toContain(inWords(state));
    expect(table(state).match(/<tr>/g)).toHaveLength(state.minutes.length + 1);
    expect(table(state)).toContain('<td>40</td><td>0</td><td>OK</td><td></td><td>120</td>');
    expect(events(state)).toContain('40 documents are uploaded.');
    expect(events(begin)).toContain('Nothing has happened yet.');
  });

  it('show each of the last minutes once', () => {
    const state = play(defaults, [300, 60 * 40]);
    expect(drawing(state).match(/class="depth/g)).toHaveLength(20);
    expect(table(state).match(/<tr>/g)).toHaveLength(21);
  });
});
