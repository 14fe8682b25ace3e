import { expect, test } from 'vitest';
import type { ConditionKeys } from '../contract.ts';
import { type Condition, compileConditions, isOperator } from './conditions.ts';
import { RequestContext } from './context.ts';

const holds = (condition: Condition, keys: ConditionKeys) =>
  compileConditions(condition, true)(new RequestContext(() => keys));

/** An operator, what the policy has, what the request has, and whether it holds. */
test.each<[operator: string, wanted: string | string[], seen: string | undefined, holds: boolean]>([
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a', 'A', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringEqualsIgnoreCase', 'a', 'A', true],
  ['StringNotEqualsIgnoreCase', 'a', 'A', false],
  ['StringNotEqualsIgnoreCase', 'a', 'b', true],
  ['StringLike', 'a*', 'ab', true],
  ['StringNotLike', ['a*', 'b*'], 'bc', false],
  ['NumericEquals', '10', '10.0', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', ['10', '11'], '11', false],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThanEquals', '10', '11', false],
  ['NumericGreaterThan', '10', '10', false],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericEquals', '', '0', false],
  ['DateEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
  ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
  ['DateNotEquals', '2026-01-01', '2026-01-02', true],
  ['DateLessThan', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z', true],
  ['DateLessThan', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', false],
  ['DateLessThanEquals', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '2026', '2026-01-02', true],
  ['DateGreaterThanEquals', '2026-01', '2026-01-01', true],
  ['DateGreaterThan', 'yesterday', '2026-01-01', false],
  ['Bool', 'true', 'True', true],
  ['Bool', 'true', 'false', false],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
  ['IpAddress', ['10.0.0.0/8', '203.0.113.9'], '203.0.113.9', true],
  ['IpAddress', '203.0.113.9', '203.0.113.8', false],
  ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678::1', true],
  ['IpAddress', '2001:DB8:1234:5678::/64', '203.0.113.9', false],
  ['IpAddress', '0.0.0.0/0', '203.0.113.9', true],
  ['IpAddress', '203.0.113.0/33', '203.0.113.9', false],
  ['IpAddress', 'nowhere', '203.0.113.9', false],
  ['NotIpAddress', ['10.0.0.0/8', '203.0.113.0/24'], '203.0.113.9', false],
  ['NotIpAddress', '10.0.0.0/8', '203.0.113.9', true],
  ['ArnLike', 'arn:aws:s3:::in*', 'arn:aws:s3:::inbox', true],
  ['ArnEquals', 'arn:aws:x:*:1:finance/*', 'arn:aws:x:us-east-2:1:finance/a:b', true],
  ['ArnEquals', 'arn:aws:x:*:1:finance/*', 'arn:aws:x:us-east-2:9:store/abc:1:finance/a', false],
  ['ArnEquals', 'arn:*', 'arn:aws:s3:::inbox', false],
  ['ArnNotEquals', 'arn:aws:s3:::in*', 'arn:aws:s3:::inbox', false],
  ['ArnNotLike', 'arn:aws:s3:::in*', 'arn:aws:s3:::outbox', true],
  ['Null', 'true', undefined, true],
  ['Null', 'false', undefined, false],
  ['Null', 'false', '', true],
  ['Null', 'true', 'a', false],
  // Where the key is absent:
  ...['String', 'Numeric', 'Date'].flatMap((kind): [string, string, undefined, boolean][] => [
    [`${kind}Equals`, '1', undefined, false],
    [`${kind}EqualsIfExists`, '1', undefined, true],
    [`${kind}NotEquals`, '1', undefined, true],
    [`${kind}NotEqualsIfExists`, '1', undefined, true],
  ]),
  ['NotIpAddress', '10.0.0.0/8', undefined, true],
  ['IpAddressIfExists', '10.0.0.0/8', undefined, true],
  ['BoolIfExists', 'true', 'false', false],
  ['ForAllValues:StringEquals', 'a', undefined, true],
  ['ForAllValues:StringEquals', 'a', '', true],
  ['ForAnyValue:StringEquals', 'a', undefined, false],
  ['ForAnyValue:StringEquals', '', '', false],
  ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ['ForAnyValue:StringNotEquals', 'a', undefined, false],
])('%s %s on %s: %s', (operator, wanted, seen, expected) => {
  expect(holds({ [operator]: { Key: wanted } }, { key: seen })).toBe(expected);
});

test.each([
  ['ForAllValues:StringEquals', ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'c'], false],
  ['ForAnyValue:StringEquals', ['a', 'c'], true],
  ['ForAnyValue:StringEquals', ['c', 'd'], false],
  ['ForAllValues:StringNotEquals', ['c', 'd'], true],
  ['ForAllValues:StringNotEquals', ['a', 'd'], false],
  ['ForAnyValue:StringNotEquals', ['a', 'd'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
  ['ForAllValues:StringLikeIfExists', ['a', 'b'], true],
] as const)('%s of several values %s: %s', (operator, seen, expected) => {
  expect(holds({ [operator]: { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': seen })).toBe(expected);
});

test('all operators, and all keys of each, have to hold', () => {
  const condition = { StringEquals: { a: '1', b: '2' }, Bool: { c: true }, NumericLessThan: { d: 3 } };
  expect(holds(condition, { a: '1', b: '2', c: 'true', d: '2' })).toBe(true);
  for (const wrong of [{ a: '2' }, { b: '3' }, { c: 'false' }, { d: '3' }]) {
    expect(holds(condition, { a: '1', b: '2', c: 'true', d: '2', ...wrong })).toBe(false);
  }
});

test('variables: in strings, ARNs and booleans, and in no others', () => {
  const value = `\${wanted}`;
  const keys = { key: '5', wanted: '5' };
  expect(holds({ StringEquals: { key: value } }, keys)).toBe(true);
  expect(holds({ StringLike: { key: value } }, { key: 'ab', wanted: 'a*' })).toBe(false);
  expect(holds({ StringNotEquals: { key: value } }, keys)).toBe(false);
  expect(holds({ NumericEquals: { key: value } }, keys)).toBe(false);
  expect(holds({ Bool: { key: value } }, { key: 'true', wanted: 'true' })).toBe(true);
  const arn = { key: 'arn:aws:s3:::inbox', wanted: 'inbox' };
  expect(holds({ ArnEquals: { key: `arn:aws:s3:::${value}` } }, arn)).toBe(true);
  expect(compileConditions({ StringEquals: { key: value } }, false)(new RequestContext(() => keys))).toBe(false);
});

test('a variable without a value is equal to nothing, and so is what is not equal to it', () => {
  const value = `\${wanted}`;
  expect(holds({ StringEquals: { key: value } }, { key: 'a' })).toBe(false);
  expect(holds({ StringNotEquals: { key: value } }, { key: 'a' })).toBe(true);
  expect(holds({ StringEquals: { key: [value, 'a'] } }, { key: 'a' })).toBe(true);
});

test('operators that there are', () => {
  for (const name of ['StringEquals', 'ForAllValues:ArnNotLikeIfExists', 'Null']) expect(isOperator(name)).toBe(true);
  for (const name of ['', 'x', 'ForAnyValue::StringEquals', 'NullIfExists', 'BoolNotEquals', 'constructor']) {
    expect(isOperator(name)).toBe(false);
  }
});
