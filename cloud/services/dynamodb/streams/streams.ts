/** All streams of a cloud: those of its tables, and those that have been turned off and can be read for a day more. */
import { randomUUID } from 'node:crypto';
import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import type { Core, TraceId } from '../../../contract.ts';
import { keyOf } from '../keys.ts';
import type { Table } from '../table.ts';
import { sameValue } from '../value/compare.ts';
import type { Item } from '../value/value.ts';
import { Stream } from './stream.ts';

export class Streams {
  private readonly byArn = new Map<string, Stream>();
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(private readonly core: Core) {}

  find(arn: string): Stream | undefined {
    const stream = this.byArn.get(arn);
    return stream && !stream.gone(this.core.clock.now()) ? stream : undefined;
  }

  /** An account's, by ARN. */
  list(accountId: string): Stream[] {
    return [...this.byArn.values()]
      .filter((stream) => stream.accountId === accountId && !stream.gone(this.core.clock.now()))
      .sort((left, right) => (left.arn < right.arn ? -1 : 1));
  }

  enable(table: Table, viewType: StreamViewType): void {
    const now = this.core.clock.now();
    const stream = new Stream(table.arn, table.name, table.keySchema, viewType, now);
    table.stream = stream;
    this.byArn.set(stream.arn, stream);
  }

  disable({ stream }: Table): void {
    stream?.close(this.core.clock.now());
  }

  /** Writes down a change of an item; one that leaves it as it was is none. `expired`: nobody has asked for it. */
  capture(table: Table, before: Item | undefined, after: Item | undefined, cause: TraceId, expired = false): void {
    const { stream } = table;
    const some = after ?? before;
    if (!stream?.open || !some || (before && after && sameValue({ M: before }, { M: after }))) return;
    const { core } = this;
    const shows = (image: 'NEW' | 'OLD') =>
      stream.viewType === 'NEW_AND_OLD_IMAGES' || stream.viewType === `${image}_IMAGE`;
    const id = randomUUID().replaceAll('-', '');
    const name = !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE';
    const hop = core.trace.add({
      kind: 'hop',
      accountId: table.accountId,
      service: 'dynamodb',
      operation: 'WriteToStream',
      resource: table.name,
      cause,
      detail: { stream: stream.arn, eventId: id, eventName: name },
    });
    stream.append({
      id,
      at: core.clock.now(),
      name,
      keys: keyOf(some, table.schema),
      newImage: shows('NEW') ? after : undefined,
      oldImage: shows('OLD') ? before : undefined,
      viewType: stream.viewType,
      expired,
      region: core.region,
      cause: hop,
    });
    for (const listener of [...(this.listeners.get(stream.arn) ?? [])]) listener();
  }

  /** Calls back whenever there is a new record. Returns what ends it. */
  listen(arn: string, listener: () => void): () => void {
    const all = this.listeners.get(arn) ?? new Set();
    this.listeners.set(arn, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) this.listeners.delete(arn);
    };
  }

  reset(accountId?: string): void {
    for (const [arn, stream] of this.byArn) {
      if (accountId === undefined || stream.accountId === accountId) this.byArn.delete(arn);
    }
  }
}
