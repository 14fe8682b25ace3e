/**
 * Regular expressions of filter patterns, matched in a time that grows with the length of the text times that of the expression.
 * JavaScript's own take exponential time for some, and nothing else in this cloud runs meanwhile.
 */
import { type CharacterSet, type Item, parseRegex } from './regex-syntax.ts';

/** Distinct characters of texts for which it is remembered which items take them. */
const MOST_ROWS = 1024;
const TAKEN = 1;
const TAKEN_AND_REPEATED = 2;

/** Whether it matches some part of a text. Throws `InvalidParameterException`. */
export function compileRegex(source: string): (text: string) => boolean {
  const search = new Search(parseRegex(source));
  return (text) => search.finds(text);
}

/** Goes through a text once, with all the items that may take the next character. */
class Search {
  /** The alternatives one behind the other; `undefined` is behind the last item of each. */
  private readonly items: readonly (Item | undefined)[];
  private readonly starts: readonly number[];
  /** By character and item: whether the item takes the character. */
  private readonly rows = new Map<number, Uint8Array>();
  private waiting: Uint32Array;
  private waitingCount = 0;
  private before: Uint32Array;
  /** Behind how many characters an item was last put on the list, and one more. */
  private readonly added: Uint32Array;

  constructor(alternatives: readonly (readonly Item[])[]) {
    this.items = alternatives.flatMap((items) => [...items, undefined]);
    this.starts = alternatives.map((_, index) =>
      alternatives.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0),
    );
    this.waiting = new Uint32Array(this.items.length);
    this.before = new Uint32Array(this.items.length);
    this.added = new Uint32Array(this.items.length);
  }

  finds(text: string): boolean {
    this.added.fill(0);
    this.waitingCount = 0;
    for (let at = 0; ; ) {
      // Any place may be where a match begins.
      for (const start of this.starts) if (this.add(start, at, text.length)) return true;
      const code = text.codePointAt(at);
      if (code === undefined) return false;
      at += code > 0xffff ? 2 : 1;
      if (this.step(this.rows.get(code) ?? this.newRow(code), at, text.length)) return true;
    }
  }

  /** Lets the items on the list take a character, and says whether that completes a match. */
  private step(row: Uint8Array, at: number, end: number): boolean {
    const count = this.waitingCount;
    [this.before, this.waiting] = [this.waiting, this.before];
    this.waitingCount = 0;
    for (let place = 0; place < count; place++) {
      const index = this.before[place]!;
      const taken = row[index]!;
      if (taken === TAKEN_AND_REPEATED && this.add(index, at, end)) return true;
      if (taken > 0 && this.add(index + 1, at, end)) return true;
    }
    return false;
  }

  /** Puts an item on the list, and those behind it that may be reached without a character. True at the end of an alternative. */
  private add(from: number, at: number, end: number): boolean {
    for (let index = from; this.added[index] !== at + 1; index++) {
      this.added[index] = at + 1;
      const item = this.items[index];
      if (!item) return true;
      if (item.kind === 'one') {
        this.waiting[this.waitingCount++] = index;
        if (!item.optional) return false;
      } else if (at !== (item.kind === 'start' ? 0 : end)) return false;
    }
    return false;
  }

  private newRow(code: number): Uint8Array {
    const row = Uint8Array.from(this.items, (item) => {
      if (item?.kind !== 'one' || !has(item.set, code)) return 0;
      return item.repeated ? TAKEN_AND_REPEATED : TAKEN;
    });
    if (this.rows.size >= MOST_ROWS) this.rows.clear();
    this.rows.set(code, row);
    return row;
  }
}

const has = (set: CharacterSet, code: number): boolean => set.some(([first, last]) => code >= first && code <= last);
