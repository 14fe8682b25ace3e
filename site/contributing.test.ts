/** CONTRIBUTING.md tells an author what there is: all of it, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spellings } from './plugin/directives.ts';

const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');

test('every directive is in its table, and each that is there exists', () => {
  const rows = text.split('\n').filter((line) => /^\| `:/.test(line));
  const named = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(:{1,3}) ?([a-z][\w-]*)/g)]);
  expect(new Set(named.map(([, , name]) => name))).toEqual(new Set(spellings.keys()));
});
