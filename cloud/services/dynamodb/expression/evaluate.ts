/**
 * Whether an item meets a condition.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compareValues, sameValue } from '../value/compare.ts';
import { type Item, members, typeOf } from '../value/value.ts';
import type { Call, Comparator, Condition, Operand, Path } from './tree.ts';

export function meets(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, item) && meets(condition.right, item);
    case 'or':
      return meets(condition.left, item) || meets(condition.right, item);
    case 'not':
      return !meets(condition.condition, item);
    case 'compare': {
      const [left, right] = condition.operands.map((operand) => resolve(operand, item));
      return compare(condition.operator, left, right);
    }
    case 'between': {
      const [value, lower, upper] = condition.operands.map((operand) => resolve(operand, item));
      return compare('>=', value, lower) && compare('<=', value, upper);
    }
    case 'in': {
      const [value, ...others] = condition.operands.map((operand) => resolve(operand, item));
      return others.some((other) => compare('=', value, other));
    }
    case 'call':
      return meetsFunction(condition, item);
  }
}

/** What a path leads to. */
export function lookUp(item: Item, [name, ...steps]: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = Object.hasOwn(item, name) ? item[name] : undefined;
  for (const step of steps) {
    if (typeof step === 'number') value = value?.L?.[step];
    else value = value?.M && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
  }
  return value;
}

function resolve(operand: Operand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return lookUp(item, operand.path);
  const size = sizeOf(resolve(operand.operands[0]!, item));
  return size === undefined ? undefined : { N: String(size) };
}

/** What is missing equals nothing; values of different types are unequal, and none of them is the greater. */
function compare(operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (operator === '<>') return !left || !right || !sameValue(left, right);
  if (!left || !right || typeOf(left) !== typeOf(right)) return false;
  if (operator === '=') return sameValue(left, right);
  if (!['S', 'N', 'B'].includes(typeOf(left))) return false;
  const order = compareValues(left, right);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function meetsFunction({ name, operands }: Call, item: Item): boolean {
  const [first, second] = operands.map((operand) => resolve(operand, item));
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return first !== undefined && typeOf(first) === second?.S;
    case 'begins_with':
      if (first?.B && second?.B) return Buffer.from(first.B).subarray(0, second.B.length).equals(second.B);
      return first?.S !== undefined && second?.S !== undefined && first.S.startsWith(second.S);
    default:
      return first !== undefined && second !== undefined && contains(first, second);
  }
}

function contains(whole: AttributeValue, part: AttributeValue): boolean {
  if (whole.S !== undefined) return part.S !== undefined && whole.S.includes(part.S);
  if (whole.B) return part.B !== undefined && Buffer.from(whole.B).includes(Buffer.from(part.B));
  return (whole.L ?? members(whole)).some((member) => sameValue(member, part));
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value?.S !== undefined) return value.S.length;
  if (value?.M) return Object.keys(value.M).length;
  return (value?.B ?? value?.L ?? value?.SS ?? value?.NS ?? value?.BS)?.length;
}
