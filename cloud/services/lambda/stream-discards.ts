/**
 * Tells of records that a mapping has given up: a message about the batch, which can be read from the stream for as long as it
 * is kept there.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
import { AwsError, type TraceId } from '../../contract.ts';
import { type StreamRecord, sequenceNumber } from '../dynamodb/streams/record.ts';
import { inRoleOf, responseContextOf } from './destinations.ts';
import type { Invoked } from './invoker.ts';
import { parseReference } from './names.ts';
import type { Reader } from './stream-lane.ts';

export interface Abandoned {
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
  readonly last: Invoked | undefined;
  readonly cause: TraceId;
}

export async function tellOfDiscarded(reader: Reader, abandoned: Abandoned): Promise<void> {
  const { core, mapping, settings, store } = reader;
  const { accountId } = mapping;
  const destination = settings.onFailure;
  const hop = core.trace.add({
    kind: 'hop',
    accountId,
    service: 'lambda',
    operation: destination ? 'SendToDestination' : 'DropRecords',
    resource: destination ?? mapping.sourceArn,
    cause: abandoned.cause,
    detail: { mapping: mapping.id, records: abandoned.records.length, why: abandoned.condition },
  });
  const of = store.find(accountId, parseReference(mapping.functionArn, accountId).name);
  if (!destination || !of) return;
  const done = core.clock.busy('telling of records that were given up');
  try {
    await core.targets.get(destination).deliver(destination, {
      ...inRoleOf(core, of, of.latest, hop),
      payload: JSON.stringify(messageOf(reader, abandoned)),
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    core.trace.amend(hop, { error: error.code });
  } finally {
    done();
  }
}

function messageOf({ core, mapping, stream }: Reader, { records, condition, invocations, last }: Abandoned) {
  const [first, end] = [records[0]!, records.at(-1)!];
  const arrival = ({ at }: StreamRecord) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    requestContext: {
      ...(last ? { requestId: last.requestId } : {}),
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    // Told of as no error where the function answered, and what it answered failed the batch.
    ...(last ? { responseContext: { functionError: null, ...responseContextOf(last) } } : {}),
    version: '1.0',
    timestamp: new Date(core.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: stream.shardId,
      startSequenceNumber: sequenceNumber(first.position),
      endSequenceNumber: sequenceNumber(end.position),
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(end),
      batchSize: records.length,
      streamArn: stream.arn,
    },
  };
}
