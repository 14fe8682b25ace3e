/** CreateLogGroup, DeleteLogGroup, DescribeLogGroups and the two of retention. */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import {
  DESCRIBE_LIMIT,
  enforce,
  GROUP_PREFIX,
  invalid,
  invalidToken,
  MOST_DESCRIBED,
  nameOf,
  readGroup,
  TOKEN,
} from '../input.ts';
import { authorizeAllGroups, authorizeGroup, groupArn } from '../permissions.ts';
import { RETENTIONS } from '../retention.ts';
import type { Group, LogStore } from '../store.ts';
import { addTags } from '../tags.ts';

export const groupOperations = (store: LogStore) => {
  const createLogGroup: Operation<logs.CreateLogGroupCommandInput, logs.CreateLogGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = readGroup(input);
    if (/^aws\//i.test(name)) throw invalid('Log groups starting with AWS/ are reserved for AWS.');
    authorizeGroup(call, name);
    addTags(store.createGroup(call.accountId, name, call.core.clock.now()), input.tags);
    return {};
  };
  const deleteLogGroup: Operation<logs.DeleteLogGroupCommandInput, logs.DeleteLogGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = readGroup(input);
    authorizeGroup(call, name);
    store.deleteGroup(store.group(call.accountId, name));
    return {};
  };
  const describeLogGroups: Operation<logs.DescribeLogGroupsCommandInput, logs.DescribeLogGroupsCommandOutput> = (
    input,
    call,
  ) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers, nextToken, limit } = input;
    enforce(
      new Constraints()
        .check(prefix, 'logGroupNamePrefix', GROUP_PREFIX)
        .check(pattern, 'logGroupNamePattern', { pattern: '[\\.\\-_/#A-Za-z0-9]*', length: [0, 512] })
        .check(nextToken, 'nextToken', TOKEN)
        .check(limit, 'limit', DESCRIBE_LIMIT),
    );
    if (prefix !== undefined && pattern !== undefined) {
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    authorizeAllGroups(call);
    const wanted = logGroupIdentifiers && new Set(logGroupIdentifiers.map(nameOf));
    const found = store
      .list(call.accountId)
      .filter(
        ({ name }) => name.startsWith(prefix ?? '') && name.includes(pattern ?? '') && wanted?.has(name) !== false,
      );
    const part = { token: nextToken, size: limit ?? MOST_DESCRIBED, call };
    const { items, next } = page(found, ({ name }) => [name], part, invalidToken);
    return {
      logGroups: items.map((group) => describeGroup(group, call, pattern !== undefined)),
      ...(next ? { nextToken: next } : {}),
    };
  };
  const putRetentionPolicy: Operation<logs.PutRetentionPolicyCommandInput, logs.PutRetentionPolicyCommandOutput> = (
    input,
    call,
  ) => {
    const { retentionInDays } = input;
    const oneOf = RETENTIONS.map(String);
    const name = readGroup(
      input,
      new Constraints().check(retentionInDays, 'retentionInDays', { required: true, oneOf }),
    );
    authorizeGroup(call, name);
    store.group(call.accountId, name).retentionDays = retentionInDays;
    return {};
  };
  const deleteRetentionPolicy: Operation<
    logs.DeleteRetentionPolicyCommandInput,
    logs.DeleteRetentionPolicyCommandOutput
  > = (input, call) => {
    const name = readGroup(input);
    authorizeGroup(call, name);
    store.group(call.accountId, name).retentionDays = undefined;
    return {};
  };
  return {
    CreateLogGroup: createLogGroup,
    DeleteLogGroup: deleteLogGroup,
    DescribeLogGroups: describeLogGroups,
    PutRetentionPolicy: putRetentionPolicy,
    DeleteRetentionPolicy: deleteRetentionPolicy,
  };
};

/** Found by a pattern, a group comes without what has to be looked up for each. */
const describeGroup = (group: Group, call: Call, briefly: boolean): logs.LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  arn: `${groupArn(call, group.name)}:*`,
  logGroupArn: groupArn(call, group.name),
  logGroupClass: 'STANDARD',
  metricFilterCount: 0,
  ...(briefly ? {} : { deletionProtectionEnabled: false, storedBytes: 0 }),
  ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
});
