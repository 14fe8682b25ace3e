/**
 * Items that a transaction is at work on: until it has ended, whoever else writes one of them is refused.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
import { AwsError } from '../../contract.ts';
import type { Table } from './table.ts';
import type { Item } from './value/value.ts';

export interface Place {
  readonly table: Table;
  readonly key: Item;
}

export const CONFLICT = 'Transaction is ongoing for the item';

export class Ongoing {
  private readonly held = new Set<string>();

  holds(place: Place): boolean {
    return this.held.has(this.nameOf(place));
  }

  /** Throws `TransactionConflictException`. */
  assertFree(place: Place): void {
    if (this.holds(place)) throw new AwsError('TransactionConflictException', CONFLICT, 400);
  }

  /** Call the result to let them go. */
  hold(places: readonly Place[]): () => void {
    const names = places.map((place) => this.nameOf(place));
    for (const name of names) this.held.add(name);
    return () => {
      for (const name of names) this.held.delete(name);
    };
  }

  /** One name for one item. A table that is made anew is another one. */
  nameOf({ table, key }: Place): string {
    return `${table.id} ${table.items.placeOf(key)}`;
  }
}
