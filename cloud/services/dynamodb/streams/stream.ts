/**
 * A table's stream: one record for each change of an item, in the order of the changes, for 24 hours. It has one shard, which
 * is closed when the stream is turned off.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
import { createHash } from 'node:crypto';
import type { KeySchemaElement, StreamViewType } from '@aws-sdk/client-dynamodb';
import type { Millis } from '../../../contract.ts';
import type { StreamRecord } from './record.ts';

export const RETENTION: Millis = 24 * 3_600_000;
/** How long turning a stream on or off takes: as long as the change of the table. */
const SWITCH_TIME: Millis = 1000;

export class Stream {
  readonly label: string;
  readonly arn: string;
  readonly shardId: string;
  private records: StreamRecord[] = [];
  private last = 0;
  private closedAt: Millis | undefined;

  constructor(
    tableArn: string,
    readonly tableName: string,
    readonly keySchema: readonly KeySchemaElement[],
    readonly viewType: StreamViewType,
    readonly createdAt: Millis,
  ) {
    this.label = new Date(createdAt).toISOString().slice(0, -1);
    this.arn = `${tableArn}/stream/${this.label}`;
    const digest = createHash('md5').update(this.arn).digest('hex').slice(0, 8);
    this.shardId = `shardId-${String(createdAt).padStart(20, '0')}-${digest}`;
  }

  get accountId(): string {
    return this.arn.split(':')[4]!;
  }

  get open(): boolean {
    return this.closedAt === undefined;
  }

  /** Where the next record will stand. */
  get end(): number {
    return this.last + 1;
  }

  status(now: Millis): 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED' {
    if (this.closedAt === undefined) return now < this.createdAt + SWITCH_TIME ? 'ENABLING' : 'ENABLED';
    return now < this.closedAt + SWITCH_TIME ? 'DISABLING' : 'DISABLED';
  }

  /** Nothing of it is left to read. */
  gone(now: Millis): boolean {
    return this.closedAt !== undefined && now >= this.closedAt + RETENTION;
  }

  close(now: Millis): void {
    this.closedAt ??= now;
  }

  append(record: Omit<StreamRecord, 'position'>): StreamRecord {
    const made = { ...record, position: ++this.last };
    this.records.push(made);
    this.trim(record.at);
    return made;
  }

  /** Where the oldest record that is still kept stands; the end, where there is none. */
  horizon(now: Millis): number {
    this.trim(now);
    return this.records[0]?.position ?? this.end;
  }

  /** Records from a position on, in order. */
  from(position: number, now: Millis): readonly StreamRecord[] {
    this.trim(now);
    const first = this.records[0]?.position ?? this.end;
    return this.records.slice(Math.max(0, position - first));
  }

  private trim(now: Millis): void {
    const kept = this.records.findIndex(({ at }) => at > now - RETENTION);
    if (kept === 0) return;
    this.records = kept < 0 ? [] : this.records.slice(kept);
  }
}
