/** Regular expressions of filter patterns, against JavaScript's own on short texts, and on long ones against the time. */
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { compileRegex } from './regex.ts';

test.each<[string, string[], string[]]>([
  // The examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
  ['^[hc]at', ['hat', 'cat'], ['a hat', 'bat']],
  ['[hc]at$', ['hat', 'the cat'], ['cats']],
  ['colou?r', ['color', 'colour'], ['colouur']],
  ['[abcx-z]', ['a', 'y'], ['w', '']],
  ['^a{3,5}$', ['aaa', 'aaaaa'], ['aa', 'aaaaaa']],
  ['gra|ey', ['gray', 'grey'], ['gry']],
  ['^starting|^initializing|^shutting down', ['shutting down ...'], ['skipping initializing ...']],
  ['abcc|ab[^c]$', ['abcc ...', 'aba'], ['aac']],
  ['\\[.\\]', ['[a]', '[@]', '[ ]', '[]]'], ['[ab]', '[]']],
  ['10\\.10\\.0\\.1', ['10.10.0.1'], ['10010,051']],
  ['ab*c', ['ac', 'abbbc'], ['ab']],
  ['ab[0-9]*', ['ab', 'ab129'], ['a']],
  ['ab+c', ['abc', 'abbbc'], ['ac']],
  ['.at', ['4at', '#at', ' at', '\nat'], ['at']],
  ['\\d\\D', ['1a'], ['11', 'a1']],
  ['\\s\\S', [' a', '\ta', '\na'], ['a ', '  ']],
  ['\\w\\W', ['a ', '_-', '7;'], ['ab', ' a']],
  ['\\x3A\\x28', [':('], [': (']],
  // What AWS says in words.
  ['^a{2}$', ['aa'], ['a', 'aaa']],
  ['^a{2,}$', ['aa', 'aaaaa'], ['a']],
  ['^a{,2}$', ['', 'a', 'aa'], ['aaa']],
  ['^[^\\d\\s]+$', ['ab-'], ['a1', 'a b', '']],
  ['^[.*\\]^-]+$', ['.*]^-'], ['a', '\\']],
  ['^.$', ['é', '😀'], ['', 'ab']],
  ['^|b', ['', 'a'], []],
])('%s', (source, matching, others) => {
  const finds = compileRegex(source);
  expect(matching.filter((text) => !finds(text))).toEqual([]);
  expect(others.filter(finds)).toEqual([]);
});

test.each([
  '(a)',
  '\\(',
  'a!',
  '"',
  'é',
  '*a',
  '+',
  'a**',
  'a*+',
  '^*',
  'a{2}{2}',
  '{2}',
  'a{',
  'a{}',
  'a{,}',
  'a{x}',
  'a{3,2}',
  'a{1025}',
  'a{600}b{600}',
  'a}',
  ']',
  '[',
  '[]',
  '[^]',
  '[b-a]',
  '[a-\\d]',
  '\\',
  '\\b',
  '\\1',
  '\\u0041',
  '\\p{L}',
  '\\x4',
  '[!]',
])('%s is refused', async (source) => {
  expect(await refusal((async () => compileRegex(source))())).toMatchObject({ message: 'Invalid filter pattern' });
});

/** The same numbers each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * sides);
  };
}

test('it matches what a RegExp of JavaScript does', () => {
  const roll = dice(7);
  const pick = <T>(values: readonly T[]): T => values[roll(values.length)]!;
  const many = (most: number, part: () => string) => Array.from({ length: roll(most + 1) }, part).join('');
  const sets = ['a', 'b', '-', '.', '[ab]', '[^a]', '[a-c]', '[-b]', '\\d', '\\D', '\\w', '\\W', '\\s', '\\.', '\\x61'];
  const quantifiers = ['', '', '', '*', '+', '?', '*?', '{2}', '{1,3}', '{0,1}', '{2,}', '{0}'];
  const item = () => (roll(8) === 0 ? pick(['^', '$']) : pick(sets) + pick(quantifiers));
  let found = 0;
  for (let round = 0; round < 3000; round++) {
    const source = [many(5, item), ...(roll(3) === 0 ? [many(3, item)] : [])].join('|');
    const [finds, expected] = [compileRegex(source), new RegExp(source, 'su')];
    for (let texts = 0; texts < 8; texts++) {
      const text = many(7, () => pick(['a', 'b', 'c', '1', '-', '.', ' ', '\n', '😀']));
      expect(finds(text), `${source} on ${JSON.stringify(text)}`).toBe(expected.test(text));
      if (finds(text)) found++;
    }
  }
  // Neither nearly all nor nearly none of them: the comparison says something.
  expect(found).toBeGreaterThan(5000);
  expect(found).toBeLessThan(22_000);
});

test.each([
  ['a*a*a*a*a*a*b', 'a'.repeat(200_000)],
  ['.*.*.*.*=.*', 'x'.repeat(200_000)],
  ['[ab]*a[ab]{100}c', 'ab'.repeat(100_000)],
])('%s comes to an end on a long text', (source, text) => {
  expect(compileRegex(source)(text)).toBe(false);
});
