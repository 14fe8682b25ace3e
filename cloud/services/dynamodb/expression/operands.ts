/**
 * What functions and operators take: how many operands, and of which types where a value's type is plain from the expression.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import { compareValues } from '../value/compare.ts';
import { type AttributeValue, type TypeName, typeOf } from '../value/value.ts';
import type { Rank } from './parser.ts';
import { type Operand, samePath, showPath } from './tree.ts';

type Tell = (rank: Rank, why: string) => void;

export const CONDITION_FUNCTIONS = [
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
];
export const UPDATE_FUNCTIONS = ['if_not_exists', 'list_append'];
export const FUNCTIONS = [...CONDITION_FUNCTIONS, ...UPDATE_FUNCTIONS, 'size'];

const ORDERED: readonly TypeName[] = ['S', 'N', 'B'];
const SIZED: readonly TypeName[] = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'];
const MOST_IN_OPERANDS = 100;
const TYPE_NAMES = ['N', 'BS', 'L', 'B', 'NULL', 'M', 'S', 'SS', 'NS', 'BOOL'];

export function checkFunction(name: string, operands: readonly Operand[], tell: Tell): void {
  const wanted = name === 'size' || (name.endsWith('_exists') && name !== 'if_not_exists') ? 1 : 2;
  if (operands.length !== wanted) {
    tell(
      'operands',
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
    return;
  }
  const [first, second] = operands;
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
    case 'if_not_exists':
      if (first!.kind !== 'path') {
        tell('operands', `Operator or function requires a document path; operator or function: ${name}`);
      }
      if (name === 'if_not_exists') checkDistinct(name, operands, tell);
      return;
    case 'attribute_type':
      checkTypeOperand(second!, tell);
      return;
    case 'begins_with':
      checkTypes(name, operands, ['S', 'B'], tell);
      checkDistinct(name, operands, tell);
      return;
    case 'contains':
      checkDistinct(name, operands, tell);
      return;
    case 'list_append':
      checkTypes(name, operands, ['L'], tell);
      return;
    case 'size':
      checkTypes(name, operands, SIZED, tell);
  }
}

export function checkComparison(operator: string, operands: readonly Operand[], tell: Tell): void {
  if (operator !== '=' && operator !== '<>') checkTypes(operator, operands, ORDERED, tell);
  checkDistinct(operator, operands, tell);
}

export function checkIn(operands: readonly Operand[], tell: Tell): void {
  const count = operands.length - 1;
  if (count > MOST_IN_OPERANDS) {
    tell('operands', `The IN operator is provided with too many operands; number of operands: ${count}`);
  }
  checkDistinct('IN', operands, tell);
}

export function checkBetween(operands: readonly Operand[], tell: Tell): void {
  checkTypes('BETWEEN', operands, ORDERED, tell);
  checkDistinct('BETWEEN', operands, tell);
  const [, lower, upper] = operands;
  if (lower?.kind !== 'value' || upper?.kind !== 'value') return;
  const bounds =
    `lower bound operand: AttributeValue: ${showValue(lower.value)}, ` +
    `upper bound operand: AttributeValue: ${showValue(upper.value)}`;
  if (typeOf(lower.value) !== typeOf(upper.value)) {
    tell('operands', `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  } else if (ORDERED.includes(typeOf(lower.value)) && compareValues(lower.value, upper.value) > 0) {
    tell('operands', `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`);
  }
}

export function checkTypes(name: string, operands: readonly Operand[], types: readonly TypeName[], tell: Tell): void {
  for (const operand of operands) {
    const type = typeOfOperand(operand);
    if (type && !types.includes(type)) {
      tell(
        'operands',
        `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
      );
    }
  }
}

function typeOfOperand(operand: Operand): TypeName | undefined {
  if (operand.kind === 'value') return typeOf(operand.value);
  if (operand.kind === 'path') return undefined;
  if (operand.name === 'size') return 'N';
  return operand.name === 'list_append' ? 'L' : undefined;
}

function checkTypeOperand(operand: Operand, tell: Tell): void {
  const type = typeOfOperand(operand);
  if (operand.kind !== 'value' || type !== 'S') {
    tell(
      'operands',
      'Incorrect operand type for operator or function; operator or function: attribute_type, ' +
        `operand type: ${type ?? `{${TYPE_NAMES.join(',')}}`}`,
    );
  } else if (!TYPE_NAMES.includes(operand.value.S!)) {
    tell(
      'operands',
      `Invalid attribute type name found; type: ${operand.value.S}, valid types: {${TYPE_NAMES.join(',')}}`,
    );
  }
}

function checkDistinct(operator: string, [first, ...others]: readonly Operand[], tell: Tell): void {
  if (first?.kind !== 'path') return;
  if (others.some((other) => other.kind === 'path' && samePath(other.path, first.path))) {
    tell(
      'operands',
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${operator}, first operand: ${showPath(first.path)}`,
    );
  }
}

const showValue = ({ S, N, B }: AttributeValue): string =>
  S !== undefined ? `{S:${S}}` : N !== undefined ? `{N:${N}}` : `{B:${B ? Buffer.from(B).toString('base64') : ''}}`;
