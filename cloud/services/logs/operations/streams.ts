/** CreateLogStream, DeleteLogStream, DescribeLogStreams. */
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type { Call, Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import {
  DESCRIBE_LIMIT,
  invalid,
  invalidToken,
  MOST_DESCRIBED,
  readGroup,
  readStream,
  STREAM_PREFIX,
  TOKEN,
} from '../input.ts';
import { authorizeGroup, authorizeStream, streamArn } from '../permissions.ts';
import type { Group, LogStore, Stream } from '../store.ts';

export const streamOperations = (store: LogStore) => {
  const createLogStream: Operation<logs.CreateLogStreamCommandInput, logs.CreateLogStreamCommandOutput> = (
    input,
    call,
  ) => {
    const { group, stream } = readStream(input);
    authorizeStream(call, group, stream);
    store.createStream(store.group(call.accountId, group), stream, call.core.clock.now());
    return {};
  };
  const deleteLogStream: Operation<logs.DeleteLogStreamCommandInput, logs.DeleteLogStreamCommandOutput> = (
    input,
    call,
  ) => {
    const { group, stream } = readStream(input);
    authorizeStream(call, group, stream);
    store.stream(call.accountId, group, stream);
    store.group(call.accountId, group).streams.delete(stream);
    return {};
  };
  const describeLogStreams: Operation<logs.DescribeLogStreamsCommandInput, logs.DescribeLogStreamsCommandOutput> = (
    input,
    call,
  ) => {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false, nextToken, limit } = input;
    const name = readGroup(
      input,
      new Constraints()
        .check(prefix, 'logStreamNamePrefix', STREAM_PREFIX)
        .check(orderBy, 'orderBy', { oneOf: ['LogStreamName', 'LastEventTime'] })
        .check(nextToken, 'nextToken', TOKEN)
        .check(limit, 'limit', DESCRIBE_LIMIT),
    );
    const byTime = orderBy === 'LastEventTime';
    if (byTime && prefix !== undefined) throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    authorizeGroup(call, name);
    const group = store.group(call.accountId, name);
    const found = [...group.streams.values()].filter((stream) => stream.name.startsWith(prefix ?? ''));
    const keyOf = ({ name, events }: Stream) => (byTime ? [events.last?.time ?? 0, name] : [name]);
    // In another order the token means nothing.
    const { accountId, service, operation } = call;
    const asked = { accountId, service, operation: `${operation} by ${orderBy}` };
    const part = { token: nextToken, size: limit ?? MOST_DESCRIBED, descending, call: asked };
    const { items, next } = page(found, keyOf, part, invalidToken);
    return {
      logStreams: items.map((stream) => describeStream(stream, group, call)),
      ...(next ? { nextToken: next } : {}),
    };
  };
  return { CreateLogStream: createLogStream, DeleteLogStream: deleteLogStream, DescribeLogStreams: describeLogStreams };
};

const describeStream = (
  { name, createdAt, events, lastIngestion }: Stream,
  group: Group,
  call: Call,
): logs.LogStream => ({
  logStreamName: name,
  creationTime: createdAt,
  arn: streamArn(call, group.name, name),
  storedBytes: 0,
  ...(events.first && events.last
    ? {
        firstEventTimestamp: events.first.time,
        lastEventTimestamp: events.last.time,
        lastIngestionTime: lastIngestion,
      }
    : {}),
});
