/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html */
import type * as api from '@aws-sdk/client-dynamodb-streams';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { authorize, tableArn } from '../access.ts';
import { Constraints } from '../constraints.ts';
import { invalidValues, validation } from '../errors.ts';
import type { Tables } from '../tables.ts';
import { type Iterator, readIterator, writeIterator } from './iterator.ts';
import { apiRecord, positionOf, START, sequenceNumber } from './record.ts';
import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

const MOST_LISTED = 100;
const MOST_RECORDS = 1000;
/** An answer ends with the record that brings it to this size. */
const ANSWER_BYTES = 1024 * 1024;

export function streamOperations(tables: Tables) {
  const { streams } = tables;
  return {
    ListStreams: listStreams(streams),
    DescribeStream: describeStream(tables),
    GetShardIterator: getShardIterator(tables),
    GetRecords: getRecords(tables),
  };
}

const listStreams =
  (streams: Streams): Operation<api.ListStreamsCommandInput, api.ListStreamsCommandOutput> =>
  (input, call) => {
    const { Limit = MOST_LISTED, ExclusiveStartStreamArn: start, TableName } = input;
    const constraints = new Constraints().within('limit', Limit, 1, MOST_LISTED);
    if (TableName !== undefined) constraints.tableName(TableName);
    constraints.check();
    authorize(call, `${tableArn(call, TableName ?? '*')}/stream/*`);
    const found = streams
      .list(call.accountId)
      .filter((stream) => (!TableName || stream.tableName === TableName) && (!start || stream.arn > start));
    const page = found.slice(0, Limit);
    return {
      Streams: page.map(({ arn, tableName, label }) => ({
        StreamArn: arn,
        TableName: tableName,
        StreamLabel: label,
      })),
      ...(found.length > Limit ? { LastEvaluatedStreamArn: page.at(-1)!.arn } : {}),
    };
  };

const describeStream =
  (tables: Tables): Operation<api.DescribeStreamCommandInput, api.DescribeStreamCommandOutput> =>
  (input, call) => {
    new Constraints().required('streamArn', input.StreamArn).within('limit', input.Limit, 1, MOST_LISTED).check();
    const stream = streamOf(tables, call, input.StreamArn!);
    // There is one shard; a page that begins behind it is empty.
    const first = input.ExclusiveStartShardId === undefined || input.ExclusiveStartShardId < stream.shardId;
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.status(tables.now),
        StreamViewType: stream.viewType,
        CreationRequestDateTime: new Date(stream.createdAt),
        TableName: stream.tableName,
        KeySchema: [...stream.keySchema],
        Shards: first ? [shardOf(stream)] : [],
      },
    };
  };

const shardOf = (stream: Stream): api.Shard => ({
  ShardId: stream.shardId,
  SequenceNumberRange: {
    StartingSequenceNumber: sequenceNumber(START),
    ...(stream.open ? {} : { EndingSequenceNumber: sequenceNumber(stream.end - 1) }),
  },
});

const getShardIterator =
  (tables: Tables): Operation<api.GetShardIteratorCommandInput, api.GetShardIteratorCommandOutput> =>
  (input, call) => {
    const { StreamArn, ShardId, ShardIteratorType: type, SequenceNumber: sequence } = input;
    new Constraints()
      .required('streamArn', StreamArn)
      .required('shardId', ShardId)
      .required('shardIteratorType', type)
      .oneOf('shardIteratorType', type)
      .length('sequenceNumber', sequence, 21, 40)
      .check();
    const stream = streamOf(tables, call, StreamArn!);
    if (ShardId !== stream.shardId) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Shard: ${ShardId} in Stream: ${StreamArn} not found`,
        400,
      );
    }
    const position = positionFor(stream, type!, sequence, tables.now);
    return { ShardIterator: writeIterator({ arn: stream.arn, position, madeAt: tables.now }) };
  };

function positionFor(stream: Stream, type: api.ShardIteratorType, sequence: string | undefined, now: number): number {
  const horizon = stream.horizon(now);
  if (type === 'TRIM_HORIZON' || type === 'LATEST') {
    if (sequence !== undefined) {
      throw invalidValues('SequenceNumber should not be passed for this iterator type');
    }
    return type === 'LATEST' ? stream.end : horizon;
  }
  const at = positionOf(sequence ?? '');
  if (at === undefined || at < START || at >= stream.end) throw invalidValues('Invalid SequenceNumber');
  const first = Math.max(at, START + 1);
  if (first < horizon) throw trimmed();
  return type === 'AT_SEQUENCE_NUMBER' ? first : at + 1;
}

const getRecords =
  (tables: Tables): Operation<api.GetRecordsCommandInput, api.GetRecordsCommandOutput> =>
  (input, call) => {
    const { ShardIterator, Limit = MOST_RECORDS } = input;
    new Constraints().required('shardIterator', ShardIterator).within('limit', Limit, 1, MOST_RECORDS).check();
    const iterator: Iterator = readIterator(ShardIterator!, tables.now);
    const stream = streamOf(tables, call, iterator.arn);
    if (iterator.position < stream.horizon(tables.now)) throw trimmed();
    const records: api._Record[] = [];
    let [bytes, next] = [0, iterator.position];
    for (const record of stream.from(iterator.position, tables.now)) {
      if (records.length >= Limit || bytes >= ANSWER_BYTES) break;
      const shown = apiRecord(record);
      records.push(shown);
      bytes += shown.dynamodb!.SizeBytes!;
      next = record.position + 1;
    }
    // A shard that is closed ends with its last record.
    const more = stream.open || next < stream.end;
    return {
      Records: records,
      ...(more ? { NextShardIterator: writeIterator({ arn: stream.arn, position: next, madeAt: tables.now }) } : {}),
    };
  };

/** Throws `AccessDeniedException` and `ResourceNotFoundException`. */
function streamOf(tables: Tables, call: Call, arn: string): Stream {
  if (!/^arn:aws:dynamodb:[\w-]+:\d{12}:table\/[^/]+\/stream\/[^/]+$/.test(arn)) {
    throw validation(`Invalid StreamArn: Invalid ResourceArn provided as input ${arn}`);
  }
  authorize(call, arn);
  const stream = tables.streams.find(arn);
  if (stream) return stream;
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`, 400);
}

const trimmed = () =>
  new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
    400,
  );
