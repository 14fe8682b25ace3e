import { expect, test } from 'vitest';
import { harmless, harmlessJson } from './layout.ts';

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['a\u0007\u009bb', 'ab'],
  ['abc\u202edcba', 'abcdcba'],
  ['::error::pwned', ': :error::pwned'],
  ['   ::stop-commands::abc', '   : :stop-commands::abc'],
  ['see ##[add-mask]secret', 'see ## [add-mask]secret'],
  ['std::vector, a::b', 'std::vector, a::b'],
])('%j is printed as %j', (line, printed) => {
  expect(harmless(line)).toBe(printed);
});

test('JSON keeps what it says, and does nothing to a terminal', () => {
  const value = { output: ['a\u009b31m\u202eb\u007f', 'ü😀'] };
  const text = harmlessJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain('ü😀');
});
