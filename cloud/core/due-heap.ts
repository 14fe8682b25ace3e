/** A binary heap of things by the moment at which they fall due; of one moment, in the order they were put in. */
import type { Millis } from '../contract.ts';

interface Entry<T> {
  readonly due: Millis;
  readonly order: number;
  readonly item: T;
}

export class DueHeap<T> {
  private readonly entries: Entry<T>[] = [];
  private order = 0;

  push(due: Millis, item: T): void {
    const { entries } = this;
    entries.push({ due, order: this.order++, item });
    for (let child = entries.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!before(entries[child]!, entries[parent]!)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** The earliest entry, left in place. */
  peek(): { readonly due: Millis; readonly item: T } | undefined {
    return this.entries[0];
  }

  pop(): void {
    const { entries } = this;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    entries[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < entries.length && before(entries[child]!, entries[least]!)) least = child;
      }
      if (least === parent) return;
      this.swap(parent, least);
      parent = least;
    }
  }

  clear(): void {
    this.entries.length = 0;
  }

  private swap(left: number, right: number): void {
    [this.entries[left], this.entries[right]] = [this.entries[right]!, this.entries[left]!];
  }
}

const before = (left: Entry<unknown>, right: Entry<unknown>): boolean =>
  left.due < right.due || (left.due === right.due && left.order < right.order);
