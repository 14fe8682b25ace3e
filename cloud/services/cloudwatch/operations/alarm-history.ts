/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
import type { DescribeAlarmHistoryCommandInput, DescribeAlarmHistoryCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../contract.ts';
import { page } from '../../../core/pages.ts';
import { type Alarms, alarmArn } from '../alarms.ts';
import { constraint, invalidNextToken } from '../errors.ts';
import { authorize } from '../input.ts';
import { readMaxRecords } from './alarms.ts';

const types: readonly string[] = ['Action', 'StateUpdate', 'ConfigurationUpdate'];

/** Newest first unless told. Throws `InvalidNextToken`, `ValidationError`. */
export const describeAlarmHistory =
  (alarms: Alarms): Operation<DescribeAlarmHistoryCommandInput, DescribeAlarmHistoryCommandOutput> =>
  (input, call) => {
    const { AlarmName: name, HistoryItemType: type, StartDate: start, EndDate: end } = input;
    authorize(call, 'DescribeAlarmHistory', alarmArn(call, name ?? '*'));
    if (type !== undefined && !types.includes(type)) {
      throw constraint(type, 'historyItemType', `satisfy enum value set: [${types.join(', ')}]`);
    }
    const found = alarms.history
      .of(call.accountId, call.core.clock.now())
      .filter(() => input.AlarmTypes === undefined || input.AlarmTypes.includes('MetricAlarm'))
      .filter((item) => name === undefined || item.alarmName === name)
      .filter((item) => type === undefined || item.type === type)
      .filter(({ time }) => (!start || time >= start.getTime()) && (!end || time <= end.getTime()));
    const direction = input.ScanBy === 'TimestampAscending' ? 1 : -1;
    const part = { token: input.NextToken, size: readMaxRecords(input.MaxRecords), call };
    const { items, next } = page(found, ({ serial }) => [direction * serial], part, invalidNextToken);
    return {
      AlarmHistoryItems: items.map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: 'MetricAlarm' as const,
        Timestamp: new Date(item.time),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      ...(next ? { NextToken: next } : {}),
    };
  };
