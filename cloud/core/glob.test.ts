import { expect, test } from 'vitest';
import { ANY_TEXT, matchesGlob, ONE_CHARACTER, readGlob } from './glob.ts';

test.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'a\nb', true],
  ['a*', 'a', true],
  ['a*', 'ba', false],
  ['*a', 'bca', true],
  ['*a', 'ab', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['*ab', 'aab', true],
  ['*aab*', 'aaab', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a?c', 'a😀c', true],
  ['*?', '', false],
  ['*?', 'a', true],
  ['?*?', 'a', false],
  ['a.c', 'abc', false],
  ['[a]*', '[a]b', true],
  ['**', 'a', true],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(matchesGlob(readGlob(pattern), text)).toBe(expected);
});

test('what is meant as it stands is no wildcard', () => {
  expect(matchesGlob(['*', ANY_TEXT, '?', ONE_CHARACTER], '*b?c')).toBe(true);
  expect(matchesGlob(['*', ANY_TEXT], 'ab')).toBe(false);
});

test('many wildcards in a row of like letters are no work', () => {
  expect(matchesGlob(readGlob(`${'*a'.repeat(200)}*b`), 'a'.repeat(100_000))).toBe(false);
});

test('it agrees with a regular expression on every short pattern and text', () => {
  const words = (letters: string, longest: number): string[] =>
    longest === 0
      ? ['']
      : ['', ...words(letters, longest - 1).flatMap((word) => [...letters].map((one) => one + word))];
  const texts = [...new Set(words('ab', 4))];
  for (const pattern of new Set(words('ab*?', 4))) {
    const source = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
    const expected = texts.filter((text) => new RegExp(`^${source}$`).test(text));
    expect(
      texts.filter((text) => matchesGlob(readGlob(pattern), text)),
      pattern,
    ).toEqual(expected);
  }
});
