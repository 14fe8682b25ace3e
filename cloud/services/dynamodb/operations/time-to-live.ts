/**
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
 */
import type {
  DescribeTimeToLiveCommandInput,
  DescribeTimeToLiveCommandOutput,
  UpdateTimeToLiveCommandInput,
  UpdateTimeToLiveCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { tableOf } from '../access.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import type { Tables } from '../tables.ts';
import { CHANGE_INTERVAL, statusOf } from '../time-to-live.ts';

export const updateTimeToLive =
  (tables: Tables): Operation<UpdateTimeToLiveCommandInput, UpdateTimeToLiveCommandOutput> =>
  (input, call) => {
    const { TableName, TimeToLiveSpecification: wanted } = input;
    const constraints = new Constraints().tableName(TableName).required('timeToLiveSpecification', wanted);
    if (wanted) {
      const at = 'timeToLiveSpecification.attributeName';
      constraints.required(at, wanted.AttributeName).length(at, wanted.AttributeName, 1, 255);
      constraints.required('timeToLiveSpecification.enabled', wanted.Enabled);
    }
    constraints.check();
    const { AttributeName, Enabled } = wanted!;
    const table = tableOf(tables, call, TableName!);
    const { timeToLive: before } = table;
    if ((before?.enabled ?? false) === Enabled) {
      if (before?.enabled && before.attribute !== AttributeName) throw activeElsewhere(before.attribute);
      throw validation(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    }
    if (before?.enabled && before.attribute !== AttributeName) throw activeElsewhere(before.attribute);
    if (before && tables.now < before.changedAt + CHANGE_INTERVAL) {
      throw validation('Time to live has been modified multiple times within a fixed interval');
    }
    table.timeToLive = { attribute: AttributeName!, enabled: Enabled!, changedAt: tables.now };
    tables.watchAll(table, call.traceId);
    return { TimeToLiveSpecification: { AttributeName, Enabled } };
  };

const activeElsewhere = (attribute: string) =>
  validation(`TimeToLive is active on a different AttributeName: current AttributeName is ${attribute}`);

export const describeTimeToLive =
  (tables: Tables): Operation<DescribeTimeToLiveCommandInput, DescribeTimeToLiveCommandOutput> =>
  (input, call) => {
    new Constraints().tableName(input.TableName).check();
    const { timeToLive } = tableOf(tables, call, input.TableName!);
    const status = statusOf(timeToLive, tables.now);
    return {
      TimeToLiveDescription: {
        TimeToLiveStatus: status,
        ...(timeToLive && status !== 'DISABLED' ? { AttributeName: timeToLive.attribute } : {}),
      },
    };
  };
