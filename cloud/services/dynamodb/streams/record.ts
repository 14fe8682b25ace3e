/**
 * Records of a stream: what they say, to clients and to functions.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import type { _Record as ApiRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Millis, TraceId } from '../../../contract.ts';
import type { Json } from '../../events/field-tests.ts';
import { forJson } from '../value/json.ts';
import { itemSize } from '../value/size.ts';
import type { Item } from '../value/value.ts';

export interface StreamRecord {
  readonly id: string;
  /** Its number in the stream, from 1. */
  readonly position: number;
  readonly at: Millis;
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: Item;
  readonly newImage: Item | undefined;
  readonly oldImage: Item | undefined;
  readonly viewType: StreamViewType;
  /** The item has expired: nobody has deleted it. */
  readonly expired: boolean;
  readonly region: string;
  readonly cause: TraceId;
}

/** 21 digits, so that they are ordered as texts and as numbers. */
const FIRST = 100_000_000_000_000_000_000n;

/** Where a shard begins: before its first record. */
export const START = 0;

export const sequenceNumber = (position: number): string => String(FIRST + BigInt(position));

/** The position behind a sequence number; `undefined` for what is none. */
export function positionOf(sequence: string): number | undefined {
  return /^1\d{20}$/.test(sequence) ? Number(BigInt(sequence) - FIRST) : undefined;
}

/** Whose deletion it is: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const SERVICE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;

const sizeOf = ({ keys, newImage, oldImage }: StreamRecord): number =>
  itemSize(keys) + itemSize(newImage ?? {}) + itemSize(oldImage ?? {});

/** As GetRecords gives it. */
export function apiRecord(record: StreamRecord): ApiRecord {
  return {
    ...shaped(record, new Date(seconds(record.at) * 1000), (item) => item),
    ...(record.expired ? { userIdentity: { Type: SERVICE.type, PrincipalId: SERVICE.principalId } } : {}),
  };
}

/** As a function gets it: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export function eventRecord(record: StreamRecord, streamArn: string): { readonly [name: string]: Json } {
  return {
    ...shaped(record, seconds(record.at), (item) => forJson(item) as Json),
    ...(record.expired ? { userIdentity: SERVICE } : {}),
    eventSourceARN: streamArn,
  };
}

function shaped<Time, Shown>(record: StreamRecord, at: Time, shown: (item: Item) => Shown) {
  const { newImage, oldImage } = record;
  return {
    eventID: record.id,
    eventName: record.name,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: record.region,
    dynamodb: {
      ApproximateCreationDateTime: at,
      Keys: shown(record.keys),
      ...(newImage ? { NewImage: shown(newImage) } : {}),
      ...(oldImage ? { OldImage: shown(oldImage) } : {}),
      SequenceNumber: sequenceNumber(record.position),
      SizeBytes: sizeOf(record),
      StreamViewType: record.viewType,
    },
  };
}

const seconds = (at: Millis): number => Math.floor(at / 1000);
