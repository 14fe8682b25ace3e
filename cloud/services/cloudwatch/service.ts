/** What serves CloudWatch's calls: nothing has an alarm before the first of them. */
import type { Core, Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { Alarms } from './alarms.ts';
import type { Metrics } from './metrics.ts';
import { describeAlarmHistory } from './operations/alarm-history.ts';
import {
  deleteAlarms,
  describeAlarms,
  describeAlarmsForMetric,
  putMetricAlarm,
  setAlarmState,
  switchActions,
} from './operations/alarms.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { listTags, tagResource, untagResource } from './operations/tags.ts';

/** `metrics` is what the other services publish to, by way of the core. */
export function openCloudWatch(core: Core, metrics: Metrics): Opened {
  const alarms = new Alarms(core, metrics);
  return {
    handlers: {
      PutMetricData: putMetricData(metrics),
      GetMetricStatistics: getMetricStatistics(metrics),
      GetMetricData: getMetricData(metrics),
      ListMetrics: listMetrics(metrics),
      PutMetricAlarm: putMetricAlarm(alarms),
      DescribeAlarms: describeAlarms(alarms),
      DescribeAlarmsForMetric: describeAlarmsForMetric(alarms),
      DeleteAlarms: deleteAlarms(alarms),
      SetAlarmState: setAlarmState(alarms),
      EnableAlarmActions: switchActions(alarms, true),
      DisableAlarmActions: switchActions(alarms, false),
      DescribeAlarmHistory: describeAlarmHistory(alarms),
      ListTagsForResource: listTags(alarms),
      TagResource: tagResource(alarms),
      UntagResource: untagResource(alarms),
    } as Handlers,
    reset: (accountId) => alarms.reset(accountId),
  };
}
