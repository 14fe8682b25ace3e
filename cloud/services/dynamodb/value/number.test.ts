import { expect, test } from 'vitest';
import { add, formatDecimal, negate, parseDecimal, sortableDecimal } from './number.ts';

test.each([
  ['0', '0'],
  ['-0.0', '0'],
  ['+1', '1'],
  ['00012.500', '12.5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1e3', '1000'],
  ['1.5E-7', '0.00000015'],
  ['-123.456e2', '-12345.6'],
  ['1e-130', `0.${'0'.repeat(129)}1`],
  ['9.9999999999999999999999999999999999999e125', `${'9'.repeat(38)}${'0'.repeat(88)}`],
  ['123456789012345678901234567890123456780', '123456789012345678901234567890123456780'],
])('%s is kept as %s', (given, kept) => {
  expect(formatDecimal(parseDecimal(given))).toBe(kept);
});

test.each([
  ['', 'The parameter cannot be converted to a numeric value'],
  ['abc', 'The parameter cannot be converted to a numeric value: abc'],
  [' 1', 'The parameter cannot be converted to a numeric value:  1'],
  ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
  ['.', 'The parameter cannot be converted to a numeric value: .'],
  ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
  ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['-1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
])('"%s" is refused', (given, message) => {
  expect(() => parseDecimal(given)).toThrow(message);
});

test.each([
  ['0.1', '0.2', '0.3'],
  ['99999999999999999999999999999999999999', '1', `1${'0'.repeat(38)}`],
  ['1', '-1', '0'],
  ['1e20', '0.00000000000000001', '100000000000000000000.00000000000000001'],
])('%s + %s = %s, exactly', (left, right, total) => {
  expect(formatDecimal(add(parseDecimal(left), parseDecimal(right)))).toBe(total);
  expect(formatDecimal(add(parseDecimal(total), negate(parseDecimal(right))))).toBe(formatDecimal(parseDecimal(left)));
});

test('a sum that would need more than 38 digits is refused, not rounded', () => {
  expect(() => add(parseDecimal('99999999999999999999999999999999999999'), parseDecimal('0.1'))).toThrow('38');
});

test('numbers are ordered as numbers', () => {
  const ascending = ['-1e125', '-100', '-99.5', '-10', '-9', '-1.5', '-1', '-1e-130', '0', '1e-130', '0.5', '1', '1.5'];
  ascending.push('9', '9.99', '10', '99', '100', '1e125');
  const shuffled = [...ascending].reverse();
  const key = (text: string) => sortableDecimal(parseDecimal(text));
  expect(shuffled.sort((left, right) => (key(left) < key(right) ? -1 : 1))).toEqual(ascending);
});
