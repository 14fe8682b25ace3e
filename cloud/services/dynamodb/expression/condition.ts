/**
 * Parses condition, filter and key condition expressions.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import type { ExpressionKind } from './lexer.ts';
import { CONDITION_FUNCTIONS, checkBetween, checkComparison, checkFunction, checkIn, FUNCTIONS } from './operands.ts';
import { Parser, type Rank } from './parser.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './tree.ts';

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

type Node = Operand | Condition;

/** Throws `ValidationException`. */
export function parseCondition(source: string, kind: ExpressionKind, placeholders: Placeholders): Condition {
  const parser = new ConditionParser(source, kind, placeholders);
  const condition = parser.condition();
  parser.finish();
  return condition;
}

class ConditionParser extends Parser {
  /** Nodes that stand in parentheses of their own. */
  private readonly parenthesised = new Set<Node>();
  private readonly tell = (rank: Rank, why: string): void => this.mistake(rank, why);

  condition(): Condition {
    return this.asCondition(this.or());
  }

  private or(): Node {
    let left = this.and();
    while (this.at('OR')) {
      left = this.asCondition(left);
      this.expect('OR');
      left = { kind: 'or', left, right: this.asCondition(this.and()) };
    }
    return left;
  }

  private and(): Node {
    let left = this.not();
    while (this.at('AND')) {
      left = this.asCondition(left);
      this.expect('AND');
      left = { kind: 'and', left, right: this.asCondition(this.not()) };
    }
    return left;
  }

  private not(): Node {
    if (!this.take('NOT')) return this.comparison();
    return { kind: 'not', condition: this.asCondition(this.not()) };
  }

  private comparison(): Node {
    const first = this.primary();
    const operator = COMPARATORS.find((comparator) => this.at(comparator)) as Comparator | undefined;
    if (operator) {
      const left = this.asOperand(first);
      this.expect(operator);
      const operands = [left, this.operand()] as const;
      checkComparison(operator, operands, this.tell);
      return { kind: 'compare', operator, operands };
    }
    if (this.at('BETWEEN')) {
      const value = this.asOperand(first);
      this.expect('BETWEEN');
      const lower = this.operand();
      this.expect('AND');
      const operands = [value, lower, this.operand()] as const;
      checkBetween(operands, this.tell);
      return { kind: 'between', operands };
    }
    if (this.at('IN')) {
      const value = this.asOperand(first);
      this.expect('IN');
      this.expect('(');
      const operands = [value, ...this.list(() => this.operand())];
      this.expect(')');
      checkIn(operands, this.tell);
      return { kind: 'in', operands };
    }
    return first;
  }

  private operand(): Operand {
    return this.asOperand(this.primary());
  }

  private primary(): Node {
    if (this.take('(')) return this.parentheses();
    if (this.token.kind === 'value') return { kind: 'value', value: this.value() };
    if (!this.atCall) return { kind: 'path', path: this.path() };
    const { name, operands } = this.call(() => this.operand());
    if (!FUNCTIONS.includes(name)) this.mistake('function', `Invalid function name; function: ${name}`);
    else if (name !== 'size' && !CONDITION_FUNCTIONS.includes(name)) {
      this.mistake('use', `The function is not allowed in a condition expression; function: ${name}`);
    } else checkFunction(name, operands, this.tell);
    return { kind: 'call', name, operands };
  }

  private parentheses(): Node {
    const node = this.or();
    this.expect(')');
    if (this.parenthesised.has(node)) this.mistake('parentheses', 'The expression has redundant parentheses;');
    this.parenthesised.add(node);
    return node;
  }

  /** The node as a condition: a bare path or value is none, and the next token should have made one of it. */
  private asCondition(node: Node): Condition {
    if (node.kind === 'path' || node.kind === 'value') throw this.syntaxError();
    if (node.kind === 'call' && node.name === 'size') this.misused(node.name);
    return node;
  }

  private asOperand(node: Node): Operand {
    if (node.kind !== 'path' && node.kind !== 'value' && node.kind !== 'call') throw this.syntaxError();
    if (node.kind === 'call' && CONDITION_FUNCTIONS.includes(node.name)) this.misused(node.name);
    return node;
  }

  private misused(name: string): void {
    this.mistake('use', `The function is not allowed to be used this way in an expression; function: ${name}`);
  }
}
