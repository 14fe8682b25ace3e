/**
 * Key condition expressions: one partition, and of it a range of sort keys.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidValues, validation } from '../errors.ts';
import { assertKeyValue, type KeySchema } from '../keys.ts';
import { typeOf } from '../value/value.ts';
import { assertScalarKeys, pathsOf } from './attributes.ts';
import { parseCondition } from './condition.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './tree.ts';

export interface KeyCondition {
  readonly hash: AttributeValue;
  /** What the sort key has to meet. */
  readonly range?: Condition;
}

interface Part {
  readonly key: string;
  readonly operator: Comparator | 'BETWEEN' | 'begins_with';
  readonly values: readonly AttributeValue[];
  readonly condition: Condition;
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Throws `ValidationException` for what does not name one partition and at most one range of it. */
export function parseKeyCondition(source: string, schema: KeySchema, placeholders: Placeholders): KeyCondition {
  const condition = parseCondition(source, 'KeyConditionExpression', placeholders);
  const parts = split(condition).map(partOf);
  assertScalarKeys(pathsOf(condition), schema);
  if (new Set(parts.map(({ key }) => key)).size < parts.length) {
    throw validation('KeyConditionExpressions must only contain one condition per key');
  }
  if (parts.length > 2) throw validation('Conditions can be of length 1 or 2 only');
  const hash = parts.find(({ key }) => key === schema.hash.name);
  const range = parts.find(({ key }) => key === schema.range?.name);
  if (!hash) throw missed(schema.hash.name);
  if (parts.length === 2 && !schema.range) throw validation('Query key condition not supported');
  if (parts.length === 2 && !range) throw missed(schema.range!.name);
  for (const [part, key] of [[hash, schema.hash] as const, [range, schema.range] as const]) {
    for (const value of part?.values ?? []) {
      if (typeOf(value) !== key!.type) throw invalidValues('Condition parameter type does not match schema type');
    }
  }
  if (hash.operator !== '=') throw validation('Query key condition not supported');
  assertKeyValue(schema.hash, hash.values[0]!);
  return { hash: hash.values[0]!, ...(range ? { range: range.condition } : {}) };
}

function split(condition: Condition): Condition[] {
  return condition.kind === 'and' ? [...split(condition.left), ...split(condition.right)] : [condition];
}

function partOf(condition: Condition): Part {
  switch (condition.kind) {
    case 'compare': {
      const [left, right] = condition.operands;
      const flipped = left.kind !== 'path';
      const operator = flipped ? MIRRORED[condition.operator] : condition.operator;
      if (operator === '<>') throw unsupported('<>');
      return { ...operandsOf(flipped ? [right, left] : [left, right]), operator, condition };
    }
    case 'between':
      return { ...operandsOf(condition.operands), operator: 'BETWEEN', condition };
    case 'call':
      if (condition.name !== 'begins_with') throw unsupported(condition.name);
      return { ...operandsOf(condition.operands), operator: 'begins_with', condition };
    default:
      throw unsupported(condition.kind.toUpperCase());
  }
}

/** A key, and the values that it is compared with. */
function operandsOf(operands: readonly Operand[]): { key: string; values: AttributeValue[] } {
  const [key, ...others] = operands as readonly [Operand, ...Operand[]];
  if (operands.some(({ kind }) => kind === 'call')) {
    throw validation('KeyConditionExpressions cannot contain nested operations');
  }
  if (key.kind !== 'path') {
    throw validation('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  const values = others.map((operand) => {
    if (operand.kind === 'value') return operand.value;
    throw validation('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
  });
  return { key: key.path[0], values };
}

const missed = (name: string) => validation(`Query condition missed key schema element: ${name}`);

const unsupported = (operator: string) => validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
