/**
 * CloudWatch Logs, as far as functions and their readers need it.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import {
  AwsError,
  type Call,
  type Core,
  type Handlers,
  type LogSink,
  type Operation,
  type Service,
} from '../../contract.ts';
import { matchesPattern } from './pattern.ts';
import { type Group, type LogEvent, LogStore, type Stream } from './store.ts';

const groupArn = (call: Call, name: string): string =>
  `arn:aws:logs:${call.region}:${call.accountId}:log-group:${name}`;

function authorize(call: Call, group: string): void {
  const resource = `${groupArn(call, group)}:*`;
  call.core.identity.authorize({ principal: call.principal, action: `logs:${call.operation}`, resource });
}

function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    400,
  );
}

/** The group of a call, by name or by ARN. */
const groupName = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }): string =>
  required(
    input.logGroupName ?? input.logGroupIdentifier?.replace(/^.*:log-group:/, '').replace(/:\*$/, ''),
    'logGroupName',
  );

export function createLogs(core: Pick<Core, 'clock'>): Service & LogSink {
  const store = new LogStore();
  return {
    name: 'logs',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
    handlers: { ...groups(store), ...streams(store), ...events(store) } as Handlers,
    reset: (accountId) => store.reset(accountId),
    write(accountId, group, stream, lines) {
      const now = core.clock.now();
      store.append(store.ensure(accountId, group, stream, now), lines, now);
    },
  };
}

const groups = (store: LogStore) => {
  const createLogGroup: Operation<logs.CreateLogGroupCommandInput, logs.CreateLogGroupCommandOutput> = (
    input,
    call,
  ) => {
    const name = groupName(input);
    authorize(call, name);
    store.createGroup(call.accountId, name, call.core.clock.now());
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
    const found = store.list(call.accountId).filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ''));
    return { logGroups: found.map((group) => describeGroup(group, call)) };
  };
  const putRetentionPolicy: Operation<logs.PutRetentionPolicyCommandInput, logs.PutRetentionPolicyCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, groupName(input));
    store.group(call.accountId, groupName(input)).retentionDays = input.retentionInDays;
    return {};
  };
  return {
    CreateLogGroup: createLogGroup,
    DeleteLogGroup: deleteLogGroup,
    DescribeLogGroups: describeLogGroups,
    PutRetentionPolicy: putRetentionPolicy,
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
      throw new AwsError(
        'InvalidParameterException',
        'Log events in a single PutLogEvents request must be in chronological order.',
        400,
      );
    }
    store.append(stream, given, call.core.clock.now());
    return { nextSequenceToken: '1' };
  };

  const getLogEvents: Operation<logs.GetLogEventsCommandInput, logs.GetLogEventsCommandOutput> = (input, call) => {
    authorize(call, groupName(input));
    const stream = store.stream(call.accountId, groupName(input), input.logStreamName);
    const all = stream.events.filter(within(input));
    const limit = input.limit ?? 10_000;
    const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '');
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
    const found: (LogEvent & { stream: string })[] = [];
    for (const stream of group.streams.values()) {
      if (input.logStreamNames && !input.logStreamNames.includes(stream.name)) continue;
      if (!stream.name.startsWith(input.logStreamNamePrefix ?? '')) continue;
      for (const event of stream.events) {
        if (within(input)(event) && matchesPattern(input.filterPattern ?? '', event.message)) {
          found.push({ ...event, stream: stream.name });
        }
      }
    }
    found.sort((left, right) => left.time - right.time || (left.id < right.id ? -1 : 1));
    const from = Number(input.nextToken ?? 0);
    const limit = input.limit ?? 10_000;
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

const describeGroup = (group: Group, call: Call): logs.LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  arn: `${groupArn(call, group.name)}:*`,
  logGroupArn: groupArn(call, group.name),
  storedBytes: 0,
  ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
});

const describeStream = (stream: Stream, group: Group, call: Call): logs.LogStream => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  arn: `${groupArn(call, group.name)}:log-stream:${stream.name}`,
  ...(stream.events.length > 0
    ? {
        firstEventTimestamp: stream.events[0]!.time,
        lastEventTimestamp: stream.events.at(-1)!.time,
        lastIngestionTime: stream.events.at(-1)!.ingested,
      }
    : {}),
});
