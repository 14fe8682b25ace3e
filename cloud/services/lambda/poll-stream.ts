/**
 * A mapping reads a table's stream: Lambda invokes with batches of records, in order, and goes on when a batch is done.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
import { createHash } from 'node:crypto';
import type { Core } from '../../contract.ts';
import { eventRecord, type StreamRecord } from '../dynamodb/streams/record.ts';
import type { Stream } from '../dynamodb/streams/stream.ts';
import type { Streams } from '../dynamodb/streams/streams.ts';
import { forJson } from '../dynamodb/value/json.ts';
import { matches } from '../events/pattern.ts';
import type { Invoker } from './invoker.ts';
import type { Mapping, Poller, StreamSettings } from './mapping.ts';
import type { FunctionStore } from './store.ts';
import { Lane } from './stream-lane.ts';

export class StreamPoller implements Poller {
  private readonly lanes: readonly Lane[];
  private readonly stopListening: () => void;

  constructor(
    private readonly core: Core,
    streams: Streams,
    private readonly stream: Stream,
    store: FunctionStore,
    invoker: Invoker,
    private readonly mapping: Mapping,
    private readonly settings: StreamSettings,
  ) {
    const reader = { core, store, invoker, mapping, settings, stream };
    const finished = (records: readonly StreamRecord[]) => this.finish(records);
    this.lanes = Array.from({ length: settings.parallelization }, () => new Lane(reader, finished));
    const { progress } = settings;
    progress.next ??= settings.startingPosition === 'LATEST' ? stream.end : stream.horizon(core.clock.now());
    for (const record of progress.undone) this.laneOf(record).add(record);
    this.stopListening = streams.listen(stream.arn, () => this.read());
    this.read();
  }

  stop(): void {
    this.stopListening();
    for (const lane of this.lanes) lane.stop();
  }

  private read(): void {
    const { progress } = this.settings;
    for (const record of this.stream.from(progress.next!, this.core.clock.now())) {
      progress.next = record.position + 1;
      if (!this.admits(record)) continue;
      progress.undone = [...progress.undone, record];
      this.laneOf(record).add(record);
    }
    for (const lane of this.lanes) lane.go();
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html: what no filter lets pass is never seen. */
  private admits(record: StreamRecord): boolean {
    const { filters, sourceArn } = this.mapping;
    if (filters.length === 0) return true;
    const event = eventRecord(record, sourceArn);
    return filters.some(({ pattern }) => matches(pattern, event));
  }

  private finish(records: readonly StreamRecord[]): void {
    const { progress } = this.settings;
    const done = new Set(records);
    progress.undone = progress.undone.filter((record) => !done.has(record));
  }

  /** Records of one item are in one lane, whose order is theirs. */
  private laneOf({ keys }: StreamRecord): Lane {
    if (this.lanes.length === 1) return this.lanes[0]!;
    const digest = createHash('md5')
      .update(JSON.stringify(forJson(keys)))
      .digest('hex')
      .slice(0, 8);
    return this.lanes[Number.parseInt(digest, 16) % this.lanes.length]!;
  }
}
