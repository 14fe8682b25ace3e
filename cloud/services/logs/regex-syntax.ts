/**
 * Regular expressions as filter patterns may hold them, between `%` and `%`: no groups, no references, few characters. What is
 * left is alternatives, each a row of single characters that may be repeated.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
import { invalidPattern } from './input.ts';

export type CharacterSet = readonly (readonly [first: number, last: number])[];

export type Item =
  /** One character of the set; it may be missing (`optional`), and may come any number of times (`repeated`). */
  | { readonly kind: 'one'; readonly set: CharacterSet; readonly optional: boolean; readonly repeated: boolean }
  | { readonly kind: 'start' | 'end' };

/** A repetition `{m,n}` counts as often as it repeats. AWS names no limit; this one bounds the time that matching takes. */
const MOST_ITEMS = 1024;
const LAST_CHARACTER = 0x10ffff;
const ANY: CharacterSet = [[0, LAST_CHARACTER]];
const LITERAL = /[\w:#=@/;,\- ]/;
const OPERATOR = /[\^$?[\]{}|\\*+.]/;
const QUANTIFIER = /(?:([*+?])|\{(\d*)(?:(,)(\d*))?\})\??/y;

const character = (code: number): CharacterSet => [[code, code]];
const ranges = (...pairs: string[]): CharacterSet => pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]);

/** What stands behind a backslash for a set. */
const SETS: Readonly<Record<string, CharacterSet>> = {
  d: ranges('09'),
  s: ranges('\t\r', '  '),
  w: ranges('09', 'AZ', '__', 'az'),
  t: ranges('\t\t'),
  n: ranges('\n\n'),
};

/** Throws `InvalidParameterException`. */
export const parseRegex = (source: string): Item[][] => new Parser(source).alternatives();

class Parser {
  private at = 0;
  private count = 0;

  constructor(private readonly source: string) {}

  alternatives(): Item[][] {
    const all = [this.row()];
    while (this.take('|')) all.push(this.row());
    return all;
  }

  private row(): Item[] {
    const items: Item[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|') {
      if (this.take('^')) items.push({ kind: 'start' });
      else if (this.take('$')) items.push({ kind: 'end' });
      else items.push(...this.repeat(this.set()));
      this.count += 1;
      if (this.count > MOST_ITEMS) throw invalidPattern();
    }
    return items;
  }

  private set(): CharacterSet {
    if (this.take('.')) return ANY;
    if (this.take('[')) return this.bracket();
    if (this.take('\\')) return this.escaped();
    return character(this.next(LITERAL).charCodeAt(0));
  }

  private bracket(): CharacterSet {
    const inverse = this.take('^');
    const sets: CharacterSet[] = [];
    while (!this.take(']')) {
      const set = this.member();
      if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']') {
        this.at++;
        sets.push(range(set, this.member()));
      } else sets.push(set);
    }
    if (sets.length === 0) throw invalidPattern();
    return inverse ? complement(sets.flat()) : sets.flat();
  }

  private member(): CharacterSet {
    if (this.take('\\')) return this.escaped();
    const next = this.source[this.at] ?? '';
    return character(this.next(LITERAL.test(next) ? LITERAL : OPERATOR).charCodeAt(0));
  }

  private escaped(): CharacterSet {
    const letter = this.source[this.at] ?? '';
    if (letter === 'x') {
      const digits = this.source.slice(this.at + 1, this.at + 3);
      if (!/^[\da-f]{2}$/i.test(digits)) throw invalidPattern();
      this.at += 3;
      return character(Number.parseInt(digits, 16));
    }
    if (/[a-z]/i.test(letter)) {
      this.at++;
      const set = SETS[letter] ?? (/[DSW]/.test(letter) ? complement(SETS[letter.toLowerCase()]!) : undefined);
      if (!set) throw invalidPattern();
      return set;
    }
    return character(this.next(/[_:#=@/;,\- ]/.test(letter) ? LITERAL : OPERATOR).charCodeAt(0));
  }

  /** The items that a set and its quantifier stand for. Whether it takes much or little first does not matter here. */
  private repeat(set: CharacterSet): Item[] {
    const one = (optional: boolean, repeated = false): Item => ({ kind: 'one', set, optional, repeated });
    QUANTIFIER.lastIndex = this.at;
    const found = QUANTIFIER.exec(this.source);
    if (!found) return [one(false)];
    this.at = QUANTIFIER.lastIndex;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined) return [one(sign !== '+', sign !== '?')];
    if (!least && !most) throw invalidPattern();
    const from = Number(least);
    const to = comma === undefined ? from : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    if (to < from || this.count + (to === Number.POSITIVE_INFINITY ? from : to) > MOST_ITEMS) throw invalidPattern();
    const required = Array.from({ length: from }, () => one(false));
    const rest =
      to === Number.POSITIVE_INFINITY ? [one(true, true)] : Array.from({ length: to - from }, () => one(true));
    this.count += required.length + rest.length;
    return [...required, ...rest];
  }

  private take(wanted: string): boolean {
    if (this.source[this.at] !== wanted) return false;
    this.at++;
    return true;
  }

  private next(wanted: RegExp): string {
    const found = this.source[this.at++];
    if (found === undefined || !wanted.test(found)) throw invalidPattern();
    return found;
  }
}

function range(from: CharacterSet, to: CharacterSet): CharacterSet {
  const [[first, same], [last, end]] = [from[0]!, to[0]!];
  if (from.length > 1 || to.length > 1 || first !== same || last !== end || first > last) throw invalidPattern();
  return [[first, last]];
}

function complement(set: CharacterSet): CharacterSet {
  const others: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set.toSorted(([one], [other]) => one - other)) {
    if (first > next) others.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CHARACTER) others.push([next, LAST_CHARACTER]);
  return others;
}
