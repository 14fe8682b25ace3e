import { expect, it } from 'vitest';
import { jsonProblem, linesOfEntries } from './json.ts';

it.each([
  ['{ "a": 1,\n "b": }', 2],
  ['{ "a": 1\n "b": 2 }', 2],
  ['{ "a": [1,\n\n', 3],
  ['', 1],
])('tells the line on which %j is no JSON', (text, line) => {
  const problem = jsonProblem(text, 'a.json', new SyntaxError('no JSON'));
  expect(problem).toMatchObject({ file: 'a.json', line, message: expect.stringMatching(/^This is not JSON: ./) });
});

it('finds the entries of a list, however they are laid out', () => {
  const text = '{\n"of": [{ "id": 0 }],\n"all": [\n  {\n    "of": [{}], "all": ["{"] }, { "id": 2 },\n  {}\n] }';
  expect(linesOfEntries(text, 'all')).toEqual([5, 5, 6]);
});
