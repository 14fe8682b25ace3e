/**
 * Parses update expressions.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
import { type AttributeValue, type TypeName, typeOf } from '../value/value.ts';
import { checkFunction, checkTypes, FUNCTIONS, UPDATE_FUNCTIONS } from './operands.ts';
import { Parser, type Rank } from './parser.ts';
import type { Placeholders } from './placeholders.ts';
import type { Operand, Path, SetValue, Update } from './tree.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const ADDED: readonly TypeName[] = ['N', 'SS', 'NS', 'BS'];
const DELETED: readonly TypeName[] = ['SS', 'NS', 'BS'];
/** The types as this one message spells them. */
const LONG_NAMES: Readonly<Record<TypeName, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
};

interface Change {
  readonly path: Path;
  readonly value: AttributeValue;
}

/** Throws `ValidationException`. */
export function parseUpdate(source: string, placeholders: Placeholders): Update {
  const parser = new UpdateParser(source, 'UpdateExpression', placeholders);
  const update = parser.update();
  parser.finish();
  return update;
}

class UpdateParser extends Parser {
  private readonly parenthesised = new Set<SetValue>();
  private readonly tell = (rank: Rank, why: string): void => this.mistake(rank, why);

  update(): Update {
    const set: { path: Path; value: SetValue }[] = [];
    const remove: Path[] = [];
    const add: Change[] = [];
    const deleted: Change[] = [];
    const paths: Path[] = [];
    const seen = new Set<string>();
    do {
      const section = SECTIONS.find((name) => this.at(name));
      if (!section) throw this.syntaxError();
      if (seen.has(section)) {
        this.mistake('use', `The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      this.expect(section);
      this.list(() => {
        const path = this.path();
        paths.push(path);
        if (section === 'SET') set.push({ path, value: this.assigned() });
        else if (section === 'REMOVE') remove.push(path);
        else if (section === 'ADD') add.push({ path, value: this.typed('ADD', ADDED) });
        else deleted.push({ path, value: this.typed('DELETE', DELETED) });
      });
    } while (this.token.kind !== 'end');
    this.checkPaths(paths);
    return { set, remove, add, delete: deleted, paths };
  }

  private assigned(): SetValue {
    this.expect('=');
    return this.sum();
  }

  private sum(): SetValue {
    const left = this.operand();
    const sign = (['+', '-'] as const).find((mark) => this.at(mark));
    if (!sign) return left;
    this.expect(sign);
    const right = this.operand();
    for (const part of [left, right]) {
      if (part.kind === 'call' && part.name === 'list_append') this.misused(part.name);
      if (part.kind === 'value') checkTypes(sign, [part], ['N'], this.tell);
    }
    return { kind: sign === '+' ? 'sum' : 'difference', left, right };
  }

  private operand(): SetValue {
    if (!this.take('(')) return this.plainOperand();
    const value = this.sum();
    this.expect(')');
    if (this.parenthesised.has(value)) this.mistake('parentheses', 'The expression has redundant parentheses;');
    this.parenthesised.add(value);
    return value;
  }

  private plainOperand(): Operand {
    if (this.token.kind === 'value') return { kind: 'value', value: this.value() };
    if (!this.atCall) return { kind: 'path', path: this.path() };
    const { name, operands } = this.call(() => this.plainOperand());
    if (!FUNCTIONS.includes(name)) this.mistake('function', `Invalid function name; function: ${name}`);
    else if (!UPDATE_FUNCTIONS.includes(name)) {
      this.mistake('use', `The function is not allowed in an update expression; function: ${name}`);
    } else {
      for (const operand of operands) {
        if (operand.kind === 'call' && operand.name === 'list_append') this.misused(operand.name);
      }
      checkFunction(name, operands, this.tell);
    }
    return { kind: 'call', name, operands };
  }

  private typed(section: string, types: readonly TypeName[]): AttributeValue {
    const value = this.value();
    if (!types.includes(typeOf(value))) {
      this.mistake(
        'operands',
        `Incorrect operand type for operator or function; operator: ${section}, ` +
          `operand type: ${LONG_NAMES[typeOf(value)]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
      );
    }
    return value;
  }

  private misused(name: string): void {
    this.mistake('use', `The function is not allowed to be used this way in an expression; function: ${name}`);
  }
}
