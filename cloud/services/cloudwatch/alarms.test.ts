import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

const MINUTE = 60_000;
let aws: TestCloud;
let name: string;
let alarms = 0;

beforeAll(async () => {
  aws = await openTestCloud();
});
afterAll(() => aws.close());
beforeEach(async () => {
  name = `alarm-${++alarms}`;
  await toFullMinute();
});

const advance = (ms: number) => aws.cloud.clock.advance(ms);
async function toFullMinute(): Promise<void> {
  const now = aws.cloud.clock.now();
  await advance(Math.ceil(now / MINUTE) * MINUTE - now);
}
const putAlarm = (more: Partial<PutMetricAlarmCommandInput> = {}) =>
  aws.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'tests',
      MetricName: name,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    }),
  );
const measure = (Value: number, more: object = {}) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'tests', MetricData: [{ MetricName: name, Value, ...more }] }),
  );
/** Puts one value per minute (nothing for `undefined`), and answers the states that follow. */
async function play(...values: (number | undefined)[]): Promise<string[]> {
  const seen: string[] = [];
  for (const value of values) {
    if (value !== undefined) await measure(value);
    await advance(MINUTE);
    seen.push((await alarm()).StateValue!);
  }
  return seen;
}
const alarm = async (of = name) =>
  (await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [of] }))).MetricAlarms![0]!;
const history = async (HistoryItemType?: 'Action' | 'StateUpdate' | 'ConfigurationUpdate') =>
  (await aws.cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: name, HistoryItemType }))).AlarmHistoryItems!;
const setState = (StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', more: object = {}) =>
  aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: 'testing alarm', ...more }));

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

describe('actions', () => {
  let arn: string;

  beforeAll(async () => {
    await aws.deploy('listener', 'exports.handler = async () => {};');
    arn = `arn:aws:lambda:us-east-1:${aws.accountId}:function:listener`;
  });
  const permit = (StatementId: string, SourceArn?: string) =>
    aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'listener',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
        SourceAccount: aws.accountId,
        ...(SourceArn ? { SourceArn } : {}),
      }),
    );
  const invoked = () =>
    aws.cloud.core.trace.entries(aws.accountId).filter(({ operation, resource, cause }) => {
      const action = aws.cloud.core.trace.entries().find(({ id }) => id === cause);
      return operation === 'Invocation' && resource === arn && action?.detail?.alarm === name;
    });

  test('without permission fail, and the history says so', async () => {
    await putAlarm({ AlarmActions: [arn] });
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    const [action] = await history('Action');
    expect(action!.HistorySummary).toBe(
      `Failed to execute action ${arn}. Received error: "CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action"`,
    );
    expect(JSON.parse(action!.HistoryData!)).toMatchObject({ actionState: 'Failed', notificationResource: arn });
    const hop = aws.cloud.core.trace
      .entries(aws.accountId)
      .find(({ operation, detail }) => operation === 'AlarmAction' && detail?.alarm === name);
    expect(hop).toMatchObject({ service: 'monitoring', resource: arn, error: 'AccessDeniedException' });
  });

  test('run when the state changes, each for its state, and only then', async () => {
    await permit('any');
    await putAlarm({ AlarmActions: [arn], OKActions: [arn], InsufficientDataActions: [arn], EvaluationPeriods: 1 });
    expect(await play(20, 20, 20)).toEqual(['ALARM', 'ALARM', 'ALARM']);
    expect(invoked()).toHaveLength(1);
    expect(await play(0, 0)).toEqual(['OK', 'OK']);
    expect(invoked()).toHaveLength(2);
    await advance(10 * MINUTE);
    expect(invoked()).toHaveLength(3);
    expect((await history('Action')).map(({ HistorySummary }) => HistorySummary)).toEqual(
      Array(3).fill(`Successfully executed action ${arn}`),
    );
  });

  test('do not run while they are disabled, and what was missed is not made up for', async () => {
    await putAlarm({ AlarmActions: [arn] });
    await aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [name] }));
    expect((await alarm()).ActionsEnabled).toBe(false);
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    await aws.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames: [name, 'no-such-alarm'] }));
    expect(await play(20)).toEqual(['ALARM']);
    expect(invoked()).toEqual([]);
    expect(await play(0, 20)).toEqual(['OK', 'ALARM']);
    expect(invoked()).toHaveLength(1);
  });

  test('run for a state set by hand, which the next evaluation sets back', async () => {
    await putAlarm({ AlarmActions: [arn], AlarmDescription: 'testing lambda alarm action' });
    expect(await play(0)).toEqual(['OK']);
    await setState('ALARM', { StateReason: 'first' });
    await setState('ALARM');
    await advance(0);
    expect(invoked()).toHaveLength(1);
    expect((await history('StateUpdate')).length).toBe(2);
    expect(await alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'testing alarm' });
    expect(await play(0)).toEqual(['OK']);
    expect(invoked()).toHaveLength(1);
  });

  test('to where this cloud cannot deliver fail, and say so', async () => {
    const topic = `arn:aws:nowhere:us-east-1:${aws.accountId}:topic`;
    await putAlarm({ AlarmActions: [topic] });
    await play(20);
    const [action] = await history('Action');
    expect(action!.HistorySummary).toMatch(/^Failed to execute action arn:aws:nowhere:.* Received error: ".*nowhere/);
  });
});

describe('the alarm itself', () => {
  test('is described as it was put', async () => {
    const given = {
      AlarmDescription: '<',
      OKActions: ['arn:aws:sns:us-east-1:111122223333:ok'],
      AlarmActions: ['arn:aws:sns:us-east-1:111122223333:alarm'],
      Dimensions: [{ Name: 'InstanceId', Value: 'abc' }],
      Unit: 'Seconds' as const,
      TreatMissingData: 'ignore',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    };
    await putAlarm(given);
    const now = new Date(aws.cloud.clock.now());
    const expected = {
      ...given,
      AlarmName: name,
      AlarmArn: `arn:aws:cloudwatch:us-east-1:${aws.accountId}:alarm:${name}`,
      ActionsEnabled: true,
      InsufficientDataActions: [],
      MetricName: name,
      Namespace: 'tests',
      Statistic: 'Sum',
      Period: 60,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      AlarmConfigurationUpdatedTimestamp: now,
      StateUpdatedTimestamp: now,
      StateTransitionedTimestamp: now,
    };
    expect(await alarm()).toEqual(expected);
    const { MetricAlarms } = await aws.cloudwatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'tests', MetricName: name, Dimensions: given.Dimensions }),
    );
    expect(MetricAlarms).toEqual([expected]);
    const none = await aws.cloudwatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'tests', MetricName: name }),
    );
    expect(none.MetricAlarms).toEqual([]);
  });

  test('keeps its state when it is put anew, and follows the new configuration', async () => {
    await putAlarm();
    await play(20);
    await putAlarm({ Threshold: 30 });
    expect((await alarm()).StateValue).toBe('ALARM');
    expect(await play(20)).toEqual(['OK']);
    expect((await history('ConfigurationUpdate')).map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Alarm "${name}" updated`,
      `Alarm "${name}" created`,
    ]);
  });

  test('is found by prefix, state and action, page by page', async () => {
    for (const one of ['a', 'b', 'c']) await putAlarm({ AlarmName: `${name}-${one}` });
    const find = async (more: object) => {
      const { MetricAlarms, NextToken } = await aws.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `${name}-`, ...more }),
      );
      return { names: MetricAlarms!.map(({ AlarmName }) => AlarmName!.at(-1)), NextToken };
    };
    const first = await find({ MaxRecords: 2 });
    expect(first.names).toEqual(['a', 'b']);
    expect((await find({ MaxRecords: 2, NextToken: first.NextToken })).names).toEqual(['c']);
    expect((await find({ StateValue: 'OK' })).names).toEqual([]);
    expect((await find({ ActionPrefix: 'arn:' })).names).toEqual([]);
    expect((await find({ AlarmTypes: ['CompositeAlarm'] })).names).toEqual([]);
  });

  test('is gone when it is deleted, and its history stays', async () => {
    await putAlarm({ TreatMissingData: 'breaching' });
    await aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    await advance(2 * MINUTE);
    expect(await alarm()).toBeUndefined();
    expect((await history()).map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Alarm "${name}" deleted`,
      `Alarm "${name}" created`,
    ]);
  });

  test('has tags', async () => {
    await putAlarm({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceARN = (await alarm()).AlarmArn;
    await aws.cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await aws.cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  test('is forgotten with its account', async () => {
    const other = '999988887777';
    const mine = () => aws.as(aws.cloud.identity.rootCredentials(other)).cloudwatch;
    const list = async () => {
      const { MetricAlarms } = await mine().send(new DescribeAlarmsCommand({}));
      const { AlarmHistoryItems } = await mine().send(new DescribeAlarmHistoryCommand({}));
      return [MetricAlarms!.length, AlarmHistoryItems!.length];
    };
    await putAlarm();
    await mine().send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'tests',
        MetricName: name,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    expect(await list()).toEqual([1, 1]);
    await aws.cloud.reset(other);
    expect(await list()).toEqual([0, 0]);
    expect(await alarm()).toMatchObject({ AlarmName: name });
  });
});

const refusals: [string, () => Promise<unknown>, string, number, string | RegExp][] = [
  [
    'an unknown state',
    () => setState('INVALID' as never),
    'ValidationException',
    400,
    "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
  ],
  ['the state of no alarm', () => setState('OK'), 'ResourceNotFound', 404, ''],
  [
    'to delete what is not there',
    () => aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })),
    'ResourceNotFound',
    404,
    '',
  ],
  [
    'the tags of no alarm',
    () =>
      aws.cloudwatch.send(
        new ListTagsForResourceCommand({ ResourceARN: `arn:aws:cloudwatch:us-east-1:${aws.accountId}:alarm:none` }),
      ),
    'ResourceNotFound',
    404,
    '',
  ],
  ['no name', () => putAlarm({ AlarmName: undefined }), 'ValidationException', 400, /'alarmName'/],
  ['no periods', () => putAlarm({ EvaluationPeriods: undefined }), 'ValidationException', 400, /'evaluationPeriods'/],
  ['more M than N', () => putAlarm({ DatapointsToAlarm: 2 }), 'ValidationException', 400, /DatapointsToAlarm/],
  ['an odd period', () => putAlarm({ Period: 45 }), 'ValidationException', 400, /multiple of 60/],
  [
    'more than a day of minutes',
    () => putAlarm({ EvaluationPeriods: 1441 }),
    'ValidationException',
    400,
    'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
  ],
  ['no threshold', () => putAlarm({ Threshold: undefined }), 'MissingRequiredParameterException', 400, /Threshold/],
  ['no metric', () => putAlarm({ MetricName: undefined }), 'MissingRequiredParameterException', 400, /MetricName/],
  ['no statistic', () => putAlarm({ Statistic: undefined }), 'MissingRequiredParameterException', 400, /Statistic/],
  ['a wrong operator', () => putAlarm({ ComparisonOperator: 'Is' as never }), 'ValidationException', 400, /enum/],
  ['a wrong mode', () => putAlarm({ TreatMissingData: 'maybe' }), 'ValidationException', 400, /TreatMissingData/],
  [
    'an action that is no ARN',
    () => putAlarm({ AlarmActions: ['x'] }),
    'ValidationException',
    400,
    /Invalid arn syntax: x/,
  ],
  [
    'six actions',
    () => putAlarm({ AlarmActions: Array(6).fill('arn:aws:sns:us-east-1:111122223333:t') }),
    'InvalidParameterValueException',
    400,
    'The collection AlarmActions must not have a size greater than 5.',
  ],
  [
    'an alarm on math',
    () => putAlarm({ Metrics: [{ Id: 'a', Expression: 'b' }] }),
    'NotImplemented',
    501,
    /metric math/,
  ],
  [
    'names and a prefix',
    () => aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['a'], AlarmNamePrefix: 'a' })),
    'InvalidParameterCombinationException',
    400,
    /AlarmNamePrefix/,
  ],
];

test.each(refusals)('refuses %s', async (_, call, code, status, message) => {
  const seen = await refusal(call());
  expect(seen).toMatchObject({ name: code, status });
  if (message !== '') expect(seen.message).toMatch(message);
});
