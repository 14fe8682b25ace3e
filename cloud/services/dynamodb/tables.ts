/** All tables of a cloud, and the clock's part in them: tables that go, items that expire. */
import type { Core, Millis, TraceId } from '../../contract.ts';
import type { Usage } from './capacity.ts';
import { Expiry } from './expiry.ts';
import { Ongoing } from './ongoing.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import { Streams } from './streams/streams.ts';
import type { Table } from './table.ts';
import { TransactionTokens } from './transaction-tokens.ts';
import type { Item } from './value/value.ts';

export class Tables {
  private readonly byArn = new Map<string, Table>();
  private readonly expiries = new Map<Table, Expiry>();

  readonly ongoing = new Ongoing();
  readonly tokens: TransactionTokens;
  readonly streams: Streams;

  constructor(readonly core: Core) {
    this.tokens = new TransactionTokens(core);
    this.streams = new Streams(core);
  }

  get now(): Millis {
    return this.core.clock.now();
  }

  add(table: Table): void {
    this.byArn.set(table.arn, table);
    this.expiries.set(table, new Expiry(this.core, table, (key, cause) => void this.remove(table, key, cause, true)));
  }

  find(arn: string): Table | undefined {
    return this.byArn.get(arn);
  }

  /** Names of an account's tables, in order. */
  names(accountId: string): string[] {
    return [...this.byArn.values()]
      .filter((table) => table.accountId === accountId)
      .map(({ name }) => name)
      .sort();
  }

  /** The table is there, as DELETING, until its deletion has taken its time. */
  delete(table: Table): void {
    this.streams.disable(table);
    this.core.clock.at(table.begin('DELETING', this.now), () => this.forget(table));
  }

  /** Stores an item. `cause`: the call that brings it. */
  put(table: Table, item: Item, cause: TraceId): Usage {
    const { before, usage } = table.put(item);
    this.streams.capture(table, before?.item, item, cause);
    this.expiries.get(table)?.watch(item, cause);
    return usage;
  }

  /** `expired`: it is nobody's call that does it. */
  remove(table: Table, key: Item, cause: TraceId, expired = false): Usage {
    const { before, usage } = table.remove(key);
    this.streams.capture(table, before?.item, undefined, cause, expired);
    return usage;
  }

  /** The index is there, as DELETING, until its deletion has taken its time. */
  deleteIndex(table: Table, index: SecondaryIndex): void {
    index.beginDeletion();
    this.core.clock.at(table.begin('UPDATING', this.now), () => table.dropIndex(index));
  }

  /** To be called when the table's time to live has changed. */
  watchAll(table: Table, cause: TraceId): void {
    this.expiries.get(table)?.watchAll(cause);
  }

  reset(accountId?: string): void {
    this.tokens.reset(accountId);
    this.streams.reset(accountId);
    for (const table of this.byArn.values()) {
      if (accountId === undefined || table.accountId === accountId) this.forget(table);
    }
  }

  private forget(table: Table): void {
    if (this.byArn.get(table.arn) === table) this.byArn.delete(table.arn);
    this.expiries.get(table)?.stop();
    this.expiries.delete(table);
  }
}
