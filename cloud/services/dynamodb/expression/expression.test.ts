import { describe, expect, test } from 'vitest';
import { type AttributeValue, checkItem, type Item } from '../value/value.ts';
import { applyUpdate } from './apply.ts';
import { parseCondition } from './condition.ts';
import { meets } from './evaluate.ts';
import { parseKeyCondition } from './key-condition.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection, project } from './projection.ts';
import { parseUpdate } from './update-parser.ts';

const item: Item = checkItem({
  s: { S: 'hello' },
  n: { N: '5' },
  b: { B: Uint8Array.of(1, 2, 3) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  tags: { SS: ['red', 'green'] },
  seq: { L: [{ S: 'a' }, { N: '1' }, { M: { k: { S: 'v' } } }] },
  doc: { M: { k: { N: '1' }, deep: { M: { e: { S: 'e' } } } } },
});

const values: Record<string, AttributeValue> = {
  ':n': { N: '5.0' },
  ':two': { N: '2' },
  ':nine': { N: '9' },
  ':h': { S: 'he' },
  ':red': { S: 'red' },
  ':S': { S: 'S' },
  ':more': { L: [{ S: 'z' }] },
  ':set': { SS: ['red', 'blue'] },
  ':all': { SS: ['green', 'red'] },
  ':bytes': { B: Uint8Array.of(2, 3) },
  ':true': { BOOL: true },
};
/** The placeholders that this expression uses, as requests have to give them. */
const placeholders = (expression: string, names?: Record<string, string>) => {
  const used = Object.entries(values).filter(([key]) => new RegExp(`${key}\\b`).test(expression));
  return Placeholders.of(
    {
      ...(names ? { ExpressionAttributeNames: names } : {}),
      ...(used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {}),
    },
    [expression],
    { ConditionExpression: expression },
  );
};
const holds = (expression: string) =>
  meets(parseCondition(expression, 'ConditionExpression', placeholders(expression)), item);
const updated = (expression: string) => {
  const before = structuredClone(item);
  const after = applyUpdate(parseUpdate(expression, placeholders(expression)), item);
  expect(item).toEqual(before);
  return after;
};

describe('conditions', () => {
  test.each([
    'n = :n',
    'n <> :two',
    'absent <> :two',
    'NOT absent = :two',
    'n > :two AND n < :nine',
    'n BETWEEN :two AND :nine',
    'n IN (:two, :n)',
    's > :h',
    'begins_with(s, :h)',
    'contains(s, :h)',
    'contains(tags, :red)',
    'contains(b, :bytes)',
    'tags = :all',
    'size(s) = :n',
    'size(tags) = :two',
    'attribute_type(s, :S)',
    'attribute_exists(doc.deep.e)',
    'attribute_exists(seq[2].k)',
    'attribute_not_exists(seq[3])',
    'attribute_not_exists(s.k)',
    'yes = :true',
    'n = :two OR n = :nine OR n = :n',
    'n = :two AND n = :nine OR n = :n',
    'not (n = :two or n = :nine)',
  ])('%s', (expression) => {
    expect(holds(expression)).toBe(true);
  });

  test.each([
    'n = :two',
    'absent = :two',
    'absent < :two',
    's < :two',
    'n > :h',
    'tags = :set',
    'size(n) = :two',
    'attribute_exists(valueOf)',
    'attribute_exists(doc.toString)',
    'n = :n AND (n = :two OR n = :nine)',
  ])('not: %s', (expression) => {
    expect(holds(expression)).toBe(false);
  });

  test.each([
    ['', 'The expression can not be empty;'],
    ['n', 'Syntax error; token: "<EOF>", near: "n"'],
    ['n = ', 'Syntax error; token: "<EOF>", near: "= "'],
    ['n == :n', 'Syntax error; token: "=", near: "== :n"'],
    ['AND n = :n', 'Syntax error; token: "AND", near: "AND n"'],
    ['n = 1', 'Syntax error; token: "1", near: "= 1"'],
    ['seq[-1] = :n', 'Syntax error; token: "-", near: "[-1"'],
    ['n in ()', 'Syntax error; token: ")", near: "()"'],
    ['(n = :n) = :n', 'Syntax error; token: "=", near: ") = :n"'],
    ['status = :n', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['size = :n', 'Attribute name is a reserved keyword; reserved keyword: size'],
    ['foo(n)', 'Invalid function name; function: foo'],
    ['size(n)', 'The function is not allowed to be used this way in an expression; function: size'],
    ['((n = :n))', 'The expression has redundant parentheses;'],
    ['n = :absent', 'An expression attribute value used in expression is not defined; attribute value: :absent'],
    ['#x = :n', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
    [
      'n = n',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]',
    ],
    ['n < :set', 'Incorrect operand type for operator or function; operator or function: <, operand type: SS'],
    [
      'begins_with(s)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    ['attribute_exists(:n)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    [
      'attribute_type(n, :h)',
      'Invalid attribute type name found; type: he, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}',
    ],
    [
      'n BETWEEN :nine AND :two',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        'lower bound operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:2}',
    ],
  ])('%s is refused', (expression, why) => {
    expect(() => holds(expression)).toThrow(`Invalid ConditionExpression: ${why}`);
  });
});

describe('updates', () => {
  test.each<[string, Record<string, unknown>]>([
    ['SET n = n + :two', { n: { N: '7' } }],
    ['SET n = :two - n', { n: { N: '-3' } }],
    ['SET fresh = if_not_exists(fresh, :two) + :n', { fresh: { N: '7' } }],
    ['SET n = if_not_exists(n, :two)', { n: { N: '5' } }],
    ['SET seq = list_append(seq, :more)', { seq: { L: [...item.seq!.L!, { S: 'z' }] } }],
    ['SET n = s, s = n', { n: { S: 'hello' }, s: { N: '5' } }],
    ['SET doc.deep.f = :two', { doc: { M: { k: { N: '1' }, deep: { M: { e: { S: 'e' }, f: { N: '2' } } } } } }],
    ['SET seq[9] = :n, seq[8] = :two', { seq: { L: [...item.seq!.L!, { N: '2' }, { N: '5' }] } }],
    ['REMOVE seq[0], seq[1]', { seq: { L: [item.seq!.L![2]] } }],
    ['REMOVE n, absent', { n: undefined }],
    ['ADD n :two', { n: { N: '7' } }],
    ['ADD fresh :two', { fresh: { N: '2' } }],
    ['ADD tags :set', { tags: { SS: ['blue', 'green', 'red'] } }],
    ['DELETE tags :set', { tags: { SS: ['green'] } }],
    ['DELETE tags :all', { tags: undefined }],
    ['set n = :two remove s add doc.k :two', { n: { N: '2' }, s: undefined }],
  ])('%s', (expression, expected) => {
    const after = updated(expression);
    for (const [name, value] of Object.entries(expected)) expect(after[name]).toEqual(value);
  });

  test.each([
    ['SET n', 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "n"'],
    ['FOO n', 'Invalid UpdateExpression: Syntax error; token: "FOO", near: "FOO n"'],
    ['SET n = n + n + n', 'Invalid UpdateExpression: Syntax error; token: "+", near: "n + n"'],
    ['SET n = :n, REMOVE s', 'Invalid UpdateExpression: Syntax error; token: "REMOVE", near: ", REMOVE s"'],
    [
      'SET n = :n SET s = :h',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET doc.k = :n REMOVE doc',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc, k], path two: [doc]',
    ],
    [
      'SET doc.k = :n, doc[0] = :n',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [doc, k], path two: [doc, [0]]',
    ],
    [
      'SET n = n + :h',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    [
      'ADD n :h',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
    ],
    [
      'SET n = size(s)',
      'Invalid UpdateExpression: The function is not allowed in an update expression; function: size',
    ],
    ['SET n = absent', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET n = s + :two', 'An operand in the update expression has an incorrect data type'],
    ['ADD s :two', 'An operand in the update expression has an incorrect data type'],
    ['SET absent.k = :two', 'The document path provided in the update expression is invalid for update'],
    ['REMOVE s.k', 'The document path provided in the update expression is invalid for update'],
  ])('%s is refused', (expression, message) => {
    expect(() => updated(expression)).toThrow(message);
  });
});

describe('projections', () => {
  const projected = (expression: string, names?: Record<string, string>) => ({
    ...project(item, parseProjection(expression, placeholders(expression, names))),
  });

  test('keep the shape of what they choose', () => {
    expect(projected('n, doc.deep.e, seq[2], seq[0], absent, s.k')).toEqual({
      n: { N: '5' },
      doc: { M: { deep: { M: { e: { S: 'e' } } } } },
      seq: { L: [{ S: 'a' }, { M: { k: { S: 'v' } } }] },
    });
    expect(projected('#m.k', { '#m': 'doc' })).toEqual({ doc: { M: { k: { N: '1' } } } });
  });

  test('may not overlap', () => {
    expect(() => projected('doc, doc.k')).toThrow('Two document paths overlap with each other');
  });
});

describe('key conditions', () => {
  const schema = { hash: { name: 's', type: 'S' }, range: { name: 'n', type: 'N' } } as const;
  const parse = (expression: string) => parseKeyCondition(expression, schema, placeholders(expression));

  test('name one partition, and a range of it', () => {
    expect(parse('n > :two AND s = :h')).toMatchObject({ hash: { S: 'he' }, range: { operator: '>' } });
    expect(parse(':h = s')).toEqual({ hash: { S: 'he' } });
  });

  test.each([
    ['s > :h', 'Query key condition not supported'],
    ['n = :n', 'Query condition missed key schema element: s'],
    ['s = :h AND q = :n', 'Query condition missed key schema element: n'],
    ['s = :h OR n = :n', 'Invalid operator used in KeyConditionExpression: OR'],
    ['s = :h AND n <> :n', 'Invalid operator used in KeyConditionExpression: <>'],
    ['s = :h AND NOT n = :n', 'Invalid operator used in KeyConditionExpression: NOT'],
    ['s = :h AND n > :two AND n < :nine', 'KeyConditionExpressions must only contain one condition per key'],
    ['s = :n', 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
    ['s.k = :h', "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: s"],
    ['size(s) = :h', 'KeyConditionExpressions cannot contain nested operations'],
    ['s = n', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
  ])('%s is refused', (expression, message) => {
    expect(() => parse(expression)).toThrow(message);
  });
});
