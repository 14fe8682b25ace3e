import { expect, test } from 'vitest';
import { matchesGlob } from '../core/glob.ts';
import { RequestContext } from './context.ts';
import { arnParts, isMisplaced, readPattern } from './variables.ts';

const keys = { 'aws:username': 'ann', 'aws:PrincipalTag/Team Name': 'red', 'aws:TagKeys': ['a'], star: '*' };
const context = new RequestContext(() => keys);
const matches = (pattern: string, text: string) => {
  const glob = readPattern(pattern, { variables: true, wildcards: true })(context);
  return glob === undefined ? undefined : matchesGlob(glob, text);
};
/** `<x>` for what TypeScript takes for its own. */
const v = (text: string) => text.replaceAll('<', '$' + '{').replaceAll('>', '}');

test.each([
  ['<aws:username>/*', 'ann/x', true],
  ['<AWS:UserName>', 'ann', true],
  ['< aws:username >', 'ann', true],
  ['<aws:PrincipalTag/team name>-<aws:username>', 'red-ann', true],
  ['<star>', 'anything', false],
  ['<star>', '*', true],
  ['<*><?><$>', '*?$', true],
  ['<*>', 'anything', false],
  ["<nobody, 'any'>", 'any', true],
  ["<nobody,'a*'>", 'a*', true],
  ["<nobody, 'a*'>", 'ab', false],
  ["<nobody, 'it''s, so'>", "it's, so", true],
  ["<aws:username, 'any'>", 'ann', true],
  ['<nobody>', '', undefined],
  ['<nobody, any>', 'any', undefined],
  ['<aws:TagKeys>', 'a', undefined],
  ['<>', '', undefined],
  ['$aws:username}', '$aws:username}', true],
  ['$x', '$x', true],
] as const)('%s on %s', (pattern, text, expected) => {
  expect(matches(v(pattern), text)).toBe(expected);
});

test('an open brace that nothing closes is text', () => {
  expect(matches(`\${aws:username`, `\${aws:username`)).toBe(true);
});

test('many braces take no time', () => {
  const start = performance.now();
  matches(`\${${' '.repeat(50_000)}`, 'x');
  matches('${'.repeat(50_000), 'x');
  arnParts('${'.repeat(50_000), true);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('an ARN has six parts, and colons within variables divide nothing', () => {
  expect(arnParts('arn:aws:s3:::a:b', false)).toEqual(['arn', 'aws', 's3', '', '', 'a:b']);
  expect(arnParts(v('arn:aws:s3:::<aws:username>:b'), true)).toEqual([
    'arn',
    'aws',
    's3',
    '',
    '',
    v('<aws:username>:b'),
  ]);
  expect(isMisplaced(v('arn:aws:s3::<aws:PrincipalAccount>:b'))).toBe(true);
  expect(isMisplaced(v('arn:aws:s3:::<aws:username>'))).toBe(false);
  expect(isMisplaced('*')).toBe(false);
});
