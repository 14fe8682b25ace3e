/** Conditions as patterns on JSON and on columns have them: comparisons, put together with `&&`, `||` and parentheses. */
import { ANY_TEXT, matchesGlob } from '../../core/glob.ts';
import { invalidPattern } from './input.ts';
import { compileRegex } from './regex.ts';

/** What a condition is asked of: the value that a name stands for; `undefined` where there is none. */
export type Lookup = (name: string) => unknown;
export type Condition = (lookup: Lookup) => boolean;

const TOKEN = /\s*(&&|\|\||[()]|!=|<=|>=|=|<|>|%[^%]+%|"(?:[^"\\]|\\.)*"|(?:\['[^']*'\]|\[[^\]]*\]|[^\s&|()=<>!"%])+)/y;

export class Conditions {
  private readonly tokens: string[] = [];
  private at = 0;

  /** `isName` tells names from values. */
  constructor(
    text: string,
    private readonly isName: (token: string) => boolean,
  ) {
    const rest = text.trimEnd();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < rest.length) {
      const [, token] = TOKEN.exec(rest) ?? [];
      if (token === undefined) throw invalidPattern();
      this.tokens.push(token);
    }
  }

  /** Throws `InvalidParameterException`. */
  read(): Condition {
    const condition = this.either();
    if (this.at < this.tokens.length) throw invalidPattern();
    return condition;
  }

  private either(): Condition {
    const parts = [this.both()];
    while (this.take('||')) parts.push(this.both());
    return (lookup) => parts.some((part) => part(lookup));
  }

  private both(): Condition {
    const parts = [this.one()];
    while (this.take('&&')) parts.push(this.one());
    return (lookup) => parts.every((part) => part(lookup));
  }

  private one(): Condition {
    if (this.take('(')) {
      const inner = this.either();
      if (!this.take(')')) throw invalidPattern();
      return inner;
    }
    const name = this.next();
    if (!this.isName(name)) throw invalidPattern();
    const operator = this.next();
    if (operator === 'NOT' && this.take('EXISTS')) return (lookup) => lookup(name) === undefined;
    if (operator === 'IS') return keyword(name, this.next());
    return comparison(name, operator, this.next());
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw invalidPattern();
    return token;
  }
}

function keyword(name: string, word: string): Condition {
  const values: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };
  if (!Object.hasOwn(values, word)) throw invalidPattern();
  return (lookup) => lookup(name) === values[word];
}

/** A name without a value, or with several (an array's), fulfils a comparison if one of them does. */
function comparison(name: string, operator: string, value: string): Condition {
  const test = testOf(operator, value);
  return (lookup) => {
    const found = lookup(name);
    return (Array.isArray(found) ? found : [found]).some((one) => one !== undefined && one !== null && test(one));
  };
}

function testOf(operator: string, value: string): (found: unknown) => boolean {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
  switch (operator) {
    case '=':
      return equals(value, number);
    case '!=': {
      const same = equals(value, number);
      return (found) => !same(found);
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (number === undefined) throw invalidPattern();
      return (found) => compares(numberOf(found), operator, number);
    default:
      throw invalidPattern();
  }
}

function compares(found: number, operator: '<' | '<=' | '>' | '>=', wanted: number): boolean {
  if (operator === '<') return found < wanted;
  if (operator === '<=') return found <= wanted;
  return operator === '>' ? found > wanted : found >= wanted;
}

/** A column that holds a number is one; a string in JSON is not. */
const numberOf = (found: unknown): number =>
  typeof found === 'number' ? found : found instanceof Column && found.text !== '' ? Number(found.text) : Number.NaN;

/** The text of a column, which may be meant as a number. */
export class Column {
  constructor(readonly text: string) {}
}

function equals(value: string, number: number | undefined): (found: unknown) => boolean {
  if (value.startsWith('%')) {
    const finds = compileRegex(value.slice(1, -1));
    return (found) => finds(textOf(found));
  }
  if (number !== undefined) return (found) => numberOf(found) === number;
  const quoted = value.startsWith('"');
  const text = quoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (!text.includes('*')) return (found) => (found instanceof Column ? found.text : found) === text;
  const glob = text.split(/(\*)/).map((piece) => (piece === '*' ? ANY_TEXT : piece));
  return (found) => matchesGlob(glob, textOf(found));
}

function textOf(found: unknown): string {
  if (found instanceof Column) return found.text;
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
}
