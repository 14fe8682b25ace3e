/**
 * Cuts an expression into tokens, and says where its syntax is wrong in DynamoDB's words.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
import { validation } from '../errors.ts';

export interface Token {
  /** `name`: `#placeholder`. `value`: `:placeholder`. `mark`: an operator, a bracket, or a character of no meaning. */
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'mark' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

const LONGEST_BYTES = 4096;
const TOKEN = /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(0|[1-9][0-9]*)|(<>|<=|>=|[^\s]))/uy;
const KINDS = ['word', 'name', 'value', 'number', 'mark'] as const;

/** Throws `ValidationException` for an expression that is empty or too long. The last token is always of kind `end`. */
export function tokenize(source: string, kind: ExpressionKind): Token[] {
  if (source === '') throw invalid(kind, 'The expression can not be empty;');
  const size = Buffer.byteLength(source, 'utf8');
  if (size > LONGEST_BYTES) {
    throw invalid(kind, `Expression size has exceeded the maximum allowed size; expression size: ${size}`);
  }
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
    const group = match.slice(1).findIndex((text) => text !== undefined);
    const text = match[group + 1]!;
    tokens.push({ kind: KINDS[group]!, text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: source.length, end: source.length });
  return tokens;
}

/** The error for the token at `index`, shown with its neighbours. */
export function syntaxError(kind: ExpressionKind, source: string, tokens: readonly Token[], index: number): Error {
  const from = tokens[index - 1]?.start ?? 0;
  const next = tokens[index + 1];
  const to = next && next.kind !== 'end' ? next.end : tokens[index]!.end;
  return invalid(kind, `Syntax error; token: "${tokens[index]!.text}", near: "${source.slice(from, to)}"`);
}

export const invalid = (kind: ExpressionKind, why: string): Error => validation(`Invalid ${kind}: ${why}`);
