/**
 * Removes a table's expired items in the background. One timer stands at the next removal; a table without time to live
 * has none.
 */
import type { Core, Millis, Timer, TraceId } from '../../contract.ts';
import { DueHeap } from '../../core/due-heap.ts';
import { keyOf } from './keys.ts';
import type { Table } from './table.ts';
import { removalOf } from './time-to-live.ts';
import type { Item } from './value/value.ts';

interface Candidate {
  readonly key: Item;
  readonly cause: TraceId;
}

export class Expiry {
  private readonly candidates = new DueHeap<Candidate>();
  private timer: Timer | undefined;
  private timerDue: Millis | undefined;
  private stopped = false;

  constructor(
    private readonly core: Core,
    private readonly table: Table,
    private readonly remover: (key: Item, cause: TraceId) => void,
  ) {}

  /** To be called with every item that is written. `cause`: the call that wrote it. */
  watch(item: Item, cause: TraceId): void {
    const due = removalOf(this.table, item, this.core.clock.now());
    if (due === undefined) return;
    this.candidates.push(due, { key: keyOf(item, this.table.schema), cause });
    this.arm();
  }

  watchAll(cause: TraceId): void {
    for (const { item } of this.table.items.scan(0, 1)) this.watch(item, cause);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private arm(): void {
    const due = this.candidates.peek()?.due;
    if (due === this.timerDue || this.stopped) return;
    this.timer?.cancel();
    this.timerDue = due;
    if (due !== undefined) this.timer = this.core.clock.at(due, () => this.sweep());
  }

  private sweep(): void {
    const now = this.core.clock.now();
    for (let next = this.candidates.peek(); next && next.due <= now; next = this.candidates.peek()) {
      this.candidates.pop();
      this.remove(next.item, now);
    }
    this.arm();
  }

  /** The item may have got another time to live since, or another item may be in its place. */
  private remove({ key, cause }: Candidate, now: Millis): void {
    const { table } = this;
    const item = table.items.get(key)?.item;
    const due = item && removalOf(table, item, now);
    if (due === undefined || due > now) return;
    const hop = this.core.trace.add({
      kind: 'hop',
      accountId: table.accountId,
      service: 'dynamodb',
      operation: 'ExpireItem',
      resource: table.name,
      cause,
    });
    this.remover(key, hop);
  }
}
