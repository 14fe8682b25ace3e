/**
 * What serves the calls of CloudWatch Logs.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Call, type Handlers, type Operation } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { compilePattern } from './pattern.ts';
import { RETENTIONS } from './retention.ts';
import type { Group, LogEvent, LogStore, Stream } from './store.ts';
import { addTags, tagOperations } from './tags.ts';

const LONGEST_NAME = 512;
const MOST_EVENTS = 10_000;
const HOUR = 3_600_000;

const groupArn = (call: Call, name: string): string =>
  `arn:aws:logs:${call.region}:${call.accountId}:log-group:${name}`;

function authorize(call: Call, group: string): void {
  const resource = `${groupArn(call, group)}:*`;
  call.core.identity.authorize({ principal: call.principal, action: `logs:${call.operation}`, resource });
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message, 400);

/** The form of what AWS checks before an operation sees its input. */
const constraint = (value: unknown, member: string, rule: string): AwsError =>
  invalid(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

function required(value: string | undefined, member: string): string {
  if (!value) throw constraint(undefined, member, 'not be null');
  if (value.length > LONGEST_NAME) {
    throw invalid(`Invalid LogGroup or LogStream, both must have length less than or equal to ${LONGEST_NAME}.`);
  }
  return value;
}

/** How many events an answer may hold. */
function readLimit(limit: number | undefined): number {
  if (limit === undefined) return MOST_EVENTS;
  if (limit < 1) throw constraint(limit, 'limit', 'have value greater than or equal to 1');
  if (limit > MOST_EVENTS) throw constraint(limit, 'limit', `have value less than or equal to ${MOST_EVENTS}`);
  return limit;
}

/** The group of a call, by name or by ARN. */
function groupName(input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }): string {
  if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined) {
    throw new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.', 400);
  }
  const byArn = input.logGroupIdentifier?.replace(/^.*:log-group:/, '').replace(/:\*$/, '');
  return required(input.logGroupName ?? byArn, 'logGroupName');
}

export const openLogs = (store: LogStore): Opened => ({
  handlers: {
    ...groups(store),
    ...tagOperations(store, groupName, authorize),
    ...streams(store),
    ...events(store),
  } as Handlers,
});

const groups = (store: LogStore) => {
  const createLogGroup: Operation<logs.CreateLogGroupCommandInput, logs.CreateLogGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = groupName(input);
    authorize(call, name);
    addTags(store.createGroup(call.accountId, name, call.core.clock.now()), input.tags);
    return {};
  };
  const deleteLogGroup: Operation<logs.DeleteLogGroupCommandInput, logs.DeleteLogGroupCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    store.deleteGroup(store.group(call.accountId, groupName(input)));
    return {};
  };
  const describeLogGroups: Operation<logs.DescribeLogGroupsCommandInput, logs.DescribeLogGroupsCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, '*');
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
    if (prefix !== undefined && pattern !== undefined) {
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    const found = store
      .list(call.accountId)
      .filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(pattern ?? ''));
    return { logGroups: found.map((group) => describeGroup(group, call, pattern !== undefined)) };
  };
  const putRetentionPolicy: Operation<logs.PutRetentionPolicyCommandInput, logs.PutRetentionPolicyCommandOutput> = (
    input,
    call,
  ) => {
    const name = groupName(input);
    authorize(call, name);
    const days = input.retentionInDays;
    if (days === undefined || !RETENTIONS.includes(days)) {
      const rule = days === undefined ? 'not be null' : `satisfy enum value set: [${RETENTIONS.join(', ')}]`;
      throw constraint(days, 'retentionInDays', rule);
    }
    store.group(call.accountId, name).retentionDays = days;
    return {};
  };
  const deleteRetentionPolicy: Operation<
    logs.DeleteRetentionPolicyCommandInput,
    logs.DeleteRetentionPolicyCommandOutput
  > = (input, call) => {
    const name = groupName(input);
    authorize(call, name);
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

const streams = (store: LogStore) => {
  const createLogStream: Operation<logs.CreateLogStreamCommandInput, logs.CreateLogStreamCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    const group = store.group(call.accountId, groupName(input));
    store.createStream(group, required(input.logStreamName, 'logStreamName'), call.core.clock.now());
    return {};
  };
  const deleteLogStream: Operation<logs.DeleteLogStreamCommandInput, logs.DeleteLogStreamCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    const group = store.group(call.accountId, groupName(input));
    store.stream(call.accountId, group.name, input.logStreamName);
    group.streams.delete(input.logStreamName!);
    return {};
  };
  const describeLogStreams: Operation<logs.DescribeLogStreamsCommandInput, logs.DescribeLogStreamsCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    const group = store.group(call.accountId, groupName(input));
    const found = [...group.streams.values()].filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''));
    const key = (stream: Stream) =>
      input.orderBy === 'LastEventTime' ? (stream.events.at(-1)?.time ?? 0) : stream.name;
    found.sort((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
    if (input.descending) found.reverse();
    return { logStreams: found.slice(0, input.limit ?? 50).map((stream) => describeStream(stream, group, call)) };
  };
  return { CreateLogStream: createLogStream, DeleteLogStream: deleteLogStream, DescribeLogStreams: describeLogStreams };
};

const events = (store: LogStore) => {
  const putLogEvents: Operation<logs.PutLogEventsCommandInput, logs.PutLogEventsCommandOutput> = (input, call) => {
    authorize(call, groupName(input));
    const stream = store.stream(call.accountId, input.logGroupName, input.logStreamName);
    const given = (input.logEvents ?? []).map(({ timestamp, message }) => ({ time: timestamp!, message: message! }));
    if (given.some(({ time }, index) => index > 0 && time < given[index - 1]!.time)) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const now = call.core.clock.now();
    const before = (limit: number): number => {
      const first = given.findIndex(({ time }) => time >= limit);
      return first < 0 ? given.length : first;
    };
    const tooOld = before(now - 14 * 24 * HOUR);
    const expired = before(store.expiry(store.group(call.accountId, input.logGroupName)));
    const tooNew = given.findIndex(({ time }) => time > now + 2 * HOUR);
    store.append(stream, given.slice(Math.max(tooOld, expired), tooNew < 0 ? given.length : tooNew), now);
    const rejected: logs.RejectedLogEventsInfo = {
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
      ...(tooNew >= 0 ? { tooNewLogEventStartIndex: tooNew } : {}),
    };
    return {
      nextSequenceToken: '1',
      ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}),
    };
  };

  const getLogEvents: Operation<logs.GetLogEventsCommandInput, logs.GetLogEventsCommandOutput> = (input, call) => {
    authorize(call, groupName(input));
    const stream = store.stream(call.accountId, groupName(input), input.logStreamName);
    const all = stream.events.filter(within(input));
    const limit = readLimit(input.limit);
    const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '');
    if (input.nextToken !== undefined && !token) throw invalid('The specified nextToken is invalid.');
    const at = token ? Number(token[2]) : input.startFromHead ? 0 : Math.max(0, all.length - limit);
    const from = token?.[1] === 'b' ? Math.max(0, at - limit) : at;
    const page = all.slice(from, token?.[1] === 'b' ? at : from + limit);
    return {
      events: page.map(({ time, message, ingested }) => ({ timestamp: time, message, ingestionTime: ingested })),
      nextForwardToken: `f/${from + page.length}`,
      nextBackwardToken: `b/${from}`,
    };
  };

  const filterLogEvents: Operation<logs.FilterLogEventsCommandInput, logs.FilterLogEventsCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    const group = store.group(call.accountId, groupName(input));
    const matches = compilePattern(input.filterPattern ?? '');
    if (input.logStreamNames && input.logStreamNamePrefix !== undefined) {
      throw invalid('LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters.');
    }
    const found: (LogEvent & { stream: string })[] = [];
    for (const stream of group.streams.values()) {
      if (input.logStreamNames && !input.logStreamNames.includes(stream.name)) continue;
      if (!stream.name.startsWith(input.logStreamNamePrefix ?? '')) continue;
      for (const event of stream.events) {
        if (within(input)(event) && matches(event.message)) {
          found.push({ ...event, stream: stream.name });
        }
      }
    }
    found.sort((left, right) => left.time - right.time || (left.id < right.id ? -1 : 1));
    const limit = readLimit(input.limit);
    const from = Number(input.nextToken ?? 0);
    if (!Number.isInteger(from)) throw invalid('The specified nextToken is invalid.');
    return {
      events: found.slice(from, from + limit).map(({ id, stream, time, ingested, message }) => ({
        eventId: id,
        logStreamName: stream,
        timestamp: time,
        ingestionTime: ingested,
        message,
      })),
      ...(from + limit < found.length ? { nextToken: String(from + limit) } : {}),
    };
  };

  return { PutLogEvents: putLogEvents, GetLogEvents: getLogEvents, FilterLogEvents: filterLogEvents };
};

const within =
  ({
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
  }: {
    startTime?: number | undefined;
    endTime?: number | undefined;
  }) =>
  ({ time }: LogEvent): boolean =>
    time >= startTime && time < endTime;

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

const describeStream = (stream: Stream, group: Group, call: Call): logs.LogStream => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  arn: `${groupArn(call, group.name)}:log-stream:${stream.name}`,
  storedBytes: 0,
  ...(stream.events.length > 0
    ? {
        firstEventTimestamp: stream.events[0]!.time,
        lastEventTimestamp: stream.events.at(-1)!.time,
        lastIngestionTime: stream.events.at(-1)!.ingested,
      }
    : {}),
});
