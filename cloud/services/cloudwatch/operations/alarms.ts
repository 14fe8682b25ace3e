/**
 * Alarms: put, describe, delete, set, enable, disable.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html,
 * API_DescribeAlarms.html, API_DescribeAlarmsForMetric.html, API_DeleteAlarms.html, API_SetAlarmState.html,
 * API_EnableAlarmActions.html and API_DisableAlarmActions.html there
 */
import type {
  DeleteAlarmsCommandInput,
  DeleteAlarmsCommandOutput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput,
  EnableAlarmActionsCommandInput,
  EnableAlarmActionsCommandOutput,
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput,
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Call, Operation } from '../../../contract.ts';
import { page } from '../../../core/pages.ts';
import { type Alarms, alarmArn } from '../alarms.ts';
import { describeAlarm } from '../describe.ts';
import {
  constraint,
  invalidCombination,
  invalidFormat,
  invalidNextToken,
  missing,
  resourceNotFound,
  validation,
} from '../errors.ts';
import { authorize, readAlarmName, readDimensions } from '../input.ts';

const states: readonly string[] = ['INSUFFICIENT_DATA', 'ALARM', 'OK'];
const MOST_RECORDS = 100;

/** Throws `ValidationError`, `InvalidParameterValue`, `MissingParameter`. */
export const putMetricAlarm =
  (alarms: Alarms): Operation<PutMetricAlarmCommandInput, PutMetricAlarmCommandOutput> =>
  (input, call) => {
    authorize(call, 'PutMetricAlarm', alarmArn(call, readAlarmName(input.AlarmName)));
    alarms.put(input, call);
    return {};
  };

/** Throws `InvalidNextToken`, `ValidationError`. */
export const describeAlarms =
  (alarms: Alarms): Operation<DescribeAlarmsCommandInput, DescribeAlarmsCommandOutput> =>
  (input, call) => {
    authorize(call, 'DescribeAlarms', alarmArn(call, '*'));
    const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state, ActionPrefix: action } = input;
    const size = readMaxRecords(input.MaxRecords);
    if (names && prefix !== undefined) {
      throw invalidCombination('AlarmNames and AlarmNamePrefix must not be specified together.');
    }
    if (state !== undefined) assertState(state);
    const none = input.AlarmTypes !== undefined && !input.AlarmTypes.includes('MetricAlarm');
    // Composite alarms, whose children and parents these would be, are not built: no alarm has any.
    const related = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
    const found = alarms
      .list(call.accountId)
      .filter(() => !none && !related)
      .filter(({ configuration: of }) => !names || names.length === 0 || names.includes(of.name))
      .filter(({ configuration: of }) => prefix === undefined || of.name.startsWith(prefix))
      .filter((alarm) => state === undefined || alarm.state.value === state)
      .filter(
        ({ configuration: { actions } }) =>
          action === undefined || Object.values(actions).some((arns) => arns.some((arn) => arn.startsWith(action))),
      );
    const part = { token: input.NextToken, size, call };
    const { items, next } = page(found, ({ configuration: { name } }) => [name], part, invalidNextToken);
    return {
      CompositeAlarms: [],
      LogAlarms: [],
      MetricAlarms: items.map(describeAlarm),
      ...(next ? { NextToken: next } : {}),
    };
  };

/** Throws `MissingParameter`. */
export const describeAlarmsForMetric =
  (alarms: Alarms): Operation<DescribeAlarmsForMetricCommandInput, DescribeAlarmsForMetricCommandOutput> =>
  (input, call) => {
    authorize(call, 'DescribeAlarmsForMetric');
    if (!input.MetricName) throw missing('MetricName');
    if (!input.Namespace) throw missing('Namespace');
    const asKey = (of: readonly { Name: string; Value: string }[]) =>
      of
        .map(({ Name, Value }) => JSON.stringify([Name, Value]))
        .sort()
        .join();
    const dimensions = asKey(readDimensions(input.Dimensions));
    const stat = input.Statistic ?? input.ExtendedStatistic;
    return {
      MetricAlarms: alarms
        .list(call.accountId)
        .filter(
          ({ configuration: of }) =>
            of.metricName === input.MetricName &&
            of.namespace === input.Namespace &&
            asKey(of.dimensions) === dimensions &&
            (stat === undefined || of.stat === stat) &&
            (input.Period === undefined || of.period === input.Period) &&
            (input.Unit === undefined || of.unit === input.Unit),
        )
        .map(describeAlarm),
    };
  };

/** Deletes all of them, or none when one is not there. Throws `ResourceNotFound`. */
export const deleteAlarms =
  (alarms: Alarms): Operation<DeleteAlarmsCommandInput, DeleteAlarmsCommandOutput> =>
  (input, call) => {
    const found = named(call, input.AlarmNames, 'DeleteAlarms').map((arn) => alarms.find(arn));
    if (found.includes(undefined)) throw resourceNotFound();
    for (const alarm of found) alarms.delete(alarm!);
    return {};
  };

/** Throws `ResourceNotFound`, `ValidationError`, `InvalidFormat`. Acts like any other change of state. */
export const setAlarmState =
  (alarms: Alarms): Operation<SetAlarmStateCommandInput, SetAlarmStateCommandOutput> =>
  (input, call) => {
    const arn = alarmArn(call, readAlarmName(input.AlarmName));
    const { StateValue: value, StateReason: reason, StateReasonData: data } = input;
    authorize(call, 'SetAlarmState', arn);
    assertState(value);
    if (reason === undefined) throw constraint(undefined, 'stateReason', 'not be null');
    if (reason.length > 1023) throw constraint(reason, 'stateReason', 'have length less than or equal to 1023');
    assertReasonData(data);
    const alarm = alarms.find(arn);
    if (!alarm) throw resourceNotFound();
    alarms.setState(alarm, { value, reason, ...(data === undefined ? {} : { data }) }, call.traceId);
    return {};
  };

/** Names of alarms that are not there are passed over, as on AWS. */
export const switchActions =
  (alarms: Alarms, enabled: boolean): Operation<EnableAlarmActionsCommandInput, EnableAlarmActionsCommandOutput> =>
  (input, call) => {
    for (const arn of named(call, input.AlarmNames, enabled ? 'EnableAlarmActions' : 'DisableAlarmActions')) {
      const alarm = alarms.find(arn);
      if (alarm) alarms.enableActions(alarm, enabled);
    }
    return {};
  };

function named(call: Call, names: readonly string[] | undefined, action: string): string[] {
  if (!names) throw constraint(undefined, 'alarmNames', 'not be null');
  if (names.length > 100) throw validation('The collection AlarmNames must not have a size greater than 100.');
  const arns = names.map((name) => alarmArn(call, readAlarmName(name)));
  for (const arn of arns) authorize(call, action, arn);
  return arns;
}

function assertState(value: string | undefined): asserts value is 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' {
  if (value === undefined) throw constraint(undefined, 'stateValue', 'not be null');
  if (!states.includes(value)) throw constraint(value, 'stateValue', `satisfy enum value set: [${states.join(', ')}]`);
}

function assertReasonData(data: string | undefined): void {
  if (data === undefined) return;
  if (data.length > 4000) throw constraint(data, 'stateReasonData', 'have length less than or equal to 4000');
  try {
    JSON.parse(data);
  } catch {
    throw invalidFormat();
  }
}

export function readMaxRecords(most: number | undefined): number {
  if (most === undefined) return MOST_RECORDS;
  if (most < 1) throw constraint(most, 'maxRecords', 'have value greater than or equal to 1');
  if (most > MOST_RECORDS) throw constraint(most, 'maxRecords', `have value less than or equal to ${MOST_RECORDS}`);
  return most;
}
