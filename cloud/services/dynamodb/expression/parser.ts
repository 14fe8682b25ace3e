/** What the parsers of all expressions share: the token at hand, document paths, function calls, mistakes of meaning. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type ExpressionKind, invalid, syntaxError, type Token, tokenize } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import { isReserved } from './reserved-words.ts';
import { type Operand, type Path, showPath } from './tree.ts';

/**
 * The order in which DynamoDB tells of mistakes when an expression has several: one of syntax before all, then these. The
 * first mistake of the first kind is the one that is told.
 */
const RANKS = ['reserved', 'parentheses', 'function', 'use', 'name', 'value', 'paths', 'operands'] as const;
export type Rank = (typeof RANKS)[number];

/** Words of the grammar itself. Other reserved words are names, if forbidden ones. */
const KEYWORDS = ['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN'];
const LARGEST_INDEX = 999_999_999;

export class Parser {
  private readonly tokens: readonly Token[];
  private readonly mistakes = new Map<Rank, string>();
  private position = 0;

  constructor(
    private readonly source: string,
    readonly kind: ExpressionKind,
    private readonly placeholders: Placeholders,
  ) {
    this.tokens = tokenize(source, kind);
  }

  /** Throws what is wrong with an expression that has been parsed to its end. */
  finish(): void {
    if (this.token.kind !== 'end') throw this.syntaxError();
    for (const rank of RANKS) {
      const why = this.mistakes.get(rank);
      if (why) throw invalid(this.kind, why);
    }
  }

  protected get token(): Token {
    return this.tokens[this.position]!;
  }

  protected get next(): Token | undefined {
    return this.tokens[this.position + 1];
  }

  protected syntaxError(): Error {
    return syntaxError(this.kind, this.source, this.tokens, this.position);
  }

  protected mistake(rank: Rank, why: string): void {
    if (!this.mistakes.has(rank)) this.mistakes.set(rank, why);
  }

  /** Is the token this mark or, in any case, this keyword? */
  protected at(text: string): boolean {
    const { kind, text: here } = this.token;
    return kind === 'mark' ? here === text : kind === 'word' && here.toUpperCase() === text;
  }

  protected take(text: string): boolean {
    if (!this.at(text)) return false;
    this.position++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.syntaxError();
  }

  protected path(): Path {
    const path: [string, ...(string | number)[]] = [this.step()];
    for (;;) {
      if (this.take('.')) path.push(this.step());
      else if (this.take('[')) path.push(this.index());
      else return path;
    }
  }

  /** `:value`. One that the request does not define stands as null until `finish` tells of it. */
  protected value(): AttributeValue {
    if (this.token.kind !== 'value') throw this.syntaxError();
    const key = this.advance().text;
    const value = this.placeholders.value(key);
    if (value) return value;
    this.mistake('value', `An expression attribute value used in expression is not defined; attribute value: ${key}`);
    return { NULL: true };
  }

  /** A function's name and operands, from the name on. */
  protected call(operand: () => Operand): { readonly name: string; readonly operands: Operand[] } {
    const name = this.advance().text;
    this.expect('(');
    const operands = this.list(operand);
    this.expect(')');
    return { name, operands };
  }

  protected get atCall(): boolean {
    return this.token.kind === 'word' && this.next?.kind === 'mark' && this.next.text === '(';
  }

  /** One or more, with commas between. */
  protected list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.take(',')) all.push(one());
    return all;
  }

  /** Two paths of one expression may not touch the same place, nor take one value for a map and a list. */
  protected checkPaths(paths: readonly Path[]): void {
    for (const [index, second] of paths.entries()) {
      for (const first of paths.slice(0, index)) {
        const apart = first.findIndex((step, at) => at >= second.length || step !== second[at]);
        const overlap = apart < 0 || apart >= second.length;
        if (!overlap && typeof first[apart] === typeof second[apart]) continue;
        this.mistake(
          'paths',
          `Two document paths ${overlap ? 'overlap' : 'conflict'} with each other; must remove or rewrite one of ` +
            `these paths; path one: ${showPath(first)}, path two: ${showPath(second)}`,
        );
      }
    }
  }

  private advance(): Token {
    return this.tokens[this.position++]!;
  }

  private step(): string {
    if (this.token.kind === 'name') {
      const key = this.advance().text;
      const name = this.placeholders.name(key);
      if (name !== undefined) return name;
      this.mistake(
        'name',
        `An expression attribute name used in the document path is not defined; attribute name: ${key}`,
      );
      return key;
    }
    if (this.token.kind !== 'word' || KEYWORDS.includes(this.token.text.toUpperCase())) throw this.syntaxError();
    const { text } = this.advance();
    if (isReserved(text)) {
      this.mistake('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    return text;
  }

  private index(): number {
    if (this.token.kind !== 'number') throw this.syntaxError();
    const { text } = this.advance();
    if (Number(text) > LARGEST_INDEX) {
      this.mistake('operands', `List index is not within the allowable range; index: [${text}]`);
    }
    this.expect(']');
    return Number(text);
  }
}
